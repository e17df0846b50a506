"""How far a rehearsal is: one line that is written over on a terminal, a line a question anywhere else."""

from abc import ABC, abstractmethod
from typing import TextIO

from portal.rehearsal.contest import Match
from portal.stress.classroom import Classroom
from portal.stress.lesson import Lesson

WIDTH, LONGEST = 24, 40  # characters of the bar, and of the words beside it


class Progress(ABC):
    """Told to ``out``, from time to time, by :meth:`show`."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._told = out, ""

    def show(self) -> None:
        """Writes how far it is; off a terminal only when that reads otherwise than the last time."""
        words = self._words()
        if self._out.isatty():
            done = round(WIDTH * self._share())
            self._write(f"\r  [{'#' * done}{'-' * (WIDTH - done)}] {words:<{LONGEST}}")
        elif words != self._told:
            self._write(f"  {words}\n")
        self._told = words

    def end(self) -> None:
        """Clears the line for what comes after."""
        if self._out.isatty():
            self._write("\r" + " " * (WIDTH + LONGEST + 5) + "\r")

    @abstractmethod
    def _share(self) -> float:
        """How much is done, of 1."""

    @abstractmethod
    def _words(self) -> str:
        """The same in words."""

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


class LessonProgress(Progress):
    """Of a quiz, by its questions."""

    def __init__(self, room: Classroom, lesson: Lesson, questions: int, out: TextIO) -> None:
        super().__init__(out)
        self._room, self._lesson, self._questions = room, lesson, questions

    def _share(self) -> float:
        """Joining is worth as much as a question; the one that is being asked is not done."""
        joined = self._room.figures.count("connect") / self._room.size
        return min(1.0, (joined + max(0, len(self._lesson.asked) - 1)) / (self._questions + 1))

    def _words(self) -> str:
        if asked := len(self._lesson.asked):
            return f"question {asked} of {self._questions}"
        return f"{self._room.size} students are coming in"


class MatchProgress(Progress):
    """Of a contest, whose teams are each at a question of their own: by tenths."""

    def __init__(self, match: Match, out: TextIO) -> None:
        super().__init__(out)
        self._match = match

    def _share(self) -> float:
        return self._match.share

    def _words(self) -> str:
        if self._match.answers:
            return f"{10 * int(10 * self._match.share)} % is played"
        return f"{self._match.room.size} teams are coming in"
