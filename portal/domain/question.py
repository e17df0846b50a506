"""Authored content: a quiz, its questions and options, with the answer key."""

import hashlib

from portal.domain.ids import Letter, Millis, QuestionNumber
from portal.domain.record import record


@record
class Option:
    """One possible answer; ``text`` is Markdown."""

    letter: Letter
    text: str


@record
class Question:
    """A question as its author wrote it, *with* the answer key: only closed questions may be shown whole.

    ``correct`` is empty for a poll. ``several`` says that more than one option may be picked.
    """

    text: str
    options: tuple[Option, ...]
    correct: frozenset[Letter]
    several: bool
    explanation: str
    time_limit: Millis

    @property
    def is_poll(self) -> bool:
        return not self.correct

    @property
    def letters(self) -> frozenset[Letter]:
        return frozenset([option.letter for option in self.options])

    @property
    def identity(self) -> str:
        """A hash of the content, so that the same question can be followed across runs and pools."""
        parts = [self.text, *(f"{option.letter}={option.text}" for option in self.options), *sorted(self.correct)]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


@record
class Quiz:
    """A pool of questions for one class. ``score_fn`` names a function of :mod:`portal.domain.scoring`."""

    title: str
    session_id: str
    score_fn: str
    questions: tuple[Question, ...]

    def has(self, number: QuestionNumber) -> bool:
        return 0 <= number < len(self.questions)
