"""A class in front of a server: phones that have joined, the console, and the list of what went wrong."""

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from portal.stress.console import Console
from portal.stress.figures import Figures
from portal.stress.http import Reply, Site
from portal.stress.phone import Phone
from portal.stress.plan import Plan
from portal.stress.server import Server
from portal.stress.stage import Stage, error_in, stage_in
from portal.stress.wire import Dropped

AGES = 3_600  # seconds: the longest time limit
MOST_FAULTS = 40  # sentences that are kept, with few of each kind; the rest is only counted
MOST_OF_A_KIND = 5
KIND = 40  # characters that tell one kind of fault from another, once numbers are left out
_PARTICULARS = re.compile(r"\S*\d\S*")


@dataclass
class Faults:
    """Everything that was lost, wrong or late, in sentences."""

    sentences: list[str] = field(default_factory=list)
    count: int = 0
    _kinds: Counter[str] = field(default_factory=Counter)

    def add(self, sentence: str) -> None:
        self.count += 1
        kind = _PARTICULARS.sub("", sentence)[:KIND]
        self._kinds[kind] += 1
        if self._kinds[kind] <= MOST_OF_A_KIND and len(self.sentences) < MOST_FAULTS:
            self.sentences.append(sentence)

    def check(self, is_so: bool, sentence: str) -> bool:
        """Notes ``sentence`` unless it ``is_so``."""
        if not is_so:
            self.add(sentence)
        return is_so


class Sighting:
    """When each phone was first shown a certain stage."""

    def __init__(self, phones: Iterable[Phone], wanted: Callable[[Stage], bool], figures: Figures, name: str) -> None:
        self._missing = {phone.id for phone in phones}
        self._wanted, self._figures, self._name = wanted, figures, name
        self._done = asyncio.get_running_loop().create_future()
        self._since = time.monotonic()
        if not self._missing:
            self._done.set_result(None)

    def saw(self, phone: Phone, stage: Stage) -> None:
        if phone.id in self._missing and self._wanted(stage):
            self._missing.remove(phone.id)
            self._figures.add(self._name, phone.seen_at - self._since)
            if not self._missing and not self._done.done():
                self._done.set_result(None)

    async def all_did(self, limit: float) -> set[str]:
        """Waits until every phone has, but no longer than ``limit`` seconds; returns those that have not."""
        await asyncio.wait({self._done}, timeout=limit)
        return self._missing


