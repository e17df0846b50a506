"""The real program is killed again and again under load, and what it acknowledged is looked for in its exports.

    python -m tests.crash.kill [--cycles 1000] [--phones 40] [--seed 1]

Phones join, stream, tap and go on with their cookies; an instructor drives run after run. A cycle is one start and one
end: mostly SIGKILL, at any instant from the start of the process on, now and then SIGTERM, or a stop of two seconds.
"""

import argparse
import asyncio
import json
import random
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from portal.audit import report
from portal.stress.console import Console
from tests.crash.checker import Exports, check
from tests.crash.people import Instructor, Student
from tests.crash.record import OK, UNKNOWN, Record
from tests.crash.target import KEY, Target, free_site
from tests.serving import PASSWORD

POOL = [("B", False), ("AC", True), ("C", False), ("", False), ("ABD", True), ("D", False), ("A", False), ("BD", True)]
CORRECT = [frozenset(key) for key, _ in POOL]
LONGEST = 1.5  # seconds that a life lasts at most; most end sooner, by what was done in them
PROMISES = ("lost", "ghosts", "doubled", "forgotten", "points", "receipts", "steps back", "time", "time lost")
OTHERS = ("sent away", "signed out", "console", "audit", "log")


def pool() -> str:
    questions = [
        {
            "text": f"Question {number}?",
            "options": {letter: f"Option {letter}" for letter in "ABCD"},
            "correct": list(key) if several else key or None,
            "time_limit": 30,
        }
        for number, (key, several) in enumerate(POOL, start=1)
    ]
    return json.dumps({"title": "A quiz under fire", "questions": questions})


async def nemesis(target: Target, record: Record, cycles: int, phones: int, chance: random.Random) -> None:
    """``cycles`` times an end and a start. One start in forty is as from a shell, one pause in thirty is longer."""
    for _ in range(cycles):
        lot = chance.random()
        await _busy(record, chance.randint(0, 2 * phones))
        await asyncio.sleep(chance.uniform(0, 0.02))
        if lot < 0.01:
            target.crash.stopped = target.crash.number + 1
            await target.signal(signal.SIGSTOP)
            await asyncio.sleep(2)
            await target.signal(signal.SIGCONT)
            await asyncio.sleep(0.1)
        await target.end(signal.SIGTERM if 0.01 <= lot < 0.06 else signal.SIGKILL)
        if lot > 0.97:
            await asyncio.sleep(1.5)  # long enough to see that nobody pays for it
        if chance.random() < 0.1:  # killed while it starts
            await target.spawn()
            await asyncio.sleep(chance.uniform(0, 0.1))
            await target.kill()
        await target.start(cold=chance.random() < 0.025)


async def _busy(record: Record, taps: int) -> None:
    """Waits until so many more taps are on their way or answered: a busy machine is killed as early as an idle one."""
    goal, until = len(record.taps) + taps, time.monotonic() + LONGEST
    while len(record.taps) < goal and time.monotonic() < until:  # noqa: ASYNC110 (either may come first)
        await asyncio.sleep(0.005)


async def play(folder: Path, cycles: int, phones: int, seed: int) -> tuple[Record, Target, float]:
    """The whole lecture under fire; ends with everything closed, exported and checked."""
    chance, record = random.Random(seed), Record()  # noqa: S311 (a seed that can be tried again, no secret)
    (folder / "pool.json").write_text(pool())
    target = Target(folder, free_site())
    await target.open()
    try:
        await target.start()
        instructor = Instructor(target.site, record, random.Random(seed + 1))  # noqa: S311 (repeatable by its seed)
        await instructor.sign_in(PASSWORD)
        several = [each for _, each in POOL]
        students = [
            Student(number, target, record, several, random.Random(f"{seed}/{number}"))  # noqa: S311 (as above)
            for number in range(phones)
        ]
        everybody: list[Student | Instructor] = [*students, instructor]
        lives = [asyncio.create_task(each.live()) for each in everybody]
        began = time.monotonic()
        await nemesis(target, record, cycles, phones, chance)
        took = time.monotonic() - began
        for each in everybody:
            each.over = True
        await asyncio.gather(*lives)
        check(record, await exports(instructor), CORRECT)
        await target.end(signal.SIGTERM)
        return record, target, took
    finally:
        await target.close()


async def exports(console: Console) -> Exports:
    """Closes what is open, then takes every run home."""
    if (await console.look()).state != "finished":
        await console.do("end")
    found = Exports()
    for run in range(1, int((await console.health())["run"]) + 1):
        found.answers[run] = await console.export(f"runs/{run}/answers")
        found.results[run] = await console.export(f"runs/{run}/results")
    return found


def look_inside(folder: Path, record: Record, target: Target) -> None:
    """What must hold besides: the audit agrees, and the program never met a fault."""
    found = report.audit(folder / "portal.db", KEY)
    for fault in found.faults:
        record.breach("audit", fault)
    if "Traceback" in (log := target.log.read_text()):
        record.breach("log", log[log.index("Traceback") :][:2000])


def tell(record: Record, target: Target, cycles: int, took: float) -> str:
    counts, unknown = record.counts, sum(tap.outcome == UNKNOWN for tap in record.taps)
    answered = sum(tap.outcome == OK for tap in record.taps)
    told = f"{cycles} cycles in {took:.0f} s, {answered} acknowledged, {unknown} unknown"
    promises = ", ".join(f"{counts[kind]} {kind}" for kind in PROMISES)
    others = "".join(f", {counts[kind]} {kind}" for kind in OTHERS if counts[kind])
    starts = f"{statistics.median(target.starts):.2f} s"
    if target.cold_starts:
        starts += f", {statistics.median(target.cold_starts):.2f} s from a shell"
    return f"{told}: {promises}{others} ({counts['clocks']} clocks compared; started in {starts})"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Kill and check.")
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--phones", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="how often what was done and refused")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="portal-kill-") as name:
        folder = Path(name)
        record, target, took = asyncio.run(play(folder, chosen.cycles, chosen.phones, chosen.seed))
        look_inside(folder, record, target)
    for breach in record.breaches[:40]:
        sys.stdout.write(f"{breach}\n")
    if chosen.verbose:
        sys.stdout.write(f"{dict(record.counts)}\n")
    sys.stdout.write(tell(record, target, chosen.cycles, took) + "\n")
    enough = any(tap.outcome == OK for tap in record.taps)
    return 1 if record.breaches or not enough else 0


if __name__ == "__main__":
    sys.exit(main())
