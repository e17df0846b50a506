"""What has happened in a run. Events go to disk in this shape: a field may be added with a default, never renamed.

``at`` is a moment of the run's clock: Unix milliseconds that never step back.
"""

from dataclasses import dataclass
from enum import Enum

from portal.domain.ids import Choice, Claim, Millis, ParticipantId, QuestionNumber, Round, RunId
from portal.domain.question import Quiz


class Slide(Enum):
    """What the instructor lets the hall see; ``AUTO`` follows the run."""

    AUTO = "auto"
    ANSWERS = "answers"
    TIMES = "times"
    SCORES = "scores"
    LEADERS = "leaders"
    JOIN_CODE = "join"


class Glance(Enum):
    """What a page reports of its own visibility."""

    BLUR = "blur"
    FOCUS = "focus"
    HIDDEN = "visibility_hidden"
    VISIBLE = "visibility_visible"


class Refusal(Enum):
    """Why a join left a trace although it was refused."""

    DUPLICATE = "duplicate_join"
    LOCKED = "locked_join"


class Closing(Enum):
    """What closed a question."""

    BELL = "bell"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class RunStarted:
    """``source`` names where the pool came from, so that a restart can tell an edited file."""

    at: Millis
    run: RunId
    quiz: Quiz
    source: str = ""


@dataclass(frozen=True, slots=True)
class PoolChosen:
    at: Millis
    quiz: Quiz
    source: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """A new participant. ``code`` moves the claim to another browser, once, for ten minutes."""

    at: Millis
    participant: ParticipantId
    typed: str
    name: str
    claim: Claim
    code: str


@dataclass(frozen=True, slots=True)
class ClaimMoved:
    """The participant sits at another device now. ``name`` is None when the re-join code stood in its place."""

    at: Millis
    participant: ParticipantId
    name: str | None
    claim: Claim
    code: str


@dataclass(frozen=True, slots=True)
class JoinRefused:
    at: Millis
    kind: Refusal
    participant: ParticipantId
    name: str
    address: str
    wrong_code: bool = False


@dataclass(frozen=True, slots=True)
class CodeIssued:
    at: Millis
    participant: ParticipantId
    code: str


@dataclass(frozen=True, slots=True)
class Glanced:
    at: Millis
    participant: ParticipantId
    glance: Glance


@dataclass(frozen=True, slots=True)
class QuestionOpened:
    at: Millis
    question: QuestionNumber
    round: Round
    limit: Millis


@dataclass(frozen=True, slots=True)
class TimeExtended:
    at: Millis
    by: Millis


@dataclass(frozen=True, slots=True)
class AnswerAccepted:
    """``elapsed`` runs from the opening to the arrival of the request and is clipped to the limit.

    ``receipt`` is what the student's page shows; see :mod:`portal.domain.receipt`.
    """

    at: Millis
    participant: ParticipantId
    claim: Claim
    question: QuestionNumber
    round: Round
    choice: Choice
    elapsed: Millis
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class QuestionClosed:
    at: Millis
    by: Closing


@dataclass(frozen=True, slots=True)
class StandingsShown:
    at: Millis


@dataclass(frozen=True, slots=True)
class RunFinished:
    at: Millis


@dataclass(frozen=True, slots=True)
class RunArchived:
    at: Millis


@dataclass(frozen=True, slots=True)
class RoomLocked:
    at: Millis


@dataclass(frozen=True, slots=True)
class RoomUnlocked:
    at: Millis


@dataclass(frozen=True, slots=True)
class ProjectorTurned:
    at: Millis
    slide: Slide


@dataclass(frozen=True, slots=True)
class ParticipantCleared:
    """``left``: the student gave the id back; otherwise the instructor cleared it."""

    at: Millis
    participant: ParticipantId
    left: bool = False


@dataclass(frozen=True, slots=True)
class ParticipantHandedOver:
    at: Millis
    participant: ParticipantId


@dataclass(frozen=True, slots=True)
class ReleaseUndone:
    at: Millis
    participant: ParticipantId


@dataclass(frozen=True, slots=True)
class RunResumed:
    """The server was down for ``down`` while a question was open; that time is nobody's loss."""

    at: Millis
    down: Millis


Event = (
    RunStarted
    | PoolChosen
    | Joined
    | ClaimMoved
    | JoinRefused
    | CodeIssued
    | Glanced
    | QuestionOpened
    | TimeExtended
    | AnswerAccepted
    | QuestionClosed
    | StandingsShown
    | RunFinished
    | RunArchived
    | RoomLocked
    | RoomUnlocked
    | ProjectorTurned
    | ParticipantCleared
    | ParticipantHandedOver
    | ReleaseUndone
    | RunResumed
)
