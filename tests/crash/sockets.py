"""Sockets that say nothing, trickle or stop half-way are closed in time, and nobody in the room notices them.

    python -m tests.crash.sockets [--sockets 10000]

Starts the program on loopback and holds as many sockets open as asked, of four kinds in equal parts, while students
join and answer. Everything has to be closed by the server within fifteen seconds.
"""

import argparse
import asyncio
import math
import resource
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median

import httpx2

from tests.serving import Browser, Console, program, student

LIMIT = 15.0  # seconds until a socket that finishes no request must be closed
QUICK = 0.2  # seconds that a join may take meanwhile, as a median
SLOWEST = 3.0  # seconds for the one that falls into the second in which all of them come, or are closed
HEAD = b"Host: quiz.test\r\nContent-Type: application/x-www-form-urlencoded\r\n"
KINDS = {
    "silent": b"",
    "headers": b"GET / HTTP/1.1\r\n" + HEAD + b"X-Slow: ",
    "body": b"POST /join HTTP/1.1\r\n" + HEAD + b"Content-Length: 5000\r\n\r\nstudent_id=",
    "half": b"POST /join HTTP/1.1\r\n" + HEAD + b"Content-Length: 50\r\n\r\nstudent_id=",
}


class Slow(asyncio.Protocol):
    """One socket of a kind: says its beginning, then at most a byte a second."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.lived: float | None = None  # seconds until the server closed it
        self.said = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self._since = transport, time.monotonic()
        transport.write(KINDS[self.kind])
        if self.kind == "half":
            transport.write_eof()

    def data_received(self, data: bytes) -> None:
        self.said += data[:100]

    def connection_lost(self, exc: Exception | None) -> None:
        self.lived = time.monotonic() - self._since

    def trickle(self) -> None:
        if self.lived is None and self.kind in ("headers", "body"):
            self.transport.write(b"x")


@dataclass(slots=True)
class Siege:
    """What became of every socket, and how long each visit of a student took meanwhile."""

    sockets: list[Slow] = field(default_factory=list)
    visits: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def open(self) -> int:
        return sum(each.lived is None for each in self.sockets)

    @property
    def longest(self) -> float:
        return max(each.lived or 0.0 for each in self.sockets)

    @property
    def server_errors(self) -> int:
        return sum(each.said.startswith(b"HTTP/1.1 5") for each in self.sockets)


async def besiege(url: str, sockets: int, seconds: float) -> Siege:
    """Opens ``sockets``, and for ``seconds`` watches them and lets students join."""
    where, siege, loop = httpx2.URL(url), Siege(), asyncio.get_running_loop()
    kinds, port = list(KINDS), where.port
    assert port is not None
    for first in range(0, sockets, 200):
        batch = [kinds[number % len(kinds)] for number in range(first, min(first + 200, sockets))]
        made = await asyncio.gather(*(loop.create_connection(partial(Slow, kind), where.host, port) for kind in batch))
        siege.sockets += [protocol for _, protocol in made]
    visitor, until = Browser(url), time.monotonic() + seconds
    while time.monotonic() < until and siege.open:
        for each in siege.sockets:
            each.trickle()
        began = time.monotonic()
        fault = await asyncio.to_thread(_visit, visitor, len(siege.visits))
        siege.visits.append(time.monotonic() - began)
        siege.failed += [fault] if fault else []
        await asyncio.sleep(max(0.0, began + 1 - time.monotonic()) if seconds > 5 else 0.1)
    for each in siege.sockets:
        each.transport.abort()
    return siege


def _visit(visitor: Browser, number: int) -> str:
    """A student joins; what went wrong, if anything."""
    visitor.cookies.clear()
    try:
        reply = visitor.post("/join", data={"student_id": f"visitor-{number}", "name": "Visitor"})
    except httpx2.TransportError as fault:
        return repr(fault)
    return "" if reply.status_code == 303 else f"status {reply.status_code}"


def _memory(process: int) -> int:
    """MiB that the process has in memory."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) // 1024


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Slow sockets by the thousand against the program on loopback.")
    parser.add_argument("--sockets", type=int, default=10_000)
    chosen = parser.parse_args(arguments)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(prefix="portal-sockets-") as folder, program(Path(folder)) as portal:
        assert portal.process is not None
        Console(portal.url).command("next")
        seated, before = student(portal.url, "seated"), _memory(portal.process.pid)
        siege = asyncio.run(besiege(portal.url, chosen.sockets, LIMIT + 10))
        saved = seated.tap("/answer", question=0, answer="B").status_code
        during = _memory(portal.process.pid)
        Browser.close_all()
    in_time = sum(each.lived is not None and each.lived <= LIMIT for each in siege.sockets)
    none = [math.inf]  # of joins that never happened nothing good can be said
    typical, slowest = median(siege.visits or none), max(siege.visits or none)
    sys.stdout.write(
        f"sockets: {in_time} of {len(siege.sockets)} closed within {LIMIT:.0f} s (longest {siege.longest:.1f} s),"
        f" {siege.server_errors} 5xx, {len(siege.visits)} joins meanwhile,"
        f" median {typical * 1000:.0f} ms, slowest {slowest * 1000:.0f} ms,"
        f" {len(siege.failed)} failed, memory {before} -> {during} MiB\n"
    )
    good = in_time == len(siege.sockets) and not siege.failed and not siege.server_errors and saved == 200
    return 0 if good and typical < QUICK and slowest < SLOWEST else 1


if __name__ == "__main__":
    sys.exit(main())
