"""One life of a server in front of a hall: it starts, a class joins, answers, is shown how it did; it dies, comes back.

Every figure is taken from outside, by clients that know no more than a browser. The same life is led by the floor.
"""

import asyncio
import random
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from portal.stress.console import Console, Refused
from portal.stress.figures import Process, summary
from portal.stress.http import Site
from portal.stress.server import PASSWORD, NotStarted, Server, free_port, own_command, until_idle
from tests.bench.phones import Ear, Gathering, Phone

LIMIT = 60.0  # seconds that any one step may take
AGES = 3_600  # seconds: no bell rings in between
OTHER_FILES = 60  # of a process, at most, that are no phone's connection
SETTLE = 0.4  # seconds in which the last message to console and projector is drawn
LONG, SHORT = (1.0, 0.0, 1.0, 0.0), (1.0, 0.0)
DICE = random.Random(5)  # noqa: S311 (who taps what and when; no secret)

Figures = dict[str, list[float]]


@dataclass(frozen=True)
class Side:
    """Whose life it is. ``back`` is what a phone must be shown after a restart in mid-question."""

    name: str
    command: Callable[[Path, int], list[str]]
    back: bytes


PORTAL = Side("portal", lambda folder, port: own_command(None, folder, port, PASSWORD), b'data-state="question_open"')
FLOOR = Side(
    "floor",
    lambda folder, port: [
        sys.executable, "-m", "tests.bench.floor", "--port", str(port), "--db", str(folder / "floor.db")
    ],
    b"data-state=",
)  # fmt: skip


@dataclass
class Life:
    """What was measured, each name with a value a time, and what went wrong on the way."""

    figures: Figures = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def add(self, name: str, value: float) -> None:
        self.figures.setdefault(name, []).append(value)


async def lead(side: Side, size: int, core: int | None, *, whole: bool = True) -> Life:
    """``size`` phones in front of a new server of ``side``, on ``core`` alone if one is given.

    Not ``whole``: two questions, no death and no end.
    """
    life = Life()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as scratch:
        folder = Path(scratch)
        site = Site("http", "127.0.0.1", free_port())
        pin = [] if core is None else ["taskset", "--cpu-list", str(core)]
        server = Server([*pin, *side.command(folder, site.port)], site, folder)
        hall = Hall(side, site, server, size, life)
        try:
            await (hall.play() if whole else hall.begin(SHORT))
        except (OSError, TimeoutError, NotStarted, Refused) as fault:
            life.faults.append(f"{side.name} at {size}: {type(fault).__name__} {fault}")
        finally:
            hall.leave()
            await server.stop()
    return life


