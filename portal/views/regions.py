"""The parts of pages that change by themselves, and which of them an event makes stale: the only such table.

A region's name is the id of its element. Screens are never told what to do, only which part of them is old.
"""

from enum import Enum
from typing import NamedTuple, NewType

from portal.domain.ids import ParticipantId
from portal.domain.quiz import events as e

Topic = NewType("Topic", str)

STUDENTS = Topic("students")
CONSOLE = Topic("console")
PROJECTOR = Topic("projector")


def student(participant: ParticipantId) -> Topic:
    """The topic of one student's own screens."""
    return Topic(f"student/{participant}")


class Region(Enum):
    """``value`` is the element's id. The stage is the whole of what follows the run's state."""

    STAGE = "stage"
    JOINED = "joined"
    ANSWERED = "answered"
    TALLY = "tally"
    PEOPLE = "people"
    HEALTH = "health"
    # a contest's (portal.views.team_regions)
    STANDINGS = "standings"


class Stale(NamedTuple):
    """Regions of a topic that have become old.

    ``alone`` False: a topic's only listener need not be told, it has the news from the reply to its own request.
    ``after`` (seconds): may wait that long, so that a storm of joins is one message and not one each.
    """

    topic: Topic
    regions: frozenset[Region]
    alone: bool = True
    after: float = 0.0


_STAGE = frozenset({Region.STAGE})
_PEOPLE = frozenset({Region.PEOPLE, Region.HEALTH})
_JOINED = frozenset({Region.JOINED, Region.ANSWERED})
_COUNTS = frozenset({Region.ANSWERED, Region.TALLY})
_EVERYBODY = (Stale(STUDENTS, _STAGE), Stale(CONSOLE, _STAGE | _PEOPLE), Stale(PROJECTOR, _STAGE))
_LOBBY_PACE = 2.0
_ON_AN_ANSWER = (Stale(CONSOLE, _COUNTS | _PEOPLE), Stale(PROJECTOR, _COUNTS))
_ON_A_JOIN = (
    Stale(STUDENTS, frozenset({Region.JOINED}), after=_LOBBY_PACE),
    Stale(CONSOLE, _JOINED | _PEOPLE),
    Stale(PROJECTOR, _JOINED),
)


def stale_after(event: e.Event) -> tuple[Stale, ...]:
    """The regions that are old once ``event`` has happened."""
    match event:
        case e.AnswerAccepted(participant=who):
            return Stale(student(who), _STAGE, alone=False), *_ON_AN_ANSWER
        case e.Joined():
            return _ON_A_JOIN
        case e.ClaimMoved(participant=who):
            return Stale(student(who), _STAGE), Stale(CONSOLE, _PEOPLE)
        case e.JoinRefused() | e.Glanced():
            return (Stale(CONSOLE, _PEOPLE),)
        case e.CodeIssued(participant=who):
            return (Stale(student(who), _STAGE, alone=False),)
        case e.RoomLocked() | e.RoomUnlocked() | e.ProjectorTurned():
            return Stale(CONSOLE, _STAGE), Stale(PROJECTOR, _STAGE)
        case e.ParticipantCleared(participant=who) | e.ParticipantHandedOver(participant=who):
            return Stale(student(who), _STAGE), Stale(CONSOLE, _STAGE | _PEOPLE), Stale(PROJECTOR, _STAGE)
        case _:
            return _EVERYBODY
