"""What the event loop's thread does for each phone, counted in bytecodes, which other load hardly changes.

    python -m tests.bench.steps [--phones N] [--step NAME] [--most N]

The program's own protocol and application, on connections that lead nowhere: the system's calls are not in it, nor the
writer's thread, and a function in C is the call that it is. ``tests/bench/run`` has all of that, in seconds. With
``--step`` it tells which functions the bytecodes are of. Counts differ between versions of Python: compare on one.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, cast
from unittest.mock import patch
from urllib.parse import urlencode

from starlette.applications import Starlette
from uvicorn.server import ServerState

from portal import warming
from portal.domain.ids import Millis, QuestionNumber
from portal.domain.quiz import commands as c
from portal.live import bus
from portal.protocol import PunctualProtocol
from portal.server import server
from portal.store import log
from portal.web import student_pages
from tests.asgi import HeldClock, running, settle
from tests.serving import pool_text

LIMIT = 120.0  # seconds for a step
AGES = Millis(3_600_000)  # no bell rings in between
SENT = (  # as a phone's browser sends them
    "Host: join.test\r\nConnection: keep-alive\r\nUser-Agent: Mozilla/5.0 (Linux; Android 14; Pixel 8)\r\n"
    "Accept: */*\r\nAccept-Encoding: gzip, deflate\r\nAccept-Language: en-GB,en;q=0.9\r\nHX-Request: true\r\n"
    "Origin: http://join.test\r\nReferer: http://join.test/\r\nSec-Fetch-Site: same-origin\r\n"
)


class Nowhere(asyncio.Transport):
    """A connection whose other end takes everything at once. ``told`` is called at each write."""

    def __init__(self, told: Callable[[], None]) -> None:
        super().__init__({"peername": ("127.0.0.1", 4711), "sockname": ("127.0.0.1", 80)})
        self.told, self.last = told, b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.last = bytes(data)
        self.told()

    def is_closing(self) -> bool:
        return False

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def close(self) -> None: ...

    def abort(self) -> None: ...


Phone = tuple[PunctualProtocol, Nowhere]


class Room:
    """So many phones, each with a connection for forms and one for its stream."""

    def __init__(self, app: Starlette, phones: int) -> None:
        self.app, self._missing, self._all = app, 0, asyncio.Event()
        config = server(app, app.state.settings).config
        config.load()
        make = cast("Callable[..., PunctualProtocol]", config.http_protocol_class)
        state = ServerState()

        def connected() -> Phone:
            protocol, line = make(config=config, server_state=state, app_state={}), Nowhere(self._written)
            protocol.connection_made(line)
            return protocol, line

        self.taps = [connected() for _ in range(phones)]
        self.ears = [connected() for _ in range(phones)]
        self.cookies = [""] * phones

    async def all(self, act: Callable[[], None], writes: int = 1) -> None:
        """Returns when ``act`` has made the program write ``writes`` times to each phone."""
        self._missing = writes * len(self.taps)
        self._all.clear()
        act()
        async with asyncio.timeout(LIMIT):
            await self._all.wait()

    def joining(self) -> list[bytes]:
        """A request for each phone, made before anything is counted; so are the others."""
        forms = [
            urlencode({"student_id": f"s{number}", "name": f"Student {number}"}) for number in range(len(self.taps))
        ]
        return [_request("POST /join", "", form) for form in forms]

    def keep_cookies(self) -> None:
        heads = [line.last.partition(b"set-cookie: ")[2] for _, line in self.taps]
        self.cookies = [head.partition(b";")[0].decode() for head in heads]

    def listening(self) -> list[bytes]:
        return [_request("GET /stream", cookie) for cookie in self.cookies]

    def answering(self) -> list[bytes]:
        forms = [urlencode({"question": 0, "round": 1, "answer": "ABCD"[n % 4]}) for n in range(len(self.taps))]
        return [_request("POST /answer", cookie, form) for cookie, form in zip(self.cookies, forms, strict=True)]

    def command(self, made: Callable[[Any], c.Command]) -> None:
        portal = self.app.state.portal
        self._under_way = asyncio.create_task(portal.carry_out(made(portal.run.shown.turn)))

    def _written(self) -> None:
        self._missing -= 1
        if not self._missing:
            self._all.set()


def _send(phones: list[Phone], requests: list[bytes]) -> None:
    for (protocol, _), request in zip(phones, requests, strict=True):
        protocol.data_received(request)


def _request(line: str, cookie: str, form: str = "") -> bytes:
    cookies = f"Cookie: {cookie}\r\n" if cookie else ""
    kind = "Content-Type: application/x-www-form-urlencoded\r\n" if form else ""
    length = f"Content-Length: {len(form)}\r\n" if form else ""
    return f"{line} HTTP/1.1\r\n{SENT}{cookies}{kind}{length}\r\n{form}".encode()


@contextmanager
def counted(counts: Counter[CodeType]) -> Iterator[None]:
    """Every bytecode of this thread, by the function that it is of."""

    def entered(frame: FrameType, event: str, arg: object) -> Callable[[FrameType, str, object], Any]:
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        code = frame.f_code

        def within(frame: FrameType, event: str, arg: object) -> Callable[[FrameType, str, object], Any]:
            counts[code] += event == "opcode"
            return within

        return within

    sys.settrace(entered)
    try:
        yield
    finally:
        sys.settrace(None)


@contextmanager
def unhurried() -> Iterator[None]:
    """Nothing is begun or broken off because of the clock: counting takes fifty times as long as doing.

    The run's own clock is held beside, for a page may be drawn once for all who see the same millisecond.
    """
    clocks = ((bus, "SLICE", LIMIT), (log, "SLICE", LIMIT), (student_pages, "TICK", 10**9), (warming, "AFTER", LIMIT))
    with ExitStack() as held:
        for module, name, value in clocks:
            held.enter_context(patch.object(module, name, value))
        yield


async def count(phones: int) -> dict[str, Counter[CodeType]]:
    """The bytecodes of each step, for all phones together."""
    counts: dict[str, Counter[CodeType]] = {}
    with unhurried(), tempfile.TemporaryDirectory(prefix="portal-steps-") as folder:
        async with running(Path(folder), pool_text(), HeldClock()) as app:
            warming.prepare("en")
            room = Room(app, phones)

            async def step(name: str, act: Callable[[], None], writes: int = 1) -> None:
                with counted(counts.setdefault(name, Counter())):
                    await room.all(act, writes)

            await step("join", partial(_send, room.taps, room.joining()))
            room.keep_cookies()
            await step(
                "stream", partial(_send, room.ears, room.listening()), writes=2
            )  # its head, and the present state
            opening = QuestionNumber(0)
            await step("question", lambda: room.command(lambda turn: c.Open(turn, opening, AGES)))
            await step("answer", partial(_send, room.taps, room.answering()))
            await step("reveal", lambda: room.command(c.Close))
            app.state.portal.bus.close()  # the streams end, and nobody is told at the end that they were broken off
            await settle()
    return counts


def main() -> int:
    flags = _parser().parse_args()
    counts = asyncio.run(count(flags.phones))
    for name, step in counts.items():
        sys.stdout.write(f"{name:10}{step.total() / flags.phones:10,.0f} bytecodes a phone\n")
    for code, times in counts[flags.step].most_common(flags.most) if flags.step else ():
        sys.stdout.write(f"{times / flags.phones:10,.1f}  {code.co_qualname}  {Path(code.co_filename).name}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("tests.bench.steps", description="Counts the bytecodes of each step.")
    parser.add_argument("--phones", type=int, default=200, metavar="N", help="how many join (200)")
    parser.add_argument("--step", choices=("join", "stream", "question", "answer", "reveal"), help="tell its functions")
    parser.add_argument("--most", type=int, default=40, metavar="N", help="how many functions are told (40)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