def most_tapping(size: int) -> int:
    """How many of ``size`` phones tap: each has two connections then, and neither server nor load may have more files.

    With a limit of 20,000 files, 60 of 10,000 phones only listen.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    return size if most == resource.RLIM_INFINITY else max(1, min(size, most - OTHER_FILES - size))


class Hall:
    """The phones, the console's and the projector's stream, and the instructor."""

    def __init__(self, side: Side, site: Site, server: Server, size: int, life: Life) -> None:
        self._side, self._site, self._server, self._life = side, site, server, life
        self._console = Console(site)
        self._phones = [Phone(site, number) for number in range(size)]
        self._tapping = self._phones[: most_tapping(size)]
        life.add("tapping", len(self._tapping))
        self._screens: list[Ear] = []
        self._saved = 0

    async def play(self) -> None:
        await self.begin(LONG)
        await self._move("question", "open", question=len(LONG), time_limit=AGES)
        await self._die_and_come_back()
        await self._move("reveal", "close")
        await self._move("finish", "end")

    async def begin(self, spreads: tuple[float, ...]) -> None:
        """A question for each of ``spreads``: the seconds within which everybody taps."""
        await self._start()
        await self._come_in()
        for question, spread in enumerate(spreads):
            await self._question(question, "second" if spread else "instant", spread)
        await self._check_saved()

    def leave(self) -> None:
        for each in (*self._phones, self._console):
            each.close()
        for phone in self._phones:
            phone.leave()
        for screen in self._screens:
            screen.abort()

    async def _start(self) -> None:
        """From the command to the first page that somebody sees."""
        await self._server.start()
        await self._console.get("/")
        self._life.add("start", time.monotonic() - self._server.spawned_at)
        await self._console.sign_in(PASSWORD)
        await self._open_screens()
        await until_idle(self._server.pid)

    async def _open_screens(self) -> None:
        self._screens = []
        for path in ("/admin/stream", "/projector/stream"):
            screen = Ear(f"{self._console.head('GET', path)}Accept: text/event-stream\r\n\r\n".encode())
            self._screens.append(screen)
            await self._site.connect(lambda ear=screen: ear, LIMIT)  # type: ignore[misc]  # a default, to bind it now

    async def _come_in(self) -> None:
        empty = self._memory()
        async with self._rate("join"):
            await self._each_asks(self._phones, Phone.join_request, connect=True)
        self._expect(self._phones, lambda phone: phone.tap.status == 303, "joined")
        for phone in self._phones:
            phone.keep_cookies()
        for phone in self._phones[len(self._tapping) :]:
            phone.tap.abort()
        async with self._rate("connect"):
            await self._all_listen(b"data-state=")
        self._life.add("memory", (self._memory() - empty) * 1024 / len(self._phones))
        async with self._rate("page", self._tapping):
            await self._each_asks(self._tapping, Phone.page_request)

    async def _question(self, question: int, name: str, spread: float) -> None:
        before = [phone.ear.messages for phone in self._phones]
        await self._move("question", "open", question=question, time_limit=AGES)
        await self._answers(question, name, spread)
        await self._move("reveal", "close")
        pairs = zip(self._phones, before, strict=True)
        self._life.add("messages", max(phone.ear.messages - earlier for phone, earlier in pairs))
        self._life.add("bytes", self._phones[0].ear.size)

    async def _answers(self, question: int, name: str, spread: float) -> None:
        """Everybody taps, within ``spread`` seconds."""
        loop, phones = asyncio.get_running_loop(), self._tapping
        requests = [phone.answer_request(question, DICE.choice("ABCD")) for phone in phones]
        saved = Gathering(len(phones))
        shown = [screen.messages for screen in self._screens]
        begun, start = time.monotonic(), loop.time()
        async with self._cost(name, phones):
            for phone, request in zip(phones, requests, strict=True):
                phone.tap.done = saved.one()
                if spread:
                    loop.call_at(start + DICE.random() * spread, phone.tap.fire, request)
                else:
                    phone.tap.fire(request)
            await saved.complete(LIMIT)
        took = summary([phone.tap.took for phone in phones])
        self._life.add(f"save_{name}", took["p95"])
        saved_it = "had it saved"
        self._expect(phones, lambda phone: phone.tap.status == 200 and b" data-answer=" in phone.tap.body, saved_it)
        self._saved += sum(phone.tap.status == 200 for phone in phones)
        elapsed = time.monotonic() - begun
        told = max(screen.messages - earlier for screen, earlier in zip(self._screens, shown, strict=True))
        self._life.add("screens", told / elapsed)

    async def _move(self, name: str, command: str, **values: int) -> None:
        """A command of the console, until the last phone shows what it changed."""
        turn = (await self._console.look()).turn
        mark = f'data-turn="{turn + 1}"'.encode()
        seen = self._await(mark)
        begun = time.monotonic()
        async with self._cost(name):
            reply = await self._console.send(command, turn, **values)
            if reply.status not in (200, 204, 303):
                raise TimeoutError(f"{command} was refused: {reply.status}")
            await seen.complete(LIMIT)
        self._life.add(name, (seen.last - begun) * 1000)

    async def _die_and_come_back(self) -> None:
        await self._server.kill()
        for phone in self._phones:
            phone.leave()
        self._console.close()
        await self._server.start()
        begun = time.monotonic()
        self._life.add("restart", begun - self._server.spawned_at)
        back = await self._all_listen(self._side.back)
        self._life.add("reconnect", back.last - begun)

    async def _each_asks(
        self, phones: list[Phone], request: Callable[[Phone], bytes], *, connect: bool = False
    ) -> None:
        """All of ``phones`` send a request at once, over a new connection if one must be made."""
        replied = Gathering(len(phones))
        requests = [request(phone) for phone in phones]

        async def one(phone: Phone, request: bytes) -> None:
            phone.tap.done = replied.one()
            if connect:
                await phone.connect(LIMIT)
            phone.tap.fire(request)

        await _all(one(phone, request) for phone, request in zip(phones, requests, strict=True))
        await replied.complete(LIMIT)

    async def _all_listen(self, mark: bytes) -> Gathering:
        for phone in self._phones:
            phone.new_ear()
        seen = self._await(mark)
        await _all(phone.listen_from_now(LIMIT) for phone in self._phones)
        await seen.complete(LIMIT)
        return seen

    def _await(self, mark: bytes) -> Gathering:
        seen = Gathering(len(self._phones))
        for phone in self._phones:
            phone.ear.until, phone.ear.heard = mark, seen.one()
        return seen

    def _expect(self, phones: list[Phone], wanted: Callable[[Phone], bool], what: str) -> None:
        count = sum(map(wanted, phones))
        if count != len(phones):
            other = next(phone.tap for phone in phones if not wanted(phone))
            told = f"{count} of {len(phones)} {what}; another got {other.status} {other.body[:200]!r}"
            self._life.faults.append(f"{self._side.name}: {told}")

    async def _check_saved(self) -> None:
        """What the phones were told is what the file holds."""
        if self._side is PORTAL:
            kept = (await self._console.health())["answers"]
            if kept != self._saved:
                self._life.faults.append(f"{self._saved} answers were shown as saved, the file holds {kept}")

    @asynccontextmanager
    async def _rate(self, name: str, phones: list[Phone] | None = None) -> AsyncIterator[None]:
        """How many a second, and what each cost; of all, or of ``phones``."""
        begun, count = time.monotonic(), len(phones or self._phones)
        async with self._cost(name, phones):
            yield
            self._life.add(f"{name}_rate", count / (time.monotonic() - begun))

    @asynccontextmanager
    async def _cost(self, name: str, phones: list[Phone] | None = None) -> AsyncIterator[None]:
        """The server's CPU for each phone, in ms, with what it draws afterwards for console and projector."""
        cpu = self._cpu()
        yield
        await asyncio.sleep(SETTLE)
        self._life.add(f"cpu_{name}", (self._cpu() - cpu) * 1000 / len(phones or self._phones))

    def _memory(self) -> float:
        """Of the server, in MiB."""
        return Process(self._server.pid).told()["rss_mib"]

    def _cpu(self) -> float:
        """Seconds that the server's process has used, all threads: a process's own clock, read from outside."""
        return time.clock_gettime((~self._server.pid << 3) | 2)


async def _all(acts: Iterable[Awaitable[None]]) -> None:
    await asyncio.gather(*acts)
