"""The model test's machine: the program and the oracle do the same, and after every step they show the same."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, NamedTuple

from portal.domain.ids import Choice, Claim, Letter, Millis, ParticipantId, QuestionNumber, RunId, Turn
from portal.domain.question import Option, Question, Quiz
from portal.domain.quiz import commands as c
from portal.domain.quiz import events as e
from portal.domain.quiz.joining import code_is_blocked
from portal.domain.quiz.scoreboard import Scoreboard
from portal.domain.quiz.state import Phase, QuizState
from portal.live.run import CONSOLE_SOURCE
from tests.halls import Anew
from tests.oracle import Asked, Oracle
from tests.oracle_numbers import picture
from tests.worlds import Disk, World

IDS = ("ada", "bea", "cy", "dan")
NAMES = ("Zoe", "Ada", "Bea", "111111", "222222")
CHOICES = ("A", "B", "C", "A,C", "A,B", "A,B,C", "D", "", "E")
FUNCTIONS = ("accuracy", "linear", "ranked")
ASKED = [
    Asked("ABCD", "B", several=False, limit=30_000),
    Asked("ABCD", "AC", several=True, limit=20_000),
    Asked("AB", "", several=False, limit=5_000),
    Asked("ABC", "ABC", several=True, limit=60_000),
]
GRACE = 500


def pool(function: str, questions: int = 4) -> Quiz:
    """The oracle's questions as the program has them."""
    return Quiz("Model", "main", function, tuple(_question(asked) for asked in ASKED[:questions]))


class Act(NamedTuple):
    """A command for the program, and the same for the oracle."""

    command: c.Command | Anew
    ask: Callable[[Oracle], str]


class Model:
    """Makes acts, has both carry them out, and compares. ``late`` is by how many turns a form is out of date."""

    def __init__(self, world: World, function: str) -> None:
        self.world, self.clock = world, world.clock
        self.oracle = Oracle(ASKED, function, GRACE)
        self.steps = 0
        self._fresh = 0
        self._claims: dict[str, list[str]] = {who: ["claim-of-nobody"] for who in IDS}
        self._seen = (1, 0)

    def step(self, *acts: Act) -> None:
        """All of ``acts`` in the same instant, in this order."""
        expected = [act.ask(self.oracle) for act in acts]
        found = self.world.do([act.command for act in acts])
        assert found == expected, [(act.command, *said) for act, *said in zip(acts, found, expected, strict=True)]
        self.check()

    def fail(self, act: Act) -> None:
        """``act`` meets a disk that does not take it: nothing of it is kept."""
        assert isinstance(self.world, Disk)
        tried = deepcopy(self.oracle)
        said, now = act.ask(tried), self.clock.now()
        writes = picture(tried.run, now) != picture(self.oracle.run, now)
        found = self.world.fails(act.command)
        assert found == ("not saved" if writes else said), (act.command, found, said)
        self.check()

    def wait(self, milliseconds: int) -> None:
        self.clock.wait(milliseconds)
        self.check()

    def restart(self, away: int, *, crash: bool) -> None:
        self.world.restart(away, crash=crash)
        self.oracle.restarted(away)
        self.check()

    def crash_before_the_commit(self, act: Act, away: int) -> None:
        assert isinstance(self.world, Disk)
        self.world.crash_before_the_commit(act.command, away)
        self.oracle.restarted(away)
        self.check()

    def check(self) -> None:
        self.steps += 1
        state, now = self.world.state, self.clock.now()
        found, expected = shown(state, self.world.board, now), picture(self.oracle.run, now)
        assert found == expected, {key: (found[key], expected[key]) for key in found if found[key] != expected[key]}
        assert (state.run, state.turn) >= self._seen, "a turn only rises within a run"
        self._seen = (state.run, state.turn)
        self.world.check()

    def close(self) -> None:
        """Compares the archive too: no button takes anything from it."""
        now = self.clock.now()
        try:
            for run in self.oracle.archive:
                state = self.world.archived(run.number)
                assert state.archived
                found, expected = shown(state, self.world.board, now), picture(run, now)
                of_the_state = [key for key in expected if key not in ("points", "ranking", "moves")]
                assert {key: found[key] for key in of_the_state} == {key: expected[key] for key in of_the_state}
        finally:
            self.world.close()

    # the console

    def next(self, late: int = 0) -> Act:
        turn, now = self._turn(late), self.clock.now()
        return Act(c.Next(turn), lambda oracle: oracle.next(turn, now))

    def open(self, number: int, limit: int | None, late: int = 0) -> Act:
        turn, now = self._turn(late), self.clock.now()
        command = c.Open(turn, QuestionNumber(number), None if limit is None else Millis(limit))
        return Act(command, lambda oracle: oracle.open(turn, number, limit, now))

    def close_question(self, late: int = 0) -> Act:
        turn = self._turn(late)
        return Act(c.Close(turn), lambda oracle: oracle.close(turn))

    def extend(self, by: int, late: int = 0) -> Act:
        turn = self._turn(late)
        return Act(c.Extend(turn, Millis(by)), lambda oracle: oracle.extend(turn, by))

    def standings(self, late: int = 0) -> Act:
        turn = self._turn(late)
        return Act(c.ShowStandings(turn), lambda oracle: oracle.standings(turn))

    def reopen(self, late: int = 0) -> Act:
        turn, now = self._turn(late), self.clock.now()
        return Act(c.Reopen(turn), lambda oracle: oracle.reopen(turn, now))

    def end(self, late: int = 0) -> Act:
        turn = self._turn(late)
        return Act(c.End(turn), lambda oracle: oracle.end(turn))

    def reset(self, late: int = 0) -> Act:
        turn, run, quiz, source = self._turn(late), self.oracle.run, self.world.state.quiz, self.world.state.source
        number, questions, function = run.number + 1, run.questions, run.score_fn
        command = Anew(RunId(run.number), turn, quiz, source)
        return Act(command, lambda oracle: oracle.reset(turn, number, questions, function, source))

    def lock(self, locked: bool, late: int = 0) -> Act:
        turn = self._turn(late)
        return Act(c.Lock(turn) if locked else c.Unlock(turn), lambda oracle: oracle.lock(turn, locked))

    def choose(self, function: str, questions: int) -> Act:
        command = c.ChoosePool(pool(function, questions), CONSOLE_SOURCE)
        return Act(command, lambda oracle: oracle.choose(ASKED[:questions], function))

    def clear(self, who: str) -> Act:
        return Act(c.Clear(ParticipantId(who)), lambda oracle: oracle.clear(who))

    def hand_over(self, who: str) -> Act:
        return Act(c.HandOver(ParticipantId(who)), lambda oracle: oracle.hand_over(who))

    def undo(self, who: str) -> Act:
        return Act(c.UndoRelease(ParticipantId(who)), lambda oracle: oracle.undo(who))

    def bell(self) -> Act:
        """Only when :meth:`Oracle.is_overdue` says so."""
        return Act(c.RingBell(self._turn(0)), lambda oracle: oracle.bell())

    # a student

    def join(self, who: str, name: str, claim_age: int) -> Act:
        """``name`` may be ``code``: the present re-join code of the id. ``claim_age``: see :meth:`answer`."""
        now, held = self.clock.now(), self._claim(who, claim_age)
        if name == "code":
            name = next((person.code for person in self.oracle.run.people if person.id == who), "333333")
        self._fresh += 1
        claim, code = f"claim-{self._fresh}", f"{self._fresh:06}"
        self._claims[who].append(claim)
        command = c.Join(ParticipantId(who), who, name, Claim(claim), code, Claim(held), "10.0.0.1")
        return Act(command, lambda oracle: oracle.join(who, name, claim, code, held, now))

    def renew(self, who: str, claim_age: int) -> Act:
        now, claim = self.clock.now(), self._claim(who, claim_age)
        self._fresh += 1
        code = f"{self._fresh:06}"
        command = c.RenewCode(ParticipantId(who), Claim(claim), code)
        return Act(command, lambda oracle: oracle.renew(who, claim, code, now))

    def glance(self, who: str, claim_age: int) -> Act:
        claim = self._claim(who, claim_age)
        command = c.ReportGlance(ParticipantId(who), Claim(claim), e.Glance.BLUR)
        return Act(command, lambda oracle: oracle.glance(who, claim))

    def answer(self, who: str, choice: str, *, off: int = 0, waited: int = 0, claim_age: int = 0) -> Act:
        """``off``: from the present question; ``waited``: ms since it arrived; ``claim_age`` 0: the live claim."""
        claim, number = self._claim(who, claim_age), self.oracle.run.current + off
        arrived = Millis(self.clock.now() - waited)
        command = c.SubmitAnswer(
            ParticipantId(who), Claim(claim), QuestionNumber(number), None, Choice(choice), arrived
        )
        return Act(command, lambda oracle: oracle.answer(who, claim, number, choice, arrived))

    def _turn(self, late: int) -> Turn:
        return Turn(self.oracle.run.turn - late)

    def _claim(self, who: str, age: int) -> str:
        """The claim that ``who`` holds, or one of those that came before it or were never granted."""
        live = next((person.claim for person in self.oracle.run.people if person.id == who), "")
        return live if age == 0 and live else self._claims[who][-age % len(self._claims[who])]


