"""How good the questions were: difficulty, discrimination, choices and times of a run's closed questions.

Discrimination is the item-rest correlation: of getting a question right (1 or 0, a miss is 0) with the points on the
other questions. Reliability is Kuder and Richardson's formula 20 over the same rights and wrongs.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import correlation, fmean, median_low, pvariance

from portal.domain.ids import Letter, Millis, ParticipantId, QuestionNumber
from portal.domain.quiz.scoreboard import Marks, Scoreboard
from portal.domain.quiz.state import QuizState
from portal.domain.scoring import FULL
from portal.views import content
from portal.views.content import Column
from portal.views.instructor.run import TimeColumn

FEWEST = 5  # students: a correlation of fewer says nothing
STRONG, FAIR = 0.40, 0.20


class Judgement(Enum):
    """What a discrimination means to an author. Below 0 those who know more are wrong more often."""

    STRONG = "strong"
    FAIR = "fair"
    LOW = "low"
    CHECK_THE_KEY = "key"


@dataclass(frozen=True, slots=True)
class Pick:
    """How many chose an option; ``height`` in percent of the option that most chose. ``correct`` None: a poll."""

    letter: Letter
    count: int
    height: int
    correct: bool | None


@dataclass(frozen=True, slots=True)
class Figures:
    """A closed question. ``percent`` is of the answers, None for a poll; ``typical`` is the median in ms."""

    number: int
    text: str
    percent: int | None
    discrimination: float | None
    picks: tuple[Pick, ...]
    missed: int
    typical: Millis | None

    @property
    def judgement(self) -> Judgement | None:
        if self.discrimination is None:
            return None
        if self.discrimination < 0:
            return Judgement.CHECK_THE_KEY
        if self.discrimination < FAIR:
            return Judgement.LOW
        return Judgement.STRONG if self.discrimination >= STRONG else Judgement.FAIR


@dataclass(frozen=True, slots=True)
class Analytics:
    """A run. What cannot be reckoned is None: with nobody there, one question only, or all the same score.

    ``mean`` and ``most`` are points, ``difficulty`` is the mean percentage of right answers, ``typical`` the median
    time of an answer in ms. ``times``: all answers by the part of their time limit that they took, in eight columns.
    """

    run: int
    title: str
    took_part: int
    mean: int | None
    most: int
    difficulty: int | None
    reliability: float | None
    typical: Millis | None
    questions: tuple[Figures, ...]
    scores: tuple[Column, ...]
    times: tuple[TimeColumn, ...]

    @property
    def doubtful(self) -> int:
        """How many questions are worth a look."""
        return sum(each.judgement in (Judgement.LOW, Judgement.CHECK_THE_KEY) for each in self.questions)


def analytics(state: QuizState, board: Scoreboard) -> Analytics:
    """The figures of the questions that are closed; one that is open is not in here."""
    scored = [number for number in board.marks if not state.quiz.questions[number].is_poll]
    people = list(state.participants)
    totals = {who: int(board.by_participant[who].total) for who in people}
    elapsed = [mark.answer.elapsed for marks in board.marks.values() for mark in marks.values()]
    rows = tuple(_figures(state, number, marks, totals) for number, marks in board.marks.items())
    percents = [row.percent for row in rows if row.percent is not None]
    return Analytics(
        run=state.run,
        title=state.quiz.title,
        took_part=len(people),
        mean=sum(totals.values()) // len(people) if people else None,
        most=FULL * len(scored),
        difficulty=round(fmean(percents)) if percents and people else None,
        reliability=_reliability([[_is_right(board.marks[number], who) for who in people] for number in scored]),
        typical=median_low(elapsed) if elapsed else None,
        questions=rows,
        scores=content.score_distribution(state, board),
        times=_times(state, board),
    )


def _figures(state: QuizState, number: QuestionNumber, marks: Marks, totals: dict[ParticipantId, int]) -> Figures:
    question, tally = state.quiz.questions[number], content.tally(state, number, reveal=True)
    most = max((row.count for row in tally.rows), default=0)
    right = [_is_right(marks, who) for who in totals]
    rest = [total - (int(mark.points) if (mark := marks.get(who)) else 0) for who, total in totals.items()]
    return Figures(
        number=number + 1,
        text=question.text,
        percent=None if question.is_poll else content.percent(sum(right), len(marks)),
        discrimination=None if question.is_poll else _correlation(right, rest),
        picks=tuple(Pick(row.letter, row.count, content.percent(row.count, most), row.correct) for row in tally.rows),
        missed=tally.missed,
        typical=median_low([mark.answer.elapsed for mark in marks.values()]) if marks else None,
    )


def _is_right(marks: Marks, who: ParticipantId) -> int:
    mark = marks.get(who)
    return int(mark is not None and mark.right)


def _correlation(right: Sequence[int], rest: Sequence[int]) -> float | None:
    """None where it says nothing: too few people, all right or all wrong, or everybody with the same score."""
    if len(right) < FEWEST or len(set(right)) < 2 or len(set(rest)) < 2:
        return None
    return correlation(right, rest)


def _reliability(rights: Sequence[Sequence[int]]) -> float | None:
    """KR-20 of a matrix, a row a question; None for fewer than two questions, few people, or equal totals."""
    count = len(rights)
    if count < 2 or len(rights[0]) < FEWEST:
        return None
    spread = pvariance([sum(column) for column in zip(*rights, strict=True)])
    if not spread:
        return None
    shares = [fmean(row) for row in rights]
    noise = sum(share * (1 - share) for share in shares)
    return float(count / (count - 1) * (1 - noise / spread))


def _times(state: QuizState, board: Scoreboard) -> tuple[TimeColumn, ...]:
    counts: Counter[tuple[int, bool]] = Counter()
    for number, marks in board.marks.items():
        limit = max(opening.limit for opening in state.openings[number])
        counts.update(
            (min(mark.answer.elapsed * content.BINS // limit, content.BINS - 1), mark.right) for mark in marks.values()
        )
    labels = [f"{100 * step // content.BINS}" for step in range(content.BINS)]
    return tuple(TimeColumn(label, counts[bin_, True], counts[bin_, False]) for bin_, label in enumerate(labels))