class Classroom:
    """As many phones as the plan says. ``server`` is None unless the harness started it and may kill it."""

    def __init__(self, site: Site, console: Console, plan: Plan, *, server: Server | None, cycle: int = 0) -> None:
        self.site, self.console, self.plan, self.server = site, console, plan, server
        self.dice = random.Random(plan.seed + cycle)  # noqa: S311 (which option is tapped when; no secret)
        self.figures, self.faults = Figures(), Faults()
        self.phones: list[Phone] = []
        self._sighting: Sighting | None = None

    @property
    def size(self) -> int:
        return self.plan.students

    @property
    def patience(self) -> float:
        return self.plan.late

    def check(self, is_so: bool, sentence: str) -> bool:
        return self.faults.check(is_so, sentence)

    def check_reply(self, what: str, reply: Reply, status: int | Sequence[int], error: str | None = None) -> bool:
        """The reply has one of ``status``, and names ``error`` if one is given."""
        allowed = [status] if isinstance(status, int) else status
        told = error_in(reply.body)
        fits = reply.status in allowed and (error is None or told == error)
        wanted = f"{'/'.join(map(str, allowed))}{f' {error}' if error else ''}"
        return self.check(fits, f"{what}: got {reply.status} {told or ''}, not {wanted}")

    async def fresh(self) -> list[Phone]:
        """A new run in its lobby, with every phone joined and listening."""
        self.dismiss()
        await self.console.do("reset")
        lobby = await self.console.look()
        self.check(lobby.state == "lobby", f"after reset the projector shows {lobby.state}, not the lobby")
        newcomers = [self.newcomer(number) for number in range(self.size)]
        await self.together(self._join(phone) for phone in newcomers)
        await self.together(self._listen(phone) for phone in newcomers)
        self.phones = [phone for phone in newcomers if phone.is_listening]
        return self.phones

    def newcomer(self, number: int) -> Phone:
        phone = Phone(self.site, f"s{number:05d}", f"Student {number:05d}")
        phone.heard = self._heard
        return phone

    async def together(self, acts: Iterable[Awaitable[None]]) -> None:
        """Does all at once; a connection that was dropped or too slow is noted and hurts nobody else."""
        for outcome in await asyncio.gather(*acts, return_exceptions=True):
            if isinstance(outcome, Dropped):
                self.faults.add(str(outcome))
            elif isinstance(outcome, BaseException):
                raise outcome

    async def open(self, command: str = "next", **values: int) -> Stage:
        """Opens a question in front of every phone that listens; returns the hall's stage."""
        return await self._move("fanout", "question_open", command, **values)

    async def ask(self, question: int) -> Stage:
        """Opens ``question`` for so long that a scene never meets the bell, on however busy a machine."""
        return await self.open("open", question=question, time_limit=AGES)

    async def close(self) -> Stage:
        """Closes the question in front of every phone that listens."""
        return await self._move("reveal", "question_closed", "close")

    async def show(self, state: str, command: str) -> Stage:
        """A command after which every phone that listens must be in ``state``."""
        return await self._move(state, state, command)

    async def tap(self, phone: Phone, question: int, choice: str) -> bool:
        """Answers, and checks that it was saved as tapped."""
        reply = await phone.answer(question, choice, self.patience)
        stage = stage_in(reply.body)
        saved = reply.status == 200 and stage is not None and stage.answer == choice
        if saved:
            self.figures.add("save", reply.took)
        else:
            self.faults.add(f"{phone.id} tapped {choice} on {question}: {reply.status} {error_in(reply.body)} {stage}")
        return saved

    async def all_tap(self, question: int, choice: str = "A", phones: Iterable[Phone] | None = None) -> None:
        async def one(phone: Phone) -> None:
            await self.tap(phone, question, choice)

        await self.together(one(phone) for phone in (self.phones if phones is None else phones))

    def check_streams(self, when: str) -> None:
        """Nobody's stream was lost."""
        lost = [phone.id for phone in self.phones if not phone.is_listening]
        self.check(not lost, f"{when}: {len(lost)} streams were lost, such as that of {lost[:3]}")

    def dismiss(self) -> None:
        for phone in self.phones:
            phone.leave()
        self.phones = []

    def _heard(self, phone: Phone, stage: Stage) -> None:
        if self._sighting is not None:
            self._sighting.saw(phone, stage)

    async def _join(self, phone: Phone) -> None:
        reply = await phone.join(self.patience)
        if self.check_reply(f"{phone.id} joins", reply, (200, 204, 303)):
            self.check(bool(phone.cookies), f"{phone.id} joined and was given no cookie")
            self.figures.add("join", reply.took)

    async def _listen(self, phone: Phone) -> None:
        begun = time.monotonic()
        await phone.open_stream(self.patience)
        self.check(phone.stage is not None, f"{phone.id}: the stream of one who has joined begins without a stage")
        self.figures.add("connect", time.monotonic() - begun)

    async def _move(self, name: str, state: str, command: str, **values: int) -> Stage:
        before = await self.console.look()
        listening = [phone for phone in self.phones if phone.is_listening]
        newer = before.turn

        def wanted(stage: Stage) -> bool:
            return stage.state == state and stage.turn > newer

        self._sighting = sighting = Sighting(listening, wanted, self.figures, name)
        reply = await self.console.send(command, before.turn, **values)
        self.check_reply(f"{command} in {before.state}", reply, (200, 204, 303))
        missing = await sighting.all_did(self.patience)
        self._sighting = None
        self.check(not missing, f"{command}: {len(missing)} of {len(listening)} phones were not shown {state} in time")
        now = await self.console.look()
        self.check(now.state == state, f"after {command} the projector shows {now.state}, not {state}")
        return now
