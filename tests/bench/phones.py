"""Phones that only look at the clock: bytes made beforehand, framing by the harness's wires, nothing else on the way.

The harness's own phones check all that they are shown; ten thousand of those on one core would measure themselves.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from portal.stress.http import Browser, Site
from portal.stress.wire import Wire

PING = b":"  # how a comment begins, which keeps a silent stream open


class Ear(Wire):
    """A stream: counts its messages, and tells when one of them has the awaited mark."""

    __slots__ = ("_request", "_text", "heard", "messages", "size", "until")

    def __init__(self, request: bytes) -> None:
        super().__init__()
        self._request, self._text = request, b""
        self.messages = self.size = 0
        self.until = b""  # the mark; empty when nothing is awaited
        self.heard: Callable[[], None] = _nobody

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert self.transport is not None
        self.transport.write(self._request)

    def on_head(self, status: int, head: bytes) -> None:
        if status != 200:
            self.abort()

    def on_body(self, piece: bytes) -> None:
        self._text = text = self._text + piece if self._text else piece
        if not text.endswith(b"\n\n"):
            return
        self._text = b""
        if text.startswith(PING):
            return
        self.messages += text.count(b"\n\n")
        if self.until and self.until in text:
            self.until, self.size = b"", len(text)
            self.heard()

    def on_end(self) -> None:
        self.abort()

    def on_lost(self) -> None:
        pass


class Tap(Wire):
    """A connection for one request at a time. ``took``: seconds from sending it to its whole reply."""

    __slots__ = ("_pieces", "_sent", "body", "done", "head", "status", "took")

    def __init__(self) -> None:
        super().__init__()
        self.status, self.head, self.body = 0, b"", b""
        self._pieces: list[bytes] = []
        self._sent = self.took = 0.0
        self.done: Callable[[], None] = _nobody

    def fire(self, request: bytes) -> None:
        assert self.transport is not None
        self.status, self._pieces = 0, []
        self._sent = time.monotonic()
        self.transport.write(request)

    def on_head(self, status: int, head: bytes) -> None:
        self.status, self.head = status, head

    def on_body(self, piece: bytes) -> None:
        self._pieces.append(piece)

    def on_end(self) -> None:
        self.took = time.monotonic() - self._sent
        self.body = b"".join(self._pieces)
        self.done()

    def on_lost(self) -> None:
        self.done()


class Phone(Browser):
    """One student: a kept connection for requests and one for the stream."""

    def __init__(self, site: Site, number: int) -> None:
        super().__init__(site)
        self.form = (("student_id", f"s{number:05d}"), ("name", f"Student {number:05d}"))
        self.tap, self.ear = Tap(), Ear(b"")

    async def connect(self, limit: float) -> None:
        await self.site.connect(lambda: self.tap, limit)

    async def listen_from_now(self, limit: float) -> None:
        """Opens the stream. What is awaited must be said to :attr:`ear` after :meth:`new_ear`."""
        await self.site.connect(lambda: self.ear, limit)

    def new_ear(self) -> Ear:
        self.ear = Ear(f"{self.head('GET', '/stream')}Accept: text/event-stream\r\n\r\n".encode())
        return self.ear

    def join_request(self) -> bytes:
        return self._form("/join", self.form)

    def answer_request(self, question: int, choice: str) -> bytes:
        return self._form("/answer", (("question", str(question)), ("answer", choice)))

    def page_request(self) -> bytes:
        return f"{self.head('GET', '/')}\r\n".encode()

    def keep_cookies(self) -> None:
        """What the last reply set."""
        for line in self.tap.head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"set-cookie":
                key, _, text = value.strip().partition(b";")[0].partition(b"=")
                self.cookies[key.decode()] = text.decode()

    def leave(self) -> None:
        self.tap.abort()
        self.ear.abort()

    def _form(self, path: str, fields: tuple[tuple[str, str], ...]) -> bytes:
        body = urlencode(fields)
        return f"{self.form_head(path)}Content-Length: {len(body)}\r\n\r\n{body}".encode()


class Gathering:
    """Waits until each of ``count`` has told that it is done; ``last`` is when the last one did, monotonic."""

    def __init__(self, count: int) -> None:
        self.missing = count
        self.last = 0.0
        self._all = asyncio.get_running_loop().create_future()
        if not count:
            self._all.set_result(None)

    def one(self) -> Callable[[], None]:
        """What one of them calls; more than once is once."""
        return partial(self._tell, [True])

    def _tell(self, first: list[bool]) -> None:
        if not first:
            return
        first.clear()
        self.missing -= 1
        self.last = time.monotonic()
        if not self.missing and not self._all.done():
            self._all.set_result(None)

    async def complete(self, limit: float) -> None:
        """Raises ``TimeoutError`` when some are missing after ``limit`` seconds."""
        await asyncio.wait({self._all}, timeout=limit)
        if self.missing:
            raise TimeoutError(f"{self.missing} are missing after {limit:g} s")


def _nobody() -> None:
    """Nobody waits."""
