"""A run as a document to keep: for the instructor alone, with names, ids and answer keys.

A question that is open has neither its key nor its points in here: the file may be made in the middle of a run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low

from portal.domain.ids import Letter, Millis, ParticipantId, QuestionNumber, RunId
from portal.domain.quiz.scoreboard import Scoreboard
from portal.domain.quiz.state import QuizState
from portal.domain.scoring import FULL
from portal.views import content
from portal.views.content import PublicQuestion, Tally
from portal.views.results import moment


@dataclass(frozen=True, slots=True)
class Times:
    """When a run began and ended, as ``2026-11-21 16:30``, in UTC; ``ended`` is None while it goes on."""

    began: str
    ended: str | None


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """A closed question. ``right`` counts who was fully right, None for a poll; ``percent`` is of those who answered.

    ``typical`` is the median time of an answer, None when nobody gave one; ``mean`` is points of all, to a tenth.
    """

    question: PublicQuestion
    correct: tuple[Letter, ...]
    explanation: str
    tally: Tally
    right: int | None
    percent: int | None
    typical: Millis | None
    mean: float | None


@dataclass(frozen=True, slots=True)
class StudentLine:
    """A line of the standings. ``right`` counts the fully right."""

    rank: int
    id: str
    name: str
    total: int
    answered: int
    right: int


@dataclass(frozen=True, slots=True)
class QuizReport:
    """``open_now`` and ``unasked`` are numbers as people count them; ``released`` is how many ids were cleared.

    ``most`` is what could be had so far; ``mean`` is of all who took part, None when nobody did.
    """

    run: RunId
    title: str
    times: Times
    took_part: int
    released: int
    score_fn: str
    questions: tuple[QuestionReport, ...]
    open_now: int | None
    unasked: tuple[int, ...]
    most: int
    mean: float | None
    standings: tuple[StudentLine, ...]


def times(began: Millis, ended: Millis | None) -> Times:
    """Both in UTC, to the minute."""
    return Times(minute(began), None if ended is None else minute(ended))


def minute(at: Millis) -> str:
    """``2026-11-21 16:30``, in UTC."""
    return moment(at)[:16].replace("T", " ")


def quiz_report(state: QuizState, board: Scoreboard) -> QuizReport:
    """Everything of a run that people look up later, whether it is over or not."""
    numbers = range(len(state.quiz.questions))
    open_now = next((number for number in state.openings if number not in board.marks), None)
    totals = [standing.total for standing in board.standings]
    return QuizReport(
        run=state.run,
        title=state.quiz.title,
        times=times(state.started_at, state.finished_at),
        took_part=len(state.participants),
        released=len(state.released),
        score_fn=state.quiz.score_fn,
        questions=tuple(_question(state, board, number) for number in board.marks),
        open_now=None if open_now is None else open_now + 1,
        unasked=tuple(number + 1 for number in numbers if number not in state.openings),
        most=FULL * sum(not state.quiz.questions[number].is_poll for number in board.marks),
        mean=_mean(totals),
        standings=_standings(state, board),
    )


def _question(state: QuizState, board: Scoreboard, number: QuestionNumber) -> QuestionReport:
    marks, asked = board.marks[number], state.quiz.questions[number]
    tally = content.tally(state, number, reveal=True)
    right = None if asked.is_poll else sum(mark.right for mark in marks.values())
    points = [mark.points for mark in marks.values()] + [0] * tally.missed
    return QuestionReport(
        question=content.public_question(state, number),
        correct=tuple(sorted(asked.correct)),
        explanation=asked.explanation,
        tally=tally,
        right=right,
        percent=None if right is None or not marks else content.percent(right, len(marks)),
        typical=median_low([mark.answer.elapsed for mark in marks.values()]) if marks else None,
        mean=None if asked.is_poll else _mean(points),
    )


def _standings(state: QuizState, board: Scoreboard) -> tuple[StudentLine, ...]:
    given: dict[ParticipantId, int] = dict.fromkeys(state.participants, 0)
    right = dict(given)
    for marks in board.marks.values():
        for who, mark in marks.items():
            given[who] += 1
            right[who] += mark.right
    return tuple(
        StudentLine(
            rank=standing.rank,
            id=state.participants[standing.participant].typed,
            name=standing.name,
            total=standing.total,
            answered=given[standing.participant],
            right=right[standing.participant],
        )
        for standing in board.standings
    )


def _mean(values: Sequence[int]) -> float | None:
    return round(sum(values) / len(values), 1) if values else None
