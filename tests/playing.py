"""A room to play in: the rules on a held clock, with people in it. No web, no disk, no waiting."""

from typing import cast

from portal.domain import modes
from portal.domain.ids import Choice, Claim, Letter, Millis, ParticipantId, QuestionNumber, Round, RunId, Sequence, Turn
from portal.domain.question import Option, Question, Quiz
from portal.domain.quiz import commands as c
from portal.domain.quiz import events as e
from portal.domain.quiz.rules import Terms, decide
from portal.domain.quiz.scoreboard import Scoreboard, scoreboard
from portal.domain.quiz.state import QuizState, begin, evolve
from portal.domain.rejection import Reason, Rejected

START = Millis(1_700_000_000_000)


def question(correct: str | None = "B", *, several: bool = False, options: int = 4, seconds: int = 30) -> Question:
    """A question whose options are called A, B, C …; ``correct`` lists the right ones, None makes it a poll."""
    letters = [Letter(chr(ord("A") + index)) for index in range(options)]
    return Question(
        text="Which sort is **stable**?",
        options=tuple(Option(letter, f"Option {letter}") for letter in letters),
        correct=frozenset(Letter(each) for each in correct or ""),
        several=several,
        explanation="Because ties keep their order.",
        time_limit=Millis(seconds * 1000),
    )


def quiz(*questions: Question, score_fn: str = "accuracy") -> Quiz:
    return Quiz("Sorting, week 4", "main", score_fn, questions or (question("B"), question("C"), question("A")))


class Room:
    """A run whose commands are carried out at once. ``now`` moves only when :meth:`wait` says so."""

    def __init__(self, content: Quiz | None = None, *, grace: int = 500) -> None:
        self.now = START
        self.terms = Terms(grace=Millis(grace), seal=b"seal")
        started = e.RunStarted(START, RunId(1), content or quiz())
        self.history: list[e.Event] = [started]
        self.state: QuizState = begin(started)
        self.state.sequence = Sequence(1)

    def do(self, *commands: c.Command) -> "Room":
        for command in commands:
            self._happen(decide(self.state, command, self.now, self.terms))
        return self

    def reset(self, turn: Turn | None = None, *, run: int | None = None) -> "Room":
        """A new run of the same quiz. ``turn`` and ``run``: what the form was drawn for, not the present ones."""
        run_of_form = RunId(self.state.run if run is None else run)
        tap = run_of_form, self.state.turn if turn is None else turn
        events = modes.begin_anew(self.state, *tap, self.state.quiz, "start", self.now, self.terms)
        self._happen(cast("list[e.Event]", events))
        return self

    def refuses(self, command: c.Command) -> Reason:
        """The reason for which ``command`` is refused; its evidence happens. Fails when it is not refused."""
        try:
            events = decide(self.state, command, self.now, self.terms)
        except Rejected as refusal:
            self._happen([event for event in refusal.evidence if isinstance(event, e.JoinRefused)])
            return refusal.reason
        raise AssertionError(f"{command} was not refused but gave {events}")

    def wait(self, milliseconds: int) -> "Room":
        self.now = Millis(self.now + milliseconds)
        return self

    def join(self, *ids: str, name: str | None = None) -> "Room":
        """Each of ``ids`` joins with the claim ``claim-ID`` and the re-join code ``111111``."""
        return self.do(*(joining(each, name=name or f"Student {each}") for each in ids))

    def next(self) -> "Room":
        return self.do(c.Next(self.state.turn))

    def close(self) -> "Room":
        return self.do(c.Close(self.state.turn))

    def answer(self, who: str, choice: str, *, after: int = 0) -> "Room":
        """``who`` picks ``choice`` for the present question, ``after`` milliseconds from now."""
        return self.wait(after).do(self.answering(who, choice))

    def answering(self, who: str, choice: str, number: int | None = None) -> c.SubmitAnswer:
        asked = self.state.current if number is None else QuestionNumber(number)
        claim = self.claim(who)
        return c.SubmitAnswer(pid(who), claim, asked or QuestionNumber(0), None, Choice(choice), self.now)

    def claim(self, who: str) -> Claim:
        holder = self.state.participants.get(pid(who))
        return holder.claim if holder and holder.claim else Claim(f"claim-{who}")

    @property
    def board(self) -> Scoreboard:
        return scoreboard(self.state)

    def total(self, who: str) -> int:
        return self.board.by_participant[pid(who)].total

    def rank(self, who: str) -> int:
        return self.board.by_participant[pid(who)].rank

    def replayed(self) -> QuizState:
        """The state that a restart would build from what has happened."""
        first = self.history[0]
        assert isinstance(first, e.RunStarted)
        state = begin(first)
        for place, event in enumerate(self.history, start=1):
            state = evolve(state, event, Sequence(place)) if place > 1 else state
        return state

    def _happen(self, events: list[e.Event]) -> None:
        for event in events:
            self.history.append(event)
            self.state = evolve(self.state, event, Sequence(self.state.sequence + 1))


def pid(who: str) -> ParticipantId:
    return ParticipantId(who.lower())


def joining(
    who: str,
    *,
    name: str = "Ada",
    claim: str | None = None,
    held: str | None = None,
    code: str = "111111",
    address: str = "10.0.0.1",
) -> c.Join:
    new = Claim(claim or f"claim-{who}")
    return c.Join(pid(who), who, name, new, code, Claim(held) if held else None, address)


def turn(number: int) -> Turn:
    return Turn(number)


def vote(number: int) -> Round:
    return Round(number)
