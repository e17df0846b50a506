"""Points, totals and ranks of a run, recomputed from the raw answers; nothing here is ever stored.

Only closed questions count: what an open question is worth is computed at its close, for nobody to see before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from portal.domain.ids import ParticipantId, Points, QuestionNumber, letters_of
from portal.domain.quiz.state import Answer, QuizState
from portal.domain.ranking import Standing, standings
from portal.domain.scoring import Attempt, is_right, points


@dataclass(frozen=True, slots=True)
class Mark:
    """What one answer to a closed question came to. ``right`` means fully right."""

    answer: Answer
    right: bool
    points: Points


Marks = Mapping[ParticipantId, Mark]


class Scoreboard:
    """Every number that phone, projector, console and export show after a close, each computed when first asked for.

    Good until ``state.reckoning`` moves on; the next one takes over from it what is still right.
    """

    def __init__(self, state: QuizState, earlier: "Scoreboard | None" = None) -> None:
        self._state = state
        self.members = (state.run, state.membership)
        same = earlier is not None and earlier.members == self.members
        self.known: dict[tuple[QuestionNumber, int], Marks] = earlier.known if earlier and same else {}

    @cached_property
    def marks(self) -> Mapping[QuestionNumber, Marks]:
        """Of every closed question, in the order of the pool."""
        return {number: self._marks_of(number) for number in self._state.closed_questions()}

    @cached_property
    def standings(self) -> list[Standing]:
        return _ranked(self._state, self.marks, self.marks)

    @cached_property
    def by_participant(self) -> Mapping[ParticipantId, Standing]:
        return {standing.participant: standing for standing in self.standings}

    @cached_property
    def moves(self) -> Mapping[ParticipantId, int]:
        """By how many ranks somebody climbed (positive) at the latest close; empty where there was no board before."""
        before = [number for number in self.marks if number != self._state.current]
        if not before or len(before) == len(self.marks):
            return {}
        earlier = {standing.participant: standing.rank for standing in _ranked(self._state, self.marks, before)}
        return {who: earlier[who] - standing.rank for who, standing in self.by_participant.items()}

    def mark(self, number: QuestionNumber, participant: ParticipantId) -> Mark | None:
        """The participant's mark for a closed question; None when it was missed."""
        return self.marks[number].get(participant)

    def _marks_of(self, number: QuestionNumber) -> Marks:
        """A question is marked once: again only when it was reopened, or when somebody came back or was released."""
        key = (number, len(self._state.openings[number]))
        if key not in self.known:
            self.known[key] = mark_question(self._state, number)
        return self.known[key]


def scoreboard(state: QuizState) -> Scoreboard:
    """The board of ``state`` as it is now, from nothing but the raw answers."""
    return Scoreboard(state)


def mark_question(state: QuizState, number: QuestionNumber) -> Marks:
    """Marks for every answer to a closed question, in order of arrival."""
    question, openings = state.quiz.questions[number], state.openings[number]
    given = [(who, answer) for who, each in state.participants.items() if (answer := each.answers.get(number))]
    marks: dict[ParticipantId, Mark] = {}
    place = 0
    for who, answer in sorted(given, key=lambda pair: pair[1].sequence):
        picked = letters_of(answer.choice)
        right = is_right(question, picked)
        attempt = Attempt(answer.elapsed, openings[answer.opening].limit, place, right)
        marks[who] = Mark(answer, right, points(state.quiz.score_fn, question, picked, attempt))
        place += right
    return marks


def _ranked(
    state: QuizState, marks: Mapping[QuestionNumber, Marks], counted: Iterable[QuestionNumber]
) -> list[Standing]:
    totals: dict[ParticipantId, int] = dict.fromkeys(state.participants, 0)
    for number in counted:
        for who, mark in marks[number].items():
            totals[who] += mark.points
    return standings((who, each.name, Points(totals[who])) for who, each in state.participants.items())
