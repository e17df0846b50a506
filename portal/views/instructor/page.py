"""A whole page of the console: its frame, the room's health, and the body of the page that is open."""

from dataclasses import dataclass
from functools import cached_property

from portal.domain.ids import Millis
from portal.domain.quiz.scoreboard import Scoreboard
from portal.domain.quiz.state import QuizState
from portal.views.instructor.frame import Frame, Page, frame
from portal.views.instructor.health import Attendance, Health, health
from portal.views.instructor.people import People, Show, people
from portal.views.instructor.run import Aside, Body, aside, body


@dataclass(frozen=True)
class Sight:
    """What is looked at, from when: the state, its points, who is there, and what the disk said when it failed."""

    state: QuizState
    board: Scoreboard
    room: Attendance
    now: Millis
    fault: str | None = None
    edited: bool = False

    @cached_property
    def health(self) -> Health:
        return health(self.state, self.room, self.now, self.fault)


@dataclass(frozen=True, slots=True)
class Console:
    """``body``, ``aside`` belong to the Run page, ``people`` to the page of that name; None elsewhere.

    ``edited``: the pool's file no longer says what the run goes by.
    """

    frame: Frame
    health: Health
    body: Body | None
    aside: Aside | None
    people: People | None
    edited: bool


def console(
    sight: Sight, page: Page, *, show: Show = Show.ALL, error: str | None = None, notice: str | None = None
) -> Console:
    """The page as it is now. ``error`` and ``notice`` say why the last request changed nothing."""
    state, board, now = sight.state, sight.board, sight.now
    is_run, is_people = page is Page.RUN, page is Page.PEOPLE
    return Console(
        frame=frame(state, board, page, now, error, notice),
        health=sight.health,
        body=body(state, board) if is_run else None,
        aside=aside(state, sight.health.connected) if is_run else None,
        people=people(state, sight.room, now, show) if is_people else None,
        edited=sight.edited,
    )


def version(sight: Sight, page: Page) -> str:
    """Equal for two moments when the page is the same in both; the roster also grows older by the minute."""
    state = sight.state
    well = sight.health
    parts = [state.run, state.turn, state.sequence, well.connected, well.silent, int(sight.fault is not None)]
    parts += [int(sight.edited), sight.now // 60_000 if page is Page.PEOPLE else 0]
    return ".".join(str(part) for part in parts)
