"""A contest's races and crashes: who of 280 teams gets a question, and what is left of it all after ``kill -9``.

    python -m tests.crash.contest [--rounds 1000] [--teams 280] [--kills 50] [--seed 1]

In a round every team asks for the same question in the same instant: one gets it, all others are told that it is taken.
With ``--kills`` the program is killed so often while teams ask, answer and open boxes; then the file is audited, and
every question and outcome that a team was told of is looked for in the exports.
"""

import argparse
import asyncio
import csv
import io
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from portal.audit import report
from portal.stress.console import Console
from portal.stress.http import Browser, Fields, Reply, Site
from portal.stress.stage import Stage, error_in, stage_in
from portal.stress.wire import Dropped
from tests.serving import PASSWORD, Program, program
from tests.teams import contest_text

TEAMS = 280
BUSY = 1.0  # seconds that a life lasts at most


OPENED: list[Browser] = []
Scene = TypeVar("Scene")


def run(scene: Coroutine[object, object, Scene]) -> Scene:
    """Plays ``scene``; every phone that was opened in it is closed afterwards."""

    async def whole() -> Scene:
        try:
            return await scene
        finally:
            while OPENED:
                OPENED.pop().close()
            await asyncio.sleep(0.05)  # transports say goodbye on the loop

    return asyncio.run(whole())


class Phone(Browser):
    """One phone of a team. ``stage`` is what it was shown last."""

    def __init__(self, site: Site, cookies: dict[str, str] | None = None) -> None:
        super().__init__(site, cookies)
        self.stage: Stage | None = None
        OPENED.append(self)

    async def register(self, name: str) -> None:
        reply = await self.post("/team/register", (("team_name", name), ("members", "Ada")))
        assert reply.status == 303, reply.body.decode()

    async def send(self, path: str, fields: Fields = ()) -> Reply:
        reply = await self.post(f"/team/{path}", fields)
        self.stage = stage_in(reply.body)
        return reply

    @property
    def held(self) -> str | None:
        return self.stage.text(b"held") if self.stage else None


async def teams(site: Site, count: int) -> list[Phone]:
    """So many teams, registered at once."""
    phones = [Phone(site) for _ in range(count)]
    await asyncio.gather(*(phone.register(f"Team {number}") for number, phone in enumerate(phones, start=1)))
    return phones


async def console(site: Site) -> Console:
    instructor = Console(site)
    OPENED.append(instructor)
    await instructor.sign_in(PASSWORD)
    return instructor


async def same_question(phones: Sequence[Phone], question: str) -> Counter[str]:
    """What they are told who ask for ``question`` in the same instant. Whoever got it answers, to be free again."""
    replies = await asyncio.gather(*(phone.send("question", (("question_id", question),)) for phone in phones))
    for phone in phones:
        if phone.held == question:
            await phone.send("answer", (("question_id", question), ("answer", "B")))
    return Counter(outcome(reply) for reply in replies)


def outcome(reply: Reply) -> str:
    return error_in(reply.body) or str(reply.status)


