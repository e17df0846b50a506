"""The roster: everybody in the run and how their pages are doing, and what happened to ids at the door."""

from dataclasses import dataclass
from enum import Enum

from portal.domain.ids import Millis, ParticipantId, QuestionNumber
from portal.domain.quiz.events import Glance, Refusal
from portal.domain.quiz.joining import ATTEMPTS_KEPT, STRAYS_KEPT
from portal.domain.quiz.scoreboard import Scoreboard
from portal.domain.quiz.state import Participant, Phase, QuizState, RefusedJoin
from portal.views.instructor.health import Attendance, is_silent
from portal.wording import _

MOST_ASIDE = 50  # strays, and released: beside the roster a flood of them would be sent with each message


class Show(Enum):
    """Which participants the page lists. ``DOOR`` lists ids that nobody holds now instead: phones have no aside."""

    ALL = "all"
    ONLINE = "online"
    AWAY = "away"
    FLAGGED = "flagged"
    WAITING = "waiting"
    DOOR = "door"


@dataclass(frozen=True, slots=True)
class Attempts:
    """Refused joins with one id: how many, and the latest: how long ago, under which name, from where.

    ``more``: of a flood not all are written down, so there may have been more than ``count``.
    """

    count: int
    more: bool
    ago: str
    name: str
    address: str
    was_locked: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One participant. ``key`` names the row on the page; ``connection`` is online, idle, left, never or released."""

    key: str
    id: ParticipantId
    typed: str
    name: str
    connection: str
    seen: str
    tabs: int
    blurred: int
    hidden: int
    attempts: Attempts | None
    answered: bool


@dataclass(frozen=True, slots=True)
class StrayRow:
    """An id that was tried and that nobody holds now."""

    typed: str
    attempts: Attempts


@dataclass(frozen=True, slots=True)
class ReleasedRow:
    """A cleared participant. ``answers`` are kept, by question number, and not counted."""

    id: ParticipantId
    typed: str
    name: str
    ago: str
    answers: tuple[tuple[int, str], ...]
    can_undo: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice of whom to list."""

    show: str
    label: str
    count: int
    pressed: bool


@dataclass(frozen=True, slots=True)
class People:
    """``question`` (its number from 1) heads the column of answers; None when none has been asked. ``more``: how many
    strays and released the page leaves out."""

    show: str
    filters: tuple[Filter, ...]
    rows: tuple[PersonRow, ...]
    question: int | None
    strays: tuple[StrayRow, ...]
    released: tuple[ReleasedRow, ...]
    more: int

    @property
    def has_aside(self) -> bool:
        return self.show != Show.DOOR.value


@dataclass(frozen=True, slots=True)
class Release:
    """What a release would set aside: the answers and points of one participant."""

    id: ParticipantId
    typed: str
    name: str
    answers: int
    points: int


def people(state: QuizState, room: Attendance, now: Millis, show: Show) -> People:
    """One pass over the class: what is listed, and how many every filter would list."""
    index = state.current if state.current is not None and state.phase is not Phase.FINISHED else None
    every = [_row(state, number, each, room, now, index) for number, each in enumerate(state.participants.values())]
    groups = {
        Show.ALL: every,
        Show.ONLINE: [row for row in every if row.tabs],
        Show.AWAY: [row for row in every if not row.tabs],
        Show.FLAGGED: [row for row in every if row.attempts],
        Show.WAITING: [row for row in every if not row.answered] if index is not None else [],
    }
    names = {Show.ALL: _("All"), Show.ONLINE: _("Online"), Show.AWAY: _("Away"), Show.FLAGGED: _("Flagged")}
    if index is not None:
        names[Show.WAITING] = _("No answer yet")
    counted = len(state.stray_joins) + len(state.released)
    shown = max(counted, 1) if show is Show.DOOR else MOST_ASIDE
    counts = {show: len(rows) for show, rows in groups.items()}
    counts[Show.DOOR] = counted
    flooded = sum(map(len, state.stray_joins.values())) >= STRAYS_KEPT
    if counts[Show.DOOR] or show is Show.DOOR:
        names[Show.DOOR] = _("At the door")
    return People(
        show=show.value,
        filters=tuple(Filter(each.value, name, counts[each], each is show) for each, name in names.items()),
        rows=tuple(groups.get(show, ())),
        question=index + 1 if index is not None else None,
        strays=tuple(
            StrayRow(who, attempts)
            for who, refused in list(state.stray_joins.items())[-shown:]
            if (attempts := _attempts(refused, now, more=flooded)) is not None
        ),
        released=_released(state, now)[:shown],
        more=max(0, len(state.stray_joins) - shown) + max(0, len(state.released) - shown),
    )


def release(state: QuizState, board: Scoreboard, who: ParticipantId) -> Release | None:
    """What clearing ``who`` would set aside; None when nobody holds the id."""
    participant = state.participants.get(who)
    if participant is None:
        return None
    return Release(who, participant.typed, participant.name, len(participant.answers), board.by_participant[who].total)


def ago(then: Millis, now: Millis) -> str:
    """How long ago, coarsely: a text that changes seldom keeps the roster's rows from being sent again."""
    seconds = max(0, now - then) // 1000
    if seconds < 10:
        return _("just now")
    if seconds < 60:
        return _("%(seconds)s s ago", seconds=seconds // 10 * 10)
    if seconds < 3600:
        return _("%(minutes)s min ago", minutes=seconds // 60)
    return _("%(hours)s h ago", hours=seconds // 3600)


def _row(
    state: QuizState, number: int, each: Participant, room: Attendance, now: Millis, index: QuestionNumber | None
) -> PersonRow:
    tabs, seen = room.streams(each.claim), room.last_seen(each.claim)
    connection, text = "online", ""
    if each.claim is None:
        connection = "released"
    elif not tabs or is_silent(room, each.claim, now):
        connection = "never" if seen is None else "idle" if tabs else "left"
        text = ago(seen, now) if seen is not None else ""
    return PersonRow(
        key=f"{state.run}-{each.joined_at}-{number}",
        id=each.id,
        typed=each.typed,
        name=each.name,
        connection=connection,
        seen=text,
        tabs=tabs,
        blurred=each.glances[Glance.BLUR],
        hidden=each.glances[Glance.HIDDEN],
        attempts=_attempts(each.refused, now, more=len(each.refused) >= ATTEMPTS_KEPT),
        answered=index in each.answers if index is not None else False,
    )


def _attempts(refused: list[RefusedJoin], now: Millis, *, more: bool) -> Attempts | None:
    if not refused:
        return None
    latest = refused[-1]
    was_locked = latest.kind is Refusal.LOCKED
    return Attempts(len(refused), more, ago(latest.at, now), latest.name, latest.address, was_locked)


def _released(state: QuizState, now: Millis) -> tuple[ReleasedRow, ...]:
    """The cleared, the latest first. Of an id's clears only the latest can be undone, and only while it is free."""
    taken, rows = set(state.participants), []
    for each in reversed(state.released):
        person = each.participant
        answers = tuple((number + 1, answer.choice) for number, answer in sorted(person.answers.items()))
        can_undo = person.id not in taken
        rows.append(ReleasedRow(person.id, person.typed, person.name, ago(each.at, now), answers, can_undo))
        taken.add(person.id)
    return tuple(rows)
