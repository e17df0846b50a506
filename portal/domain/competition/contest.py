"""Authored content of a contest: its questions and mystery boxes, with the answer keys."""

from enum import Enum

from portal.domain.ids import Letter, Millis, Points
from portal.domain.question import Option
from portal.domain.record import record


class Difficulty(Enum):
    """What a team chooses when it opens a mystery box. ``value`` is how a pool spells it."""

    EASY = "EASY"
    MEDIUM = "MEDIUM"
    HARD = "HARD"


@record
class ContestQuestion:
    """A question that one team only ever holds, *with* the answer key: a team sees the key after its answer.

    ``id`` is unique in the whole contest, mysteries included. ``points`` is what a right answer adds.
    """

    id: str
    text: str
    options: tuple[Option, ...]
    correct: frozenset[Letter]
    several: bool
    explanation: str
    points: Points

    @property
    def letters(self) -> frozenset[Letter]:
        return frozenset(option.letter for option in self.options)


@record
class Mystery(ContestQuestion):
    """A question in a box: the team pays ``cost`` before it sees the text."""

    difficulty: Difficulty
    cost: Points


@record
class Contest:
    """A pool for teams. ``wrong_penalty`` is what a wrong answer takes; without ``duration`` the instructor ends it."""

    title: str
    session_id: str
    starting_points: Points
    duration: Millis | None
    wrong_penalty: Points
    questions: tuple[ContestQuestion, ...]
    mysteries: tuple[Mystery, ...]
