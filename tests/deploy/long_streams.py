"""``python -m tests.deploy.long_streams``: what takes too long for every day, through the real Caddy, on loopback.

500 phones hold their streams while the program is restarted, once in order and once by ``kill -9``: how long until all
are back? Then the streams stay open through ten minutes in which nothing happens. Exit 1 when a promise is not kept.
"""

import argparse
import asyncio
import random
import signal
import ssl
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from portal.rehearsal.proxy import NAME
from tests.deploy.fronted import Fronted, fronted, instructor

BACK_WITHIN = 5.0  # seconds after the program answers again
DELAY, LONGEST, JITTER = 1.0, 3.0, 0.5  # how templates/base.html tells htmx to come back


@dataclass(slots=True)
class Phone:
    """Joins, then holds its stream as htmx does."""

    front: Fronted
    context: ssl.SSLContext
    who: str
    cookie: str = ""
    came: float = 0.0  # when this stream's first message came; 0 while there is no stream
    last: float = 0.0
    dropped: int = 0

    async def join(self) -> None:
        form = f"student_id={self.who}&name=Phone+{self.who}"
        reader, writer = await self._ask("POST", "/join", form)
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        writer.close()
        (self.cookie,) = (
            line[12:].split(";")[0] for line in head.split("\r\n") if line.lower().startswith("set-cookie:")
        )

    async def listen(self) -> None:
        delay = DELAY
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await self._ask("GET", "/stream")
                if b" 200 " in await reader.readline():
                    await reader.readuntil(b"<hx-partial")
                    self.came, delay = time.monotonic(), DELAY
                    while await reader.read(65536):
                        self.last = time.monotonic()
                    self.dropped += 1
                self.came = 0.0
                writer.close()
            await asyncio.sleep(delay * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311 (no secret)
            delay = min(2 * delay, LONGEST)

    async def _ask(self, method: str, path: str, form: str = "") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(NAME, self.front.port, ssl=self.context, limit=1 << 20)
        head = [f"{method} {path} HTTP/1.1", f"Host: {NAME}:{self.front.port}", f"Origin: {self.front.url}"]
        head += ["Connection: close"]  # the end of the reply is the end of the connection: nothing to parse
        head += [f"Cookie: {self.cookie}"] if self.cookie else []
        head += [f"Content-Length: {len(form)}", "Content-Type: application/x-www-form-urlencoded"] if form else []
        writer.write(("\r\n".join(head) + "\r\n\r\n" + form).encode())
        await writer.drain()
        return reader, writer


async def all_in(phones: list[Phone], since: float, patience: float = 60.0) -> float:
    """When the last phone had its stream again, each one newer than ``since``."""
    until = time.monotonic() + patience
    while missing := sum(phone.came <= since for phone in phones):
        if time.monotonic() > until:
            sys.exit(f"{missing} of {len(phones)} phones did not come back in {patience:.0f} s")
        await asyncio.sleep(0.02)  # the phones run on the same loop
    return max(phone.came for phone in phones)


@dataclass(frozen=True, slots=True)
class Outcome:
    kept: bool
    figure: str


async def restart(front: Fronted, phones: list[Phone], how: signal.Signals) -> Outcome:
    """Whether everybody was back in time, counted from the moment at which the program takes connections again."""
    process = front.portal.process
    assert process is not None
    down = time.monotonic()
    process.send_signal(how)
    await asyncio.to_thread(process.wait, 10)
    starting = asyncio.create_task(asyncio.to_thread(front.start))
    up = await listening(front.portal.port)
    back = await all_in(phones, down)
    await starting
    figure = f"{how.name}: away for {up - down:.1f} s, the last of {len(phones)} back {back - up:.1f} s later"
    return Outcome(back - up <= BACK_WITHIN, figure)


async def listening(port: int, patience: float = 60.0) -> float:
    """When a program takes connections on ``port``."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return time.monotonic()
        await asyncio.sleep(0.02)  # nothing to wait on in another program
    sys.exit(f"the program did not listen within {patience:.0f} s")


async def silence(front: Fronted, phones: list[Phone], minutes: float) -> Outcome:
    """Whether every stream lived through ``minutes`` of nothing and then still heard the next thing."""
    before = [phone.dropped for phone in phones]
    await asyncio.sleep(60 * minutes)
    lost = sum(phone.dropped != dropped for phone, dropped in zip(phones, before, strict=True))
    asked = time.monotonic()
    console = await asyncio.to_thread(instructor, front)
    await asyncio.to_thread(console.command, "next")
    await asyncio.sleep(2)
    deaf = sum(phone.last < asked for phone in phones)
    return Outcome(not lost and not deaf, f"{minutes:g} min of silence: {lost} streams lost, {deaf} deaf after")


async def night(front: Fronted, students: int, minutes: float) -> list[Outcome]:
    context = ssl.create_default_context(cafile=front.authority)
    context.set_alpn_protocols(["http/1.1"])
    phones = [Phone(front, context, f"p{number}") for number in range(students)]
    for phone in phones:
        await phone.join()
    streams = [asyncio.create_task(phone.listen()) for phone in phones]
    await all_in(phones, 0.0)
    told = [await restart(front, phones, how) for how in (signal.SIGTERM, signal.SIGKILL)]
    told.append(await silence(front, phones, minutes))
    for stream in streams:
        stream.cancel()
    return told


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, fronted(Path(folder)) as front:
        told = asyncio.run(night(front, asked.students, asked.minutes))
    sys.stdout.write("; ".join(outcome.figure for outcome in told) + "\n")
    return 0 if all(outcome.kept for outcome in told) else 1


if __name__ == "__main__":
    sys.exit(main())
