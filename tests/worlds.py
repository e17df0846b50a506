"""Two worlds for the model test: the bare rules in memory, and the live run on a real file."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from portal.domain.ids import Millis, RunId, Sequence
from portal.domain.question import Quiz
from portal.domain.quiz import commands as c
from portal.domain.quiz import events as e
from portal.domain.quiz.rules import decide
from portal.domain.quiz.scoreboard import Scoreboard
from portal.domain.quiz.state import QuizState, begin, evolve
from portal.domain.rejection import Reason, Rejected
from portal.store import codec
from tests.halls import TERMS, Anew, Hall, HeldClock, Row, as_a_crash_leaves_it, held_by_another, opened, replayed

WORDS = {
    Reason.NO_IDENTITY: "no_identity",
    Reason.NOT_OPEN: "not_open",
    Reason.TIME_EXPIRED: "time_expired",
    Reason.STALE_QUESTION: "stale",
    Reason.STALE_CONTROL: "stale",
    Reason.BAD_ANSWER: "bad_answer",
    Reason.BAD_NUMBER: "bad_value",
    Reason.BAD_TIME_LIMIT: "bad_value",
    Reason.BAD_EXTENSION: "bad_value",
}


def word(outcome: Reason | str) -> str:
    """What clients are told: the oracle does not know the program's reasons."""
    return outcome if isinstance(outcome, str) else WORDS.get(outcome, "not_allowed")


class World(Protocol):
    clock: HeldClock

    @property
    def state(self) -> QuizState: ...

    @property
    def board(self) -> Scoreboard: ...

    def do(self, commands: Iterable[c.Command | Anew]) -> list[str]:
        """What becomes of commands that arrive in the same instant."""
        ...

    def restart(self, away: int, *, crash: bool) -> None:
        """Ends, politely or not, and starts again ``away`` milliseconds later."""
        ...

    def check(self) -> None:
        """What must hold in this world after every step."""
        ...

    def archived(self, run: int) -> QuizState: ...

    def close(self) -> None: ...


class Rules:
    """No disk: thousands of steps a second. A restart replays the events from their JSON."""

    def __init__(self, pool: Quiz) -> None:
        self.clock = HeldClock()
        started = e.RunStarted(self.clock.now(), RunId(1), pool, "start")
        self.state = begin(started)
        self.state.sequence = Sequence(1)
        self._runs: list[list[e.Event]] = [[started]]
        self._checked = 0
        self._board: Scoreboard | None = None
        self._reckoning = (0, 0)

    @property
    def board(self) -> Scoreboard:
        """Kept and taken over as the live run does it: what is kept too long shows."""
        reckoning = (self.state.run, self.state.reckoning)
        if self._board is None or self._reckoning != reckoning:
            self._board, self._reckoning = Scoreboard(self.state, self._board), reckoning
        return self._board

    def do(self, commands: Iterable[c.Command | Anew]) -> list[str]:
        return [word(self._one(command)) for command in commands]

    def restart(self, away: int, *, crash: bool) -> None:
        self.state = self.archived(self.state.run)
        self.clock.wait(away)
        self._one(c.Resume(Millis(away)))

    def check(self) -> None:
        self._checked += 1
        if self._checked % 16 == 0:
            assert self.archived(self.state.run) == self.state

    def archived(self, run: int) -> QuizState:
        written = [codec.decode(codec.kind_of(each), codec.encode(each)) for each in self._runs[run - 1]]
        first = written[0]
        assert isinstance(first, e.RunStarted)
        state = begin(first)
        sequence = sum(len(events) for events in self._runs[: run - 1])
        for event in written:
            assert isinstance(event, e.Event)
            sequence += 1
            state = evolve(state, event, Sequence(sequence))
        return state

    def close(self) -> None:
        return

    def _one(self, command: c.Command | Anew) -> Reason | str:
        try:
            self._happen(self._anew(command) if isinstance(command, Anew) else self._decide(command))
        except Rejected as refusal:
            self._happen([event for event in refusal.evidence if isinstance(event, e.JoinRefused)])
            return refusal.reason
        return "ok"

    def _decide(self, command: c.Command) -> list[e.Event]:
        return decide(self.state, command, self.clock.now(), TERMS)

    def _anew(self, reset: Anew) -> list[e.Event]:
        if reset.run != self.state.run:
            raise Rejected(Reason.STALE_CONTROL)
        started = e.RunStarted(self.clock.now(), RunId(reset.run + 1), reset.quiz, reset.source)
        return [*self._decide(c.Archive(reset.turn)), started]

    def _happen(self, events: Iterable[e.Event]) -> None:
        for event in events:
            if isinstance(event, e.RunStarted):
                self._runs.append([])
            self._runs[-1].append(event)
            self.state = evolve(self.state, event, Sequence(self.state.sequence + 1))


