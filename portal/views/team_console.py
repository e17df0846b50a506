"""The console of a contest: its state in words, the next step, and the table of the page that is open."""

from dataclasses import dataclass
from enum import Enum

from portal.domain.competition.state import ContestState, Phase
from portal.domain.ids import Millis, Turn
from portal.views import team_content as content
from portal.views.instructor.frame import Action
from portal.views.instructor.health import Attendance
from portal.views.team_tables import LogLine, QuestionRow, TeamRow, log, questions, teams
from portal.wording import _


class Page(Enum):
    """The console's pages. ``value`` is the last part of their address, and what forms send along."""

    TEAMS = "teams"
    QUESTIONS = "questions"
    BOXES = "boxes"
    LOG = "log"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are now. ``free`` and ``held`` count questions and boxes together."""

    teams: int
    devices: int
    free: int
    held: int
    boxes_free: int
    solved: int


@dataclass(frozen=True, slots=True)
class Console:
    """A page of the console. ``teams``, ``questions`` (or boxes) and ``log`` are None but on their own page.

    ``duration`` is what the contest lasts from its start, None without a bell. ``fault`` is what the disk said when it
    took no write; ``edited``: the pool's file no longer says what the contest goes by.
    """

    state: str
    run: int
    turn: Turn
    remaining: Millis | None
    duration: Millis | None
    error: str | None
    notice: str | None
    page: str
    title: str
    badge: str
    is_live: bool
    primary: Action | None
    locked: bool
    counts: Counts
    teams: tuple[TeamRow, ...] | None
    questions: tuple[QuestionRow, ...] | None
    log: tuple[LogLine, ...] | None
    fault: str | None = None
    edited: bool = False


def console(
    state: ContestState,
    room: Attendance,
    page: Page,
    now: Millis,
    *,
    error: str | None = None,
    notice: str | None = None,
    fault: str | None = None,
    edited: bool = False,
) -> Console:
    """The page as it is now. ``error`` and ``notice`` say why the last request changed nothing."""
    asked: tuple[QuestionRow, ...] | None = None
    if page in (Page.QUESTIONS, Page.BOXES):
        asked = questions(state, boxes=page is Page.BOXES)
    return Console(
        state=state.phase.value,
        run=state.run,
        turn=state.turn,
        remaining=content.remaining(state, now),
        duration=state.duration,
        error=error,
        notice=notice,
        page=page.value,
        title=state.contest.title,
        badge=_badge(state),
        is_live=state.phase is not Phase.FINISHED,
        primary=_primary(state),
        locked=state.locked,
        counts=_counts(state),
        teams=teams(state, room, now) if page is Page.TEAMS else None,
        questions=asked,
        log=log(state) if page is Page.LOG else None,
        fault=fault,
        edited=edited,
    )


def version(state: ContestState, room: Attendance, now: Millis) -> str:
    """Equal for two moments when the page is the same in both; connections also grow older by the minute."""
    connected = room.connected(state.claims.keys())
    return f"{state.run}.{state.turn}.{state.sequence}.{connected}.{now // 60_000}"


def _counts(state: ContestState) -> Counts:
    boxes_free = sum(stock.left for stock in state.boxes.values())
    return Counts(
        teams=len(state.teams),
        devices=len(state.claims),
        free=state.questions.left + boxes_free,
        held=sum(1 for team in state.teams.values() if team.held is not None),
        boxes_free=boxes_free,
        solved=state.solved,
    )


def _badge(state: ContestState) -> str:
    match state.phase:
        case Phase.LOBBY:
            return _("Registration locked") if state.locked else _("Registration open")
        case Phase.RUNNING:
            return _("Contest running")
        case Phase.FINISHED:
            return _("Finished")


def _primary(state: ContestState) -> Action | None:
    match state.phase:
        case Phase.LOBBY:
            return Action(_("Start contest"), "next", "next")
        case Phase.RUNNING:
            return Action(_("End contest"), "next")
        case Phase.FINISHED:
            return None
