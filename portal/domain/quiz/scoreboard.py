"""Points, totals and ranks of a run, recomputed from the raw answers; nothing here is ever stored (SPEC 5).

Only closed questions count: what an open question is worth is computed at its close, for nobody to see before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """Every number that phone, projector, console and export show after a close.

    ``moves`` says by how many ranks somebody climbed (positive) at the latest close.
    """

    marks: Mapping[QuestionNumber, Marks]
    standings: list[Standing]
    by_participant: Mapping[ParticipantId, Standing]
    moves: Mapping[ParticipantId, int]

    def mark(self, number: QuestionNumber, participant: ParticipantId) -> Mark | None:
        """The participant's mark for a closed question; None when it was missed."""
        return self.marks[number].get(participant)


def scoreboard(state: QuizState, known: Mapping[QuestionNumber, Marks] | None = None) -> Scoreboard:
    """The board of ``state``. ``known`` holds marks computed before that are still good, by question."""
    closed = state.closed_questions()
    marks = {number: (known or {}).get(number) or mark_question(state, number) for number in closed}
    board = _ranked(state, marks, closed)
    by_participant = {standing.participant: standing for standing in board}
    before = [number for number in closed if number != state.current]
    moves: dict[ParticipantId, int] = {}
    if before and len(before) < len(closed):
        earlier = {standing.participant: standing.rank for standing in _ranked(state, marks, before)}
        moves = {who: earlier[who] - standing.rank for who, standing in by_participant.items()}
    return Scoreboard(marks, board, by_participant, moves)


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
