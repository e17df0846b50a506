"""Whatever is asked, in whatever shape, the answer is never a 5xx and never an exception.

    python -m tests.crash.fuzz [--requests 1000000] [--seed 1] [--first 0]

Requests are thrown straight into ASGI, at the real application on a file in memory: every route of the table and paths
that are none, all methods, forged headers, cookies of everybody and of nobody, bodies of every kind. A lot of requests
shares one application and one seed, both printed with a breach as ``seed:lot``, so that it can be played again.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from random import Random

from starlette.applications import Starlette
from starlette.types import Message

from portal.web.console import ADDRESS
from tests.asgi import Client, running
from tests.crash.fuzz_words import Asked, Cookies, words
from tests.crash.memory import MEMORY
from tests.pool_texts import MYSTERY, contest
from tests.serving import PASSWORD, pool_text

LOT = 5_000  # requests to one application: a new one begins with an empty file and a small class
AT_ONCE = 16
OURS = {address.encode() for address in ("/", *ADDRESS.values())}  # where a redirect may lead
PATIENCE = 10  # seconds that a single request may take


@dataclass(slots=True)
class Report:
    """How many requests got which status, and every breach in words."""

    statuses: Counter[int] = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)

    @property
    def asked(self) -> int:
        return self.statuses.total()


async def lot(seed: int, number: int, requests: int, report: Report) -> None:
    """``requests`` to one fresh application, some of them at the same time."""
    chance = Random(f"{seed}:{number}")  # noqa: S311 (to be the same each time)
    with tempfile.TemporaryDirectory(prefix="portal-fuzz-", dir=MEMORY) as folder:
        quiz, teams = pool_text("B", ["A", "C"], None, seconds=3600), contest(mystery=[MYSTERY])
        is_quiz = number % 2 == 0
        async with running(Path(folder), quiz if is_quiz else teams) as app:
            cookies = await (_class_of(app) if is_quiz else _contest_of(app))
            todo = iter(range(requests))

            async def visitor() -> None:
                for _ in todo:
                    asked = words(chance, cookies)
                    await _ask(app, asked, report, f"{seed}:{number}")

            await asyncio.gather(*(visitor() for _ in range(AT_ONCE)))


async def _class_of(app: Starlette) -> Cookies:
    """A class with a question open, and the cookie of everybody whom a request may pretend to be."""
    console, ada, eve = Client(app), Client(app), Client(app)
    await console.post("/admin/login", f"password={PASSWORD}".replace(" ", "+").encode())
    for client, who in ((ada, "ada"), (eve, "eve")):
        await client.tap("/join", student_id=who, name=who)
    await console.tap("/admin/participants/eve/clear")
    await console.tap("/admin/next", turn=0)
    return Cookies(*(next(iter(client.cookies.items())) for client in (console, ada, eve)))


async def _contest_of(app: Starlette) -> Cookies:
    """The same of a contest that runs: a team, and one that was deleted."""
    console, ada, eve = Client(app), Client(app), Client(app)
    await console.post("/admin/login", f"password={PASSWORD}".replace(" ", "+").encode())
    for client, name in ((ada, "ada"), (eve, "eve")):
        await client.tap("/team/register", team_name=name, members="A. Student")
    await console.tap("/admin/teams/t2/delete")
    await console.tap("/admin/next", turn=app.state.portal.run.contest.turn)
    return Cookies(*(next(iter(client.cookies.items())) for client in (console, ada, eve)))


async def _ask(app: Starlette, asked: Asked, report: Report, lot_name: str) -> None:
    """One request; whatever is wrong with the reply is a breach."""
    started: list[Message] = []
    left = asyncio.Event()
    chunks = list(asked.body[:-1] if asked.leaves else asked.body)

    async def receive() -> Message:
        if chunks:
            return {"type": "http.request", "body": chunks.pop(0), "more_body": asked.leaves or bool(chunks)}
        if not asked.leaves:
            await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.append(message)
        elif message.get("body"):
            left.set()  # whoever opened a stream has seen enough

    try:
        await asyncio.wait_for(app(asked.scope(), receive, send), PATIENCE)
    except Exception as fault:
        report.breaches.append(f"{lot_name} {asked}: {fault!r}")
        return
    if not started and not asked.leaves:
        report.breaches.append(f"{lot_name} {asked}: no reply")
    for message in started:
        report.statuses[message["status"]] += 1
        if message["status"] >= 500:
            report.breaches.append(f"{lot_name} {asked}: {message['status']}")
        if any(name == b"location" and value not in OURS for name, value in message["headers"]):
            report.breaches.append(f"{lot_name} {asked}: leads elsewhere")
        if not any(name == b"content-security-policy" for name, _ in message["headers"]):
            report.breaches.append(f"{lot_name} {asked}: a reply without the security headers")


def fuzz(requests: int, seed: int, number: int = 0) -> Report:
    """One lot."""
    logging.disable()  # a breach is told by the report, once
    report = Report()
    asyncio.run(lot(seed, number, requests, report))
    logging.disable(logging.NOTSET)
    return report


def fuzz_all(requests: int, seed: int, first: int) -> Report:
    """Lots from the ``first`` on, in as many processes as there are processors."""
    sizes = [min(LOT, requests - done) for done in range(0, requests, LOT)]
    whole = Report()
    with ProcessPoolExecutor() as pool:
        for report in pool.map(fuzz, sizes, repeat(seed), range(first, first + len(sizes))):
            whole.statuses += report.statuses
            whole.breaches += report.breaches
    return whole


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Throws random requests at the application in this process.")
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the lot to begin with")
    chosen = parser.parse_args(arguments)
    began = time.monotonic()
    report = fuzz_all(chosen.requests, chosen.seed, chosen.first)
    seconds = time.monotonic() - began
    for breach in report.breaches[:20]:
        sys.stdout.write(f"{breach[:600]}\n")
    told = " ".join(f"{status}:{count}" for status, count in sorted(report.statuses.items()))
    pace = round(report.asked / seconds)
    sys.stdout.write(f"fuzz: {report.asked} requests, {len(report.breaches)} breaches, {pace}/s ({told})\n")
    return 1 if report.breaches else 0


if __name__ == "__main__":
    sys.exit(main())
