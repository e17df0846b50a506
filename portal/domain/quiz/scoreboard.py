"""Points, totals and ranks of a run, recomputed from the raw answers; nothing here is ever stored.

Only closed questions count: what an open question is worth is computed at its close, for nobody to see before.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from portal.domain.ids import Choice, ParticipantId, Points, QuestionNumber, letters_of
from portal.domain.quiz.state import Answer, QuizState
from portal.domain.ranking import Standing, standings
from portal.domain.scoring import Attempt, is_right, points, share


class Mark(NamedTuple):  # as Standing
    """What one answer to a closed question came to. ``right`` means fully right."""

    answer: Answer
    right: bool
    points: Points


Marks = Mapping[ParticipantId, Mark]
Closing = tuple[QuestionNumber, int]  # a question, and how often it has been open
Basis = tuple[tuple[Closing, ...], int]  # what ranks rest on, for the same members: what counts, for how many people
Ranked = tuple[Basis, list[Standing]]
Totals = Mapping[ParticipantId, int]


class Scoreboard:
    """Every number that phone, projector, console and export show after a close, each computed when first asked for.

    Good until ``state.reckoning`` moves on; the next one takes over from it what is still right.
    """

    def __init__(self, state: QuizState, earlier: "Scoreboard | None" = None) -> None:
        self._state = state
        self.members = (state.run, state.membership)
        same = earlier if earlier is not None and earlier.members == self.members else None
        self.known: dict[Closing, Marks] = same.known if same else {}
        self._before: Ranked | None = same.latest if same else None
        self.latest: Ranked | None = self._before

    @cached_property
    def marks(self) -> Mapping[QuestionNumber, Marks]:
        """Of every closed question, in the order of the pool."""
        return {number: self._marks_of(number) for number in self._state.closed_questions()}

    @cached_property
    def standings(self) -> list[Standing]:
        board = _ranked(self._state, self._totals())
        self.latest = self._basis(self.marks), board
        return board

    @cached_property
    def by_participant(self) -> Mapping[ParticipantId, Standing]:
        return {standing.participant: standing for standing in self.standings}

    @cached_property
    def moves(self) -> Mapping[ParticipantId, int]:
        """By how many ranks somebody climbed (positive) at the latest close; empty where there was no board before."""
        before = [number for number in self.marks if number != self._state.current]
        if not before or len(before) == len(self.marks):
            return {}
        if self._before is not None and self._before[0] == self._basis(before):
            board = self._before[1]  # only its ranks are read: that somebody has another name now does no harm
        else:
            board = _ranked(self._state, self._summed(before))
        earlier = {standing.participant: standing.rank for standing in board}
        return {who: earlier[who] - standing.rank for who, standing in self.by_participant.items()}

    def mark(self, number: QuestionNumber, participant: ParticipantId) -> Mark | None:
        """The participant's mark for a closed question; None when it was missed."""
        return self.marks[number].get(participant)

    def _totals(self) -> Totals:
        """Those of the board before and the latest question's points, where that board was of all the others."""
        before = [number for number in self.marks if number != self._state.current]
        if self._before is None or len(before) == len(self.marks) or self._before[0] != self._basis(before):
            return self._summed(self.marks)
        assert self._state.current is not None, "it is a closed question"
        latest = self._marks_of(self._state.current)
        return {who: total + (latest[who].points if who in latest else 0) for _, who, _, total in self._before[1]}

    def _summed(self, counted: Iterable[QuestionNumber]) -> Totals:
        totals = dict.fromkeys(self._state.participants, 0)
        for number in counted:
            for who, mark in self.marks[number].items():
                totals[who] += mark.points
        return totals

    def _marks_of(self, number: QuestionNumber) -> Marks:
        """A question is marked once: again only when it was reopened, or when somebody came back or was released."""
        closing = self._closing(number)
        if closing not in self.known:
            self.known[closing] = mark_question(self._state, number)
        return self.known[closing]

    def _basis(self, counted: Iterable[QuestionNumber]) -> Basis:
        return tuple(self._closing(number) for number in counted), len(self._state.participants)

    def _closing(self, number: QuestionNumber) -> Closing:
        return number, len(self._state.openings[number])


def scoreboard(state: QuizState) -> Scoreboard:
    """The board of ``state`` as it is now, from nothing but the raw answers."""
    return Scoreboard(state)


def mark_question(state: QuizState, number: QuestionNumber) -> Marks:
    """Marks for every answer to a closed question, in order of arrival."""
    question, openings = state.quiz.questions[number], state.openings[number]
    given = [(who, answer) for who, each in state.participants.items() if (answer := each.answers.get(number))]
    judged: dict[Choice, tuple[bool, int]] = {}  # a class gives few different answers
    marks: dict[ParticipantId, Mark] = {}
    place = 0
    for who, answer in sorted(given, key=lambda pair: pair[1].sequence):
        if answer.choice not in judged:
            picked = letters_of(answer.choice)
            judged[answer.choice] = is_right(question, picked), share(question, picked)
        right, of_correct = judged[answer.choice]
        attempt = Attempt(answer.elapsed, openings[answer.opening].limit, place, right)
        marks[who] = Mark(answer, right, points(state.quiz.score_fn, question, of_correct, attempt))
        place += right
    return marks


def _ranked(state: QuizState, totals: Totals) -> list[Standing]:
    return standings((who, each.name, Points(totals[who])) for who, each in state.participants.items())
