"""Who is in the hall while the server is killed: students and an instructor, who go on with their cookies."""

import asyncio
import random
import re
import time
from collections.abc import Sequence

from portal.stress.console import Console, Refused
from portal.stress.http import Site
from portal.stress.phone import Phone
from portal.stress.stage import Stage, stage_in
from portal.stress.wire import Dropped
from tests.crash.record import OK, REFUSED, Record, Tap
from tests.crash.target import Target
from tests.serving import PASSWORD

PATIENCE = 6.0  # seconds: longer than a stop
TOLERANCE = 1000  # ms by which the time left may differ after a crash
RECEIPT = re.compile(rb"\b[A-Z2-7]{5}-[A-Z2-7]{5}\b")


class Student:
    """A phone and whoever holds it. A new run, or a join whose reply was lost, begins a new life with a new id."""

    def __init__(
        self, number: int, target: Target, record: Record, several: Sequence[bool], chance: random.Random
    ) -> None:
        self._number, self._target, self._record, self._several = number, target, record, several
        self._chance = chance
        self._lives = 0
        self._phone = self._born()
        self.over = False

    async def live(self) -> None:
        while not self.over:
            try:
                await self._go_on()
            except Dropped:
                self._phone.hang_up()
                await asyncio.sleep(self._chance.uniform(0.005, 0.03))
        self._phone.leave()

    def _born(self) -> Phone:
        self._lives += 1
        self._turn, self._resets = -1, self._record.resets
        self._last: tuple[Stage, float, int] | None = None  # a stage, when it was shown, after how many crashes
        self._kept: dict[int, str] = {}
        self._minds: dict[int, str] = {}
        student = f"p{self._number:03}-{self._lives}"
        return Phone(self._target.site, student, f"Student {student}")

    async def _go_on(self) -> None:
        if not self._phone.cookies:
            await self._join()
        elif not self._phone.is_listening:
            await self._come_back()
        else:
            stage = await self._next_question()
            if stage is not None:
                await self._answer(stage)

    async def _join(self) -> None:
        reply = await self._phone.join(PATIENCE)
        self._record.counts["joins"] += reply.status == 303
        if reply.status != 303:  # taken by ourselves, when the reply was lost
            self._phone.leave()
            self._phone = self._born()

    async def _come_back(self) -> None:
        """The first message of a new stream: nothing that was shown before may be missing from it."""
        phone, kept, turn = self._phone, dict(self._kept), self._turn
        crash, before = self._target.crash.number, self._last
        phone.heard, asked_at = None, time.monotonic()
        await phone.open_stream(PATIENCE)
        if phone.was_sent_away:
            self._leave_the_run()
            return
        stage = phone.stage
        assert stage is not None
        if stage.turn < turn:
            self._record.breach("steps back", f"{phone.id} was shown turn {turn}, then {stage.turn}")
        if stage.question is not None and stage.question in kept and stage.answer != kept[stage.question]:
            self._record.breach("forgotten", f"{phone.id} was told {kept[stage.question]}, then shown {stage}")
        if before is not None and crash == self._target.crash.number:
            self._check_time(before, stage, asked_at)
        self._see(phone, stage)
        self._last = (stage, phone.seen_at, crash)
        phone.heard = self._see

    def _leave_the_run(self) -> None:
        if self._resets == self._record.resets:
            self._record.breach("sent away", f"{self._phone.id} was sent to the join form, and nobody has reset")
        self._phone.leave()
        self._phone = self._born()

    async def _next_question(self) -> Stage | None:
        """A stage that waits for an answer; None when there is none yet, or the stream has ended."""
        phone = self._phone
        if phone.was_sent_away:
            self._leave_the_run()
            return None
        try:
            return await phone.until(lambda stage: stage.state == "question_open" and not stage.answer, 0.1)
        except Dropped:
            return None

    async def _answer(self, stage: Stage) -> None:
        await asyncio.sleep(self._chance.uniform(0, 0.06))
        assert stage.question is not None
        question, phone = stage.question, self._phone
        mind = self._minds.setdefault(question, self._choice(question))
        choice = self._choice(question) if self._chance.random() < 0.2 else mind
        taps = [self._tap(phone, question, choice)]
        if self._chance.random() < 0.1:  # a second tab in the same instant, with another mind
            taps.append(self._tap(phone.tab(), question, self._choice(question)))
        told = await asyncio.gather(*taps, return_exceptions=True)
        if any(isinstance(each, BaseException) for each in told):
            raise Dropped("a tap's reply was lost")

    async def _tap(self, phone: Phone, question: int, choice: str) -> None:
        tap, floor = self._record.tap(phone.id, question, choice), self._turn
        try:
            reply = await phone.answer(question, choice, PATIENCE)
        finally:
            if phone is not self._phone:
                phone.close()
        tap.ended = time.monotonic()
        stage = stage_in(reply.body)
        if reply.status != 200 or stage is None:
            tap.outcome = REFUSED
            self._record.counts[f"refused {reply.status}"] += 1
            return
        tap.outcome = OK
        self._note_ok(tap, stage, reply.body)
        if stage.turn < floor:
            self._record.breach("steps back", f"{phone.id} was shown turn {floor}, then {stage.turn} by a reply")

    def _note_ok(self, tap: Tap, stage: Stage, html: bytes) -> None:
        """The stage may already be that of a later question: then the reply says nothing of the answer."""
        if stage.question != tap.question or stage.answer is None:
            return
        tap.stored = self._kept[tap.question] = stage.answer
        found = RECEIPT.search(html)
        tap.receipt = found[0].decode() if found else ""

    def _see(self, phone: Phone, stage: Stage) -> None:
        """Every stage that the stream brings, in its order."""
        if stage.turn < self._turn and phone.is_listening:
            self._record.breach(
                "steps back", f"{phone.id} was shown turn {self._turn}, then {stage.turn} by its stream"
            )
        self._turn = max(self._turn, stage.turn)
        self._last = (stage, phone.seen_at, self._target.crash.number)
        if (
            stage.state == "question_closed"
            and stage.question is not None
            and stage.answer
            and stage.points is not None
        ):
            self._record.points[phone.id, stage.question] = stage.points

    def _check_time(self, before: tuple[Stage, float, int], stage: Stage, asked_at: float) -> None:
        """The time that the server was down is nobody's loss. Told only of a question that nothing else has touched."""
        (old, seen_at, crashes), crash, phone = before, self._target.crash, self._phone
        same = (old.question, old.turn + 1, crashes + 1) == (stage.question, stage.turn, crash.number)
        if not same or crash.number == crash.stopped or old.remaining_ms is None or stage.remaining_ms is None:
            return
        ran_at_most = crash.dead_at - seen_at + phone.seen_at - crash.spawned_at
        ran_at_least = crash.killed_at - seen_at + max(0.0, asked_at - crash.up_at)
        least = old.remaining_ms - 1000 * ran_at_most - TOLERANCE
        most = old.remaining_ms - 1000 * ran_at_least + TOLERANCE
        self._record.counts["clocks"] += 1
        if not least <= stage.remaining_ms <= most:
            told = f"{phone.id} has {stage.remaining_ms} ms left, not {least:.0f} to {most:.0f}"
            self._record.breach("time lost", told)

    def _choice(self, question: int) -> str:
        several = self._several[question] and self._chance.random() < 0.7
        return ",".join(sorted(self._chance.sample("ABCD", self._chance.randint(1, 3) if several else 1)))