async def race(rounds: int, count: int) -> int:
    """The number of rounds in which anything but one holder and clear refusals was seen."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with program(folder, contest_text(rounds)) as portal:
            site = Site.at(portal.url)
            phones, instructor = await teams(site, count), await console(site)
            await instructor.do("next")
            begun, wrong = time.monotonic(), 0
            for number in range(1, rounds + 1):
                told = await same_question(phones, f"q{number}")
                if told != Counter({"taken": count - 1, "200": 1}):
                    wrong += 1
                    say(f"round {number}: {dict(told)}")
            seconds = time.monotonic() - begun
            portal.stop()
        found = report.audit(folder / "portal.db", key_of(folder))
    say(f"{rounds} rounds of {count} teams in {seconds:.0f} s: {wrong} wrong; audit: {found.faults or 'no fault'}")
    return wrong + len(found.faults)


@dataclass
class Told:
    """What teams were told, to be found again: who got which question, and how it went."""

    got: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def hear(self, reply: Reply, answered: str | None) -> None:
        if reply.status >= 500:
            self.faults.append(f"status {reply.status}: {reply.body[:80].decode(errors='replace')}")
        stage = stage_in(reply.body)
        if reply.status != 200 or stage is None:
            return
        team, held = stage.text(b"team") or "", stage.text(b"held")
        if (stage.number(b"points") or 0) < 0:
            self.faults.append(f"{team} has {stage.number(b'points')} points")
        if held and self.got.setdefault(held, team) != team:
            self.faults.append(f"{held} was given to {self.got[held]} and to {team}")
        if answered and (said := stage.text(b"outcome")):
            self.outcomes[answered] = {"correct": "right"}.get(said, said)


def _dice(seed: float) -> random.Random:
    return random.Random(seed)  # noqa: S311 (the same play again with the same seed; no secret is made of it)


async def under_fire(folder: Path, kills: int, count: int, seed: int) -> Told:
    """Teams play while the program is killed so often; ends with what they were told."""
    chance, told = _dice(seed), Told()
    with program(folder, contest_text(40 * kills, boxes=10 * kills, starting=400)) as portal:
        site = Site.at(portal.url)
        phones, instructor = await teams(site, count), await console(site)
        await instructor.do("next")
        # dice of their own for each, all from the one seed: no secret, and the same again
        players = [asyncio.create_task(_play(phone, told, _dice(chance.random()))) for phone in phones]
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(0.05, BUSY))
            await asyncio.to_thread(_kill_and_start, portal)
        for player in players:
            player.cancel()
        ends = await asyncio.gather(*players, return_exceptions=True)
        told.faults += [
            f"a player ended with {end!r}" for end in ends if not isinstance(end, asyncio.CancelledError | Dropped)
        ]
        told.faults += await _missing(instructor, told)
        portal.stop()
    told.faults += report.audit(folder / "portal.db", key_of(folder)).faults
    return told


async def _play(phone: Phone, told: Told, chance: random.Random) -> None:
    while True:
        held = phone.held
        try:
            if held:
                reply = await phone.send("answer", (("question_id", held), ("answer", chance.choice("BC"))))
            elif chance.random() < 0.3:
                reply = await phone.send("mystery", (("difficulty", chance.choice(("EASY", "MEDIUM", "HARD"))),))
            else:
                reply = await phone.send("question")
            told.hear(reply, held)
        except Dropped:
            await asyncio.sleep(0.05)
        await asyncio.sleep(chance.uniform(0, 0.02))


async def _missing(instructor: Console, told: Told) -> list[str]:
    """What a team was told, and the exports do not say."""
    reply = await instructor.get("/admin/assignments.csv")
    rows = {row["question"]: row for row in csv.DictReader(io.StringIO(reply.body.decode("utf-8-sig"), newline=""))}
    lost = [
        f"{each} was given to {team}" for each, team in told.got.items() if rows.get(each, {}).get("team_id") != team
    ]
    wrong = [f"{each} was {how}" for each, how in told.outcomes.items() if rows.get(each, {}).get("status") != how]
    return [f"lost: {fault}" for fault in lost + wrong]


def key_of(folder: Path) -> str:
    return (folder / "secret-key").read_text().strip()


def _kill_and_start(portal: Program) -> None:
    portal.kill()
    portal.start()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.crash.contest", description="Races and crashes of a contest.")
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--teams", type=int, default=TEAMS)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    flags = parser.parse_args()
    faults = run(race(flags.rounds, flags.teams)) if flags.rounds else 0
    if flags.kills:
        with tempfile.TemporaryDirectory() as scratch:
            told = run(under_fire(Path(scratch), flags.kills, min(flags.teams, 60), flags.seed))
        faults += len(told.faults)
        for fault in told.faults[:20]:
            say(fault)
        given, answered = len(told.got), len(told.outcomes)
        say(
            f"contest: {flags.rounds} rounds, {flags.kills} kills with {given} questions given and {answered} answered:"
            f" {faults} faults"
        )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
