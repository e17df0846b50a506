"""A student's phone: joins, keeps a stream open, taps, and remembers what it was shown."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from portal.stress.http import PATIENCE, Browser, Listening, Reply, Site
from portal.stress.stage import Stage, has_join_form, stage_in
from portal.stress.wire import Dropped

Heard = Callable[["Phone", Stage], None]
Wanted = Callable[[Stage], bool]


class Phone(Browser):
    """``messages`` counts what the stream brought; ``seen_at`` is when the present ``stage`` came, monotonic."""

    def __init__(self, site: Site, student_id: str, name: str, cookies: dict[str, str] | None = None) -> None:
        super().__init__(site, cookies)
        self.id, self.name = student_id, name
        self.stage: Stage | None = None
        self.seen_at = 0.0
        self.messages = 0
        self.was_sent_away = False  # a message took it to the join form
        self.heard: Heard | None = None
        self._stream: Listening | None = None
        self._attempt = 0  # the number of the stream that counts: one that was hung up may still be ending
        self._over = asyncio.Event()
        self._first: asyncio.Future[None] | None = None
        self._waiting: list[tuple[Wanted, asyncio.Future[Stage]]] = []

    def tab(self) -> "Phone":
        """Another tab of the same browser."""
        return Phone(self.site, self.id, self.name, self.cookies)

    async def join(self, limit: float = PATIENCE) -> Reply:
        return await self.post("/join", (("student_id", self.id), ("name", self.name)), limit)

    async def answer(self, question: int, choice: str, limit: float = PATIENCE) -> Reply:
        """Taps ``choice``: letters joined by commas, as the stage spells them."""
        taps = [("answer", letter) for letter in choice.split(",")]
        return await self.post("/answer", (("question", str(question)), *taps), limit)

    async def open_stream(self, limit: float = PATIENCE) -> None:
        """Opens the stream and waits for its first message. Raises :class:`Dropped` when that does not come."""
        self.hang_up()
        self.was_sent_away = False
        self._over.clear()
        self._first = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(limit):
                self._stream = await self.listen("/stream", self._tell, partial(self._ended, self._attempt), limit)
                await self._first
        except TimeoutError as late:
            self.hang_up()
            raise Dropped(f"{self.id}: no message within {limit:g} s of opening a stream") from late
        finally:
            self._first = None

    @property
    def is_listening(self) -> bool:
        return self._stream is not None and not self._stream.over

    async def stream_ends(self, limit: float) -> None:
        """Waits until the server ends the stream, but no longer than ``limit`` seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), limit)

    def hang_up(self) -> None:
        """Drops the stream without a word."""
        self._attempt += 1
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.abort()

    def leave(self) -> None:
        """Drops everything: the phone is off."""
        self.hang_up()
        self.close()

    async def until(self, wanted: Wanted, limit: float = PATIENCE) -> Stage:
        """The first stage, from the present one on, that is ``wanted``; :class:`Dropped` if none comes in time."""
        if self.stage is not None and wanted(self.stage):
            return self.stage
        future: asyncio.Future[Stage] = asyncio.get_running_loop().create_future()
        self._waiting.append((wanted, future))
        try:
            async with asyncio.timeout(limit):
                return await future
        except TimeoutError as late:
            raise Dropped(f"{self.id}: not shown within {limit:g} s; shown last: {self.stage}") from late
        finally:
            self._waiting = [each for each in self._waiting if each[1] is not future]

    def _tell(self, message: bytes) -> None:
        self.messages += 1
        stage = stage_in(message)
        if stage is not None:
            self.stage, self.seen_at = stage, time.monotonic()
            if self.heard is not None:
                self.heard(self, stage)
            for wanted, future in self._waiting:
                if not future.done() and wanted(stage):
                    future.set_result(stage)
        elif has_join_form(message):
            self.was_sent_away, self.stage = True, None
        if self._first is not None and not self._first.done():
            self._first.set_result(None)

    def _ended(self, attempt: int, _: Listening) -> None:
        if attempt != self._attempt:
            return
        self._over.set()
        if self._first is not None and not self._first.done():
            self._first.set_exception(Dropped(f"{self.id}: the stream ended before its first message"))