class Instructor(Console):
    """Drives run after run. A command whose reply was lost is simply followed by a look at the present state."""

    def __init__(self, site: Site, record: Record, chance: random.Random) -> None:
        super().__init__(site)
        self._record, self._chance = record, chance
        self.over = False

    async def live(self) -> None:
        while not self.over:
            try:
                await self._go_on()
            except (Dropped, Refused):
                await asyncio.sleep(0.02)

    async def _go_on(self) -> None:
        health = await self.health()
        stage = await self.look()
        command = self._command(stage)
        await asyncio.sleep(self._chance.uniform(0.02, 0.15))
        if command == "reset":
            self._record.resets += 1
        following = 0 if stage.question is None else stage.question + 1
        if command == "next":
            self._record.opened.setdefault((int(health["run"]), following), time.monotonic())
        values = {"seconds": 5} if command == "extend" else {}
        reply = await self.send(command, stage.turn, **values)
        self._record.counts[f"{command} {reply.status}"] += 1
        if reply.status == 401:
            self._record.breach("signed out", "the console must sign in again")
            await self.sign_in(PASSWORD)
        elif reply.status not in (200, 409):
            self._record.breach("console", f"{command} was answered with {reply.status}")

    def _command(self, stage: Stage) -> str:
        lot = self._chance.random()
        if stage.state == "question_open":
            return "extend" if lot < 0.1 else "next" if lot < 0.4 else "close"
        if stage.state == "question_closed":
            return "standings" if lot < 0.2 else "reopen" if lot < 0.3 else "next"
        return "reset" if stage.state == "finished" else "next"