class Disk:
    """The real writer on a real file, on an event loop of its own."""

    LOCK_WAIT = 0.02

    def __init__(self, folder: Path, pool: Quiz, name: str = "portal") -> None:
        self.clock = HeldClock()
        self._folder, self._pool, self._lives, self._name = folder, pool, 1, name
        self._loop = asyncio.new_event_loop()
        self._hall = self._opened(folder / f"{name}.db")
        self._rows: list[Row] = []

    @property
    def state(self) -> QuizState:
        return self._hall.state

    @property
    def board(self) -> Scoreboard:
        return self._hall.run.board

    def do(self, commands: Iterable[c.Command | Anew]) -> list[str]:
        return [word(each) for each in self._loop.run_until_complete(self._hall.together(*commands))]

    def fails(self, command: c.Command | Anew) -> str:
        """What becomes of ``command`` while another program keeps the file from being written."""
        with held_by_another(self._hall.path):
            return self.do([command])[0]

    def restart(self, away: int, *, crash: bool) -> None:
        self._beat()
        if crash:
            self._reopen_what_a_crash_leaves(away)
        else:
            self._loop.run_until_complete(self._hall.close())
            self.clock.wait(away)
            self._hall = self._opened(self._hall.path)

    def crash_before_the_commit(self, command: c.Command | Anew, away: int) -> None:
        """Crashes when ``command`` has been decided but is not on disk yet."""
        self._beat()
        with held_by_another(self._hall.path):
            decided = self._loop.create_task(self._hall.outcome(command))
            self._loop.run_until_complete(asyncio.sleep(0))
            self._reopen_what_a_crash_leaves(away)
        self._loop.run_until_complete(decided)

    def check(self) -> None:
        rows = self._hall.rows()
        assert rows[: len(self._rows)] == self._rows, "what was on disk is still there, unchanged"
        assert [row[0] for row in rows] == list(range(1, len(rows) + 1)), "the sequence has no holes"
        answers = [(row[1], row[4], row[5]) for row in rows if row[3] == "AnswerAccepted"]
        assert len(answers) == len(set(answers))
        self._rows = rows
        assert self._hall.replayed() == self.state, "what is shown is what is on disk"
        assert self._hall.run.ahead == self.state, "nothing is under way"

    def archived(self, run: int) -> QuizState:
        return replayed(self._hall.log, run)

    def close(self) -> None:
        self._loop.run_until_complete(self._hall.close())
        self._loop.close()

    def _opened(self, path: Path) -> Hall:
        return self._loop.run_until_complete(opened(path, self.clock, self._pool, lock_wait=self.LOCK_WAIT))

    def _beat(self) -> None:
        """What the timer notes while a question is open."""
        self._loop.run_until_complete(self._hall.log.beat(self.clock.now()))

    def _reopen_what_a_crash_leaves(self, away: int) -> None:
        old, self._lives = self._hall, self._lives + 1
        copy = as_a_crash_leaves_it(old.path, self._folder / f"{self._name}-{self._lives}.db")
        self.clock.wait(away)
        self._hall = self._opened(copy)
        self._loop.run_until_complete(old.close())
