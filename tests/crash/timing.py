"""The time that a saved answer takes tells nothing about whether it is right.

    python -m tests.crash.timing [--taps 100000]

A class of 500 answers question after question, in this process; the letter of each tap is drawn by lot, and so is the
key of each question. The slowest twentieth is put aside, then Welch's t compares right with wrong.
"""

import argparse
import asyncio
import gc
import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import fmean, variance
from urllib.parse import urlencode

from starlette.types import Message

from tests.asgi import running
from tests.crash.memory import MEMORY
from tests.security.asking import header, joined, sign_in

CLASS = 500
LIMIT = 4.5  # of |t|: what is usual for timing leaks; noise alone goes beyond once in 150,000 runs
SLOWEST = 0.05  # put aside: commits and other programs


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of each kind of tap."""

    right: list[float]
    wrong: list[float]

    @property
    def t(self) -> float:
        """Welch's t of right against wrong, without the slowest of both together."""
        edge = sorted(self.right + self.wrong)[int(len(self.right + self.wrong) * (1 - SLOWEST)) - 1]
        first, second = ([each for each in kind if each <= edge] for kind in (self.right, self.wrong))
        spread = variance(first) / len(first) + variance(second) / len(second)
        return float((fmean(first) - fmean(second)) / spread**0.5)


async def lecture(taps: int, seed: int, class_: int = CLASS) -> Timing:
    """``taps`` answers, each from request to reply, a quarter of them right."""
    chance, seen = Random(seed), Timing([], [])  # noqa: S311 (to be the same each time)
    questions = -(-taps // class_)
    keys = [chance.choice("ABCD") for _ in range(questions)]
    with tempfile.TemporaryDirectory(prefix="portal-timing-", dir=MEMORY) as folder:
        async with running(Path(folder), _pool(keys)) as app:
            console = await sign_in(app)
            cookies = [header(await joined(app, f"s{number}")).encode() for number in range(class_)]
            gc.collect()
            gc.disable()
            for number, key in enumerate(keys):
                reply = await console.tap("/admin/next", turn=app.state.portal.run.shown.turn)
                assert reply.status == 200
                chance.shuffle(cookies)
                for cookie in cookies:
                    letter = chance.choice("ABCD")  # all equally often: the first to pick a letter has a page drawn
                    took = await _tap(app, cookie, urlencode({"question": number, "answer": letter}).encode())
                    (seen.right if letter == key else seen.wrong).append(took)
                await console.tap("/admin/close", turn=app.state.portal.run.shown.turn)
            gc.enable()
    return seen


async def _tap(app: object, cookie: bytes, body: bytes) -> float:
    status = 0
    chunks: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return chunks.pop()

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/answer",
        "raw_path": b"/answer",
        "root_path": "",
        "query_string": b"",
        "scheme": "http",
        "server": ("quiz.test", 80),
        "client": ("10.0.0.7", 4711),
        "headers": [(b"host", b"quiz.test"), (b"hx-request", b"true"), (b"cookie", cookie)],
    }
    began = time.perf_counter_ns()
    await app(scope, receive, send)  # type: ignore[operator]  # an ASGI application
    took = time.perf_counter_ns() - began
    assert status == 200
    return took / 1e6


def _pool(keys: list[str]) -> str:
    options = {letter: f"Option {letter}" for letter in "ABCD"}
    questions = [
        {"text": f"Question {number}?", "options": options, "correct": key, "time_limit": 3600}
        for number, key in enumerate(keys)
    ]
    return json.dumps({"title": "Timing", "score_fn": "ranked", "questions": questions})


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Whether the time of an acknowledgement tells right from wrong.")
    parser.add_argument("--taps", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    seen = asyncio.run(lecture(chosen.taps, chosen.seed))
    right, wrong = fmean(seen.right), fmean(seen.wrong)
    count = len(seen.right) + len(seen.wrong)
    sys.stdout.write(f"timing: {count} taps, right {right:.3f} ms, wrong {wrong:.3f} ms, t {seen.t:+.2f}\n")
    return 1 if abs(seen.t) >= LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
