"""The one door into a run: decide, write, show.

Invariant: ``shown`` holds exactly what is on disk. Pages, streams, exports and points read nothing else, so nobody can
be shown what a crash would take back. ``ahead`` also holds what is on its way to the disk: commands are decided against
it, so two taps in the same instant cannot both be the first.
"""

import asyncio
import copy
from collections.abc import Sequence as Listed
from dataclasses import dataclass
from typing import cast

from portal.domain.ids import Millis, RunId, Sequence
from portal.domain.question import Quiz
from portal.domain.quiz.commands import ChoosePool, Command, Resume
from portal.domain.quiz.events import Event, RunStarted
from portal.domain.quiz.rules import Terms, decide
from portal.domain.quiz.scoreboard import Scoreboard
from portal.domain.quiz.state import Phase, QuizState, begin, evolve
from portal.domain.rejection import Rejected
from portal.live.bus import Bus
from portal.live.clock import Clock
from portal.store.log import EventLog, resolve
from portal.views.regions import stale_after

CONSOLE_SOURCE = "console"
"""Where a pool came from that the instructor chose: a restart does not replace it by the one given at the start."""


class LiveRun:
    """The present run of the file, from its first event to the last that was committed."""

    def __init__(self, log: EventLog, bus: Bus, clock: Clock, terms: Terms, shown: QuizState) -> None:
        self.shown = shown
        self.ahead = _copy(shown)
        self._log, self._bus, self._clock, self._terms = log, bus, clock, terms
        self._under_way = 0  # batches handed to the writer that it has not settled
        self._board: tuple[RunId, int, Scoreboard] | None = None
        log.lost = self._forget_what_was_lost

    async def execute(self, command: Command) -> None:
        """Carries ``command`` out and returns when what it changed is on disk and shown.

        Raises :class:`Rejected` when a rule forbids it, :class:`NotSaved` when the disk does: then nothing happened.
        """
        # No await between deciding and recording: two taps in the same instant must not both find the seat empty.
        try:
            events = decide(self.ahead, command, self._clock.now(), self._terms)
        except Rejected as refusal:
            await self.record(cast("Listed[Event]", refusal.evidence))
            raise
        await self.record(events)

    @property
    def board(self) -> Scoreboard:
        """Points and ranks of the shown state, computed once after each change to them."""
        state, known = self.shown, self._board
        if known is None or known[:2] != (state.run, state.reckoning):
            self._board = known = (state.run, state.reckoning, Scoreboard(state, known[2] if known else None))
        return known[2]

    def now(self) -> Millis:
        return self._clock.now()

    async def record(self, events: Listed[Event]) -> None:
        """Writes ``events``, then shows them. With none, waits for what is under way: the caller may rest on it."""
        if not events and not self._under_way:
            return
        numbered = [(Sequence(self.ahead.sequence + place), event) for place, event in enumerate(events, start=1)]
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def settled(error: Exception | None) -> None:
            self._under_way -= 1
            if error is None:
                self._show(numbered)
            resolve(future, error)

        # the log first: an event that cannot be written as JSON must not leave its mark on what is ahead
        self._log.append(self.ahead.run, numbered, settled)
        self._under_way += 1
        for sequence, event in numbered:
            self.ahead = evolve(self.ahead, event, sequence)
        await future

    def _show(self, events: list[tuple[Sequence, Event]]) -> None:
        for sequence, event in events:
            self.shown = evolve(self.shown, event, sequence)
            for stale in stale_after(event):
                self._bus.publish(stale)

    def _forget_what_was_lost(self) -> None:
        self.ahead = _copy(self.shown)


@dataclass(frozen=True, slots=True)
class StartPool:
    """The quiz that the program was started with, and the name of its file."""

    quiz: Quiz
    source: str


async def resume(log: EventLog, bus: Bus, clock: Clock, terms: Terms, pool: StartPool) -> LiveRun:
    """The run that the file holds, as it was; a first one with ``pool`` when the file is new.

    A question that was open goes on with the time that it had left when the program was last alive. While the run is
    in the lobby it takes ``pool``, unless the instructor has chosen another.
    """
    number, _, alive = log.latest()
    start = RunStarted(clock.now(), RunId(1), pool.quiz, pool.source)
    run = LiveRun(log, bus, clock, terms, _rebuilt(log, number) if number else begin(start))
    if not number:
        await run.record([start])
    elif run.shown.phase is Phase.OPEN:
        await run.execute(Resume(Millis(clock.now() - alive)))
    elif run.shown.phase is Phase.LOBBY and run.shown.source != CONSOLE_SOURCE:
        await run.execute(ChoosePool(pool.quiz, pool.source))
    return run


def _rebuilt(log: EventLog, number: RunId) -> QuizState:
    history = log.replay(number)
    first = next(history)
    assert isinstance(first.event, RunStarted), "a run's first event starts it"
    state = begin(first.event)
    state.sequence = first.sequence
    for stored in history:
        state = evolve(state, stored.event, stored.sequence)
    return state


def _copy(state: QuizState) -> QuizState:
    """A state of its own; the quiz never changes, so the copy shares it."""
    return copy.deepcopy(state, {id(state.quiz): state.quiz})
