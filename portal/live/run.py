"""The one door into a run: decide, write, show.

Invariant: ``shown`` holds exactly what is on disk. Pages, streams, exports and points read nothing else, so nobody can
be shown what a crash would take back. ``ahead`` also holds what is on its way to the disk: commands are decided against
it, so two taps in the same instant cannot both be the first.
"""

import asyncio
import copy
from collections.abc import Callable
from collections.abc import Sequence as Listed
from dataclasses import dataclass
from functools import partial
from typing import cast

from portal.domain import modes
from portal.domain.competition.state import ContestState
from portal.domain.ids import Millis, RunId, Sequence, Turn
from portal.domain.modes import Command, Event, Pool, State
from portal.domain.quiz import events as quiz_events
from portal.domain.quiz.rules import Terms
from portal.domain.quiz.scoreboard import Scoreboard
from portal.domain.quiz.state import QuizState
from portal.domain.rejection import Reason, Rejected
from portal.live.bus import Bus
from portal.live.clock import Clock
from portal.store.log import EventLog, resolve
from portal.views import regions, team_regions
from portal.views.regions import Stale

CONSOLE_SOURCE = "console"
"""Where a pool came from that the instructor chose: a restart does not replace it by the one given at the start."""


class OtherKind(Exception):
    """A page of one kind of run was asked of the other: a quiz's of a contest, or a contest's of a quiz."""


class LiveRun:
    """The present run of the file, from its first event to the last that was committed.

    A quiz's pages read ``shown``, a contest's ``contest``; the one that the run is not raises :class:`OtherKind`.
    """

    def __init__(self, log: EventLog, bus: Bus, clock: Clock, terms: Terms, state: State) -> None:
        self.state = state
        self.ahead = _copy(state)
        self._log, self._bus, self._clock, self._terms = log, bus, clock, terms
        self._under_way = 0  # batches handed to the writer that it has not settled
        self._board: tuple[RunId, int, Scoreboard] | None = None
        log.lost = self._forget_what_was_lost

    @property
    def shown(self) -> QuizState:
        if not isinstance(self.state, QuizState):
            raise OtherKind
        return self.state

    @property
    def contest(self) -> ContestState:
        if not isinstance(self.state, ContestState):
            raise OtherKind
        return self.state

    @property
    def is_contest(self) -> bool:
        return isinstance(self.state, ContestState)

    async def execute(self, command: Command) -> None:
        """Carries ``command`` out and returns when what it changed is on disk and shown.

        Raises :class:`Rejected` when a rule forbids it, :class:`NotSaved` when the disk does: then nothing happened.
        """
        # No await between deciding and recording: two taps in the same instant must not both find the seat empty.
        try:
            events = modes.decide(self.ahead, command, self._clock.now(), self._terms)
        except Rejected as refusal:
            await self.record(cast("Listed[Event]", refusal.evidence))
            raise
        await self.record(events)

    def submit(self, command: Command, told: Callable[[Exception | None], None]) -> bool:
        """As :meth:`execute`, for whoever does not wait: ``told`` hears the error, or None, when what changed is shown.

        False when a rule forbids it or it changes nothing: then nothing has happened, and ``told`` hears nothing.
        """
        try:
            events = modes.decide(self.ahead, command, self._clock.now(), self._terms)
        except Rejected:
            return False
        if events:
            self._write(events, told)
        return bool(events)

    async def begin_anew(self, run: RunId, turn: Turn, given: "StartPool") -> None:
        """Archives ``run`` and begins the next with the ``given`` pool, of whichever kind. Raises as ``execute``."""
        now = self._clock.now()
        await self.record(modes.begin_anew(self.ahead, run, turn, given.pool, given.source, now, self._terms))

    async def choose(self, given: "StartPool") -> None:
        """Gives a run in its lobby another pool; one of the other kind begins a new run. Raises as :meth:`execute`."""
        command = modes.choose(self.ahead, given.pool, given.source)
        if command is not None:
            await self.execute(command)
        elif modes.is_in_lobby(self.ahead):
            await self.begin_anew(self.ahead.run, self.ahead.turn, given)
        else:
            raise Rejected(Reason.RUN_HAS_BEGUN)

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
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._write(events, partial(resolve, future))
        await future

    def _write(self, events: Listed[Event], told: Callable[[Exception | None], None]) -> None:
        numbered = [(Sequence(self.ahead.sequence + place), event) for place, event in enumerate(events, start=1)]

        def settled(error: Exception | None) -> None:
            self._under_way -= 1
            if error is None:
                self._show(numbered)
            told(error)

        # the log first: an event that cannot be written as JSON must not leave its mark on what is ahead
        self._log.append(self.ahead.run, numbered, settled)
        self._under_way += 1
        for sequence, event in numbered:
            self.ahead = modes.evolve(self.ahead, event, sequence)

    def _show(self, events: list[tuple[Sequence, Event]]) -> None:
        for sequence, event in events:
            self.state = modes.evolve(self.state, event, sequence)
            for stale in _stale_after(event):
                self._bus.publish(stale)

    def _forget_what_was_lost(self) -> None:
        self.ahead = _copy(self.state)


@dataclass(frozen=True, slots=True)
class StartPool:
    """A pool to begin with, and where it came from: the name of its file, or the console."""

    pool: Pool
    source: str


async def resume(
    log: EventLog, bus: Bus, clock: Clock, terms: Terms, given: StartPool, prepare: Callable[[], None] = lambda: None
) -> LiveRun:
    """The run that the file holds, as it was; a first one with the ``given`` pool when the file is new.

    What was running goes on with the time that it had left when the program was last alive. While
    the run is in the lobby it takes the given pool, unless the instructor has chosen another.

    ``prepare`` does what the first pages would have to wait for. Called before the clock goes on: what it takes costs
    nobody answering time.
    """
    number, _, alive = log.latest()
    start = modes.start(clock.now(), RunId(1), given.pool, given.source)
    run = LiveRun(log, bus, clock, terms, _rebuilt(log, number) if number else modes.begin(start))
    if not number:
        await run.record([start])
    elif modes.is_running(run.state):
        prepare()
        await run.execute(modes.resumption(run.state, Millis(clock.now() - alive)))
    elif modes.is_in_lobby(run.state) and run.state.source != CONSOLE_SOURCE:
        await run.choose(given)
    return run


def _rebuilt(log: EventLog, number: RunId) -> State:
    state: State | None = None
    for stored in log.replay(number):
        state = modes.evolve(state, stored.event, stored.sequence)
    assert state is not None, "the file says that it holds this run"
    return state


def _stale_after(event: Event) -> tuple[Stale, ...]:
    if isinstance(event, quiz_events.Event):
        return regions.stale_after(event)
    return team_regions.stale_after(event)


def _copy(state: State) -> State:
    """A state of its own; the pool never changes, so the copy shares it."""
    pool = modes.pool_of(state)
    return copy.deepcopy(state, {id(pool): pool})
