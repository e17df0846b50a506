"""Pieces that several audiences see: a question without its key, a tally, rows of the leaderboard, distributions.

What nobody may know yet is not in these types before the close: hiding by CSS would be publishing.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from portal.domain.ids import Choice, Letter, Millis, ParticipantId, QuestionNumber
from portal.domain.question import Option, Question
from portal.domain.quiz.scoreboard import Scoreboard
from portal.domain.quiz.state import Participant, Phase, QuizState
from portal.domain.ranking import Standing
from portal.wording import decimal, spoken

TOP = 5
BINS = 8
_BLOCK = re.compile(r"```|~~~|\$\$|!\[|^\s*(?:[-*+>|#]|\d+[.)]\s)", re.MULTILINE)  # Markdown that is not one paragraph


@dataclass(frozen=True, slots=True)
class PublicQuestion:
    """A question as the hall may see it while it is open. ``index`` counts from 0; people see ``number``."""

    index: QuestionNumber
    number: int
    of: int
    text: str
    options: tuple[Option, ...]
    several: bool
    limit: Millis

    @property
    def heading(self) -> str:
        """The first paragraph of the text, which can be a heading; empty when it begins with a block of its own."""
        first = self.text.partition("\n\n")[0]
        return "" if _BLOCK.search(first) else first

    @property
    def rest(self) -> str:
        """What stands below the heading: code, a formula, a picture, more paragraphs."""
        return self.text[len(self.heading) :].strip("\n")


@dataclass(frozen=True, slots=True)
class TallyRow:
    """How many chose an option. ``correct`` is None while nobody may know, and for polls."""

    letter: Letter
    text: str
    count: int
    percent: int
    correct: bool | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one question. Percentages are of those who answered; with several picks they add up to more."""

    rows: tuple[TallyRow, ...]
    answered: int
    participants: int

    @property
    def missed(self) -> int:
        return self.participants - self.answered


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A line of the leaderboard. ``move``: ranks climbed at the latest close, None where there was none before."""

    rank: int
    name: str
    total: int
    move: int | None
    you: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """What a question's close makes known."""

    correct: tuple[Letter, ...]
    explanation: str
    is_poll: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a distribution: ``label`` says its range, ``end`` where it ends; ``percent``: against the highest."""

    label: str
    end: str
    count: int
    percent: int


def public_question(state: QuizState, index: QuestionNumber) -> PublicQuestion:
    question, openings = state.quiz.questions[index], state.openings.get(index)
    limit = openings[-1].limit if openings else question.time_limit
    of = len(state.quiz.questions)
    return PublicQuestion(index, index + 1, of, question.text, question.options, question.several, limit)


def key(question: Question) -> Key:
    return Key(tuple(sorted(question.correct)), question.explanation, question.is_poll)


def tally(state: QuizState, index: QuestionNumber, *, reveal: bool) -> Tally:
    """The counts so far; with ``reveal`` also which options are correct, which only a closed question may show."""
    question, counts, answered = state.quiz.questions[index], state.tallies[index], state.answered[index]
    rows = tuple(
        TallyRow(
            option.letter,
            option.text,
            counts[option.letter],
            percent(counts[option.letter], answered),
            option.letter in question.correct if reveal and not question.is_poll else None,
        )
        for option in question.options
    )
    return Tally(rows, answered, len(state.participants))


def top(board: Scoreboard, count: int, you: ParticipantId | None = None) -> tuple[BoardRow, ...]:
    return tuple(board_row(board, standing, you) for standing in board.standings[:count])


def board_row(board: Scoreboard, standing: Standing, you: ParticipantId | None = None) -> BoardRow:
    who = standing.participant
    return BoardRow(standing.rank, standing.name, standing.total, board.moves.get(who), who == you)


def response_times(state: QuizState, index: QuestionNumber) -> tuple[Column, ...]:
    """Answers to a question by elapsed time, in 8 equal bins of its time limit (the longest that it had)."""
    limit = max(opening.limit for opening in state.openings[index])
    counts = [0] * BINS
    for participant in state.participants.values():
        if answer := participant.answers.get(index):
            counts[min(answer.elapsed * BINS // limit, BINS - 1)] += 1
    edges = [decimal(limit * step / BINS / 1000).removesuffix(f"{spoken().decimal}0") for step in range(BINS + 1)]
    return columns(edges, counts)


def score_distribution(state: QuizState, board: Scoreboard) -> tuple[Column, ...]:
    """Totals in 10 bins of the maximum that could be had so far."""
    most = 100 * sum(1 for number in board.marks if not state.quiz.questions[number].is_poll)
    counts = [0] * 10
    for standing in board.standings:
        counts[min(standing.total * 10 // most, 9) if most else 0] += 1
    return columns([str(most * step // 10) for step in range(11)], counts)


def columns(edges: list[str], counts: list[int]) -> tuple[Column, ...]:
    """A column for each of ``counts``, between two of ``edges``."""
    highest = max(counts, default=0)
    spans = zip(pairwise(edges), counts, strict=True)
    return tuple(
        Column(f"{low}\N{EN DASH}{high}", high, count, percent(count, highest)) for (low, high), count in spans
    )


def missed_before(state: QuizState, participant: Participant) -> tuple[int, ...]:
    """Numbers of the questions that had closed when somebody joined during the present one; empty for all others."""
    opening = state.opening
    if opening is None or participant.joined_at <= opening.opened_at:
        return ()
    return tuple(number + 1 for number in state.closed_questions() if number not in participant.answers)


def remaining(state: QuizState, now: Millis) -> Millis | None:
    """What is left of the open question's time; None when none is open."""
    opening = state.opening if state.phase is Phase.OPEN else None
    return None if opening is None else Millis(max(0, opening.deadline - now))


def letters(choice: Choice | None) -> frozenset[str]:
    return frozenset(choice.split(",")) if choice else frozenset()


def percent(part: int, whole: int) -> int:
    """Whole percent, halves up; 0 of nothing is 0."""
    return (200 * part + whole) // (2 * whole) if whole else 0
