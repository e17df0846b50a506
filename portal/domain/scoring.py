"""One question's answers to points, in whole numbers.

A question is worth ``FULL`` points on a grid of ``GRID``. A score function, once used, never changes its meaning:
totals of archived runs are recomputed with it. A new one is one function and one line of ``SCORE_FUNCTIONS``.
"""

from collections.abc import Callable
from typing import NamedTuple

from portal.domain.ids import Letter, Millis, Points
from portal.domain.question import Question

FULL = 100
LEAST_RIGHT = 50  # what a right answer is worth at the very least
GRID = 5


class Attempt(NamedTuple):
    """What a score function may know of one answer. ``elapsed`` never exceeds ``limit``.

    ``place`` counts the fully right answers to the question that arrived before this one.
    """

    elapsed: Millis
    limit: Millis
    place: int
    right: bool


def accuracy(attempt: Attempt) -> int:
    """Speed does not matter."""
    return FULL


def linear(attempt: Attempt) -> int:
    """``FULL`` at once, falling linearly to half of it at the limit, on the grid."""
    lost = (FULL - LEAST_RIGHT) * attempt.elapsed
    return _on_grid(FULL * attempt.limit - lost, attempt.limit)


def ranked(attempt: Attempt) -> int:
    """By order of arrival among the fully right: 100, 95, 90 … not under 50; a partly right one counts from 50."""
    return max(LEAST_RIGHT, FULL - GRID * attempt.place) if attempt.right else LEAST_RIGHT


SCORE_FUNCTIONS: dict[str, Callable[[Attempt], int]] = {"accuracy": accuracy, "linear": linear, "ranked": ranked}
BY_SPEED = frozenset({"linear", "ranked"})  # a right answer is worth more the sooner it comes


def is_right(question: Question, picked: frozenset[Letter]) -> bool:
    """Fully right: exactly the correct options. Nothing is right in a poll."""
    return not question.is_poll and picked == question.correct


def share(question: Question, picked: frozenset[Letter]) -> int:
    """How many of the correct options are paid for: right picks less wrong ones, but not under 0; none in a poll."""
    return max(0, len(picked & question.correct) - len(picked - question.correct))


def points(score_fn: str, question: Question, of_correct: int, attempt: Attempt) -> Points:
    """Points for one answer: its :func:`share` of the correct options times what ``score_fn`` gives a right answer,
    rounded to the grid, halves up."""
    if of_correct == 0:
        return Points(0)
    return Points(_on_grid(of_correct * SCORE_FUNCTIONS[score_fn](attempt), len(question.correct)))


def _on_grid(numerator: int, denominator: int) -> int:
    """``numerator / denominator`` to the nearest multiple of ``GRID``, halves up, in integers: floats lose ties."""
    return GRID * ((2 * numerator + GRID * denominator) // (2 * GRID * denominator))