def shown(state: QuizState, board: Scoreboard, now: Millis) -> dict[str, Any]:
    """What the program shows, in the oracle's words."""
    is_open, opening, people = state.phase is Phase.OPEN, state.opening, state.participants
    held = [(who, each) for who, person in people.items() for each in person.refused]
    strays = [(who, each) for who, refused in state.stray_joins.items() for each in refused]
    return {
        "run": state.run,
        "pool": (len(state.quiz.questions), state.quiz.score_fn, state.source),
        "phase": state.phase.value,
        "turn": state.turn,
        "question": -1 if state.current is None else state.current,
        "locked": state.locked,
        "remaining": max(0, opening.deadline - now) if opening and is_open else None,
        "limit": opening.limit if opening and is_open else None,
        "people": sorted((who, each.name, each.claim or "") for who, each in people.items()),
        "codes": {who: (each.code, each.code_until) for who, each in people.items()},
        "wrong codes": {who: code_is_blocked(each, now) for who, each in people.items()},
        "glances": {who: each.glances.total() for who, each in people.items()},
        "attempts": sorted((who, each.kind.value) for who, each in held + strays),
        "strays": sorted(who for who, _ in strays),
        "answers": {
            (who, number): (answer.choice, answer.elapsed)
            for who, each in people.items()
            for number, answer in each.answers.items()
        },
        "tallies": {number: {k: count for k, count in each.items() if count} for number, each in state.tallies.items()},
        "answered": {number: state.answered[number] for number in state.openings},
        "points": {(number, who): mark.points for number, marks in board.marks.items() for who, mark in marks.items()},
        "ranking": [(each.rank, each.participant, each.total) for each in board.standings],
        "moves": dict(board.moves),
        "evidence": [
            (each.participant.id, sorted((number, a.choice) for number, a in each.participant.answers.items()))
            for each in state.released
        ],
    }


def _question(asked: Asked) -> Question:
    return Question(
        text="?",
        options=tuple(Option(Letter(letter), letter) for letter in asked.options),
        correct=frozenset(Letter(letter) for letter in asked.correct),
        several=asked.several,
        explanation="",
        time_limit=Millis(asked.limit),
    )
