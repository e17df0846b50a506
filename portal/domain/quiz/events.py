"""What has happened in a run. Events go to disk in this shape: a field may be added with a default, never renamed.

``at`` is a moment of the run's clock: Unix milliseconds that never step back.
"""

from enum import Enum

from portal.domain.ids import Choice, Claim, Millis, ParticipantId, QuestionNumber, Round, RunId
from portal.domain.question import Quiz
from portal.domain.record import record


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


@record
class RunStarted:
    """``source`` names where the pool came from, so that a restart can tell an edited file."""

    at: Millis
    run: RunId
    quiz: Quiz
    source: str = ""


@record
class PoolChosen:
    at: Millis
    quiz: Quiz
    source: str = ""


@record
class Joined:
    """A new participant. ``code`` moves the claim to another browser, once, for ten minutes."""

    at: Millis
    participant: ParticipantId
    typed: str
    name: str
    claim: Claim
    code: str


@record
class ClaimMoved:
    """The participant sits at another device now. ``name`` is None when the re-join code stood in its place."""

    at: Millis
    participant: ParticipantId
    name: str | None
    claim: Claim
    code: str


@record
class JoinRefused:
    at: Millis
    kind: Refusal
    participant: ParticipantId
    name: str
    address: str
    wrong_code: bool = False


@record
class CodeIssued:
    at: Millis
    participant: ParticipantId
    code: str


@record
class Glanced:
    at: Millis
    participant: ParticipantId
    glance: Glance


@record
class QuestionOpened:
    at: Millis
    question: QuestionNumber
    round: Round
    limit: Millis


@record
class TimeExtended:
    at: Millis
    by: Millis


@record
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


@record
class QuestionClosed:
    at: Millis
    by: Closing


@record
class StandingsShown:
    at: Millis


@record
class RunFinished:
    at: Millis


@record
class RunArchived:
    at: Millis


@record
class RoomLocked:
    at: Millis


@record
class RoomUnlocked:
    at: Millis


@record
class ProjectorTurned:
    at: Millis
    slide: Slide


@record
class ParticipantCleared:
    """``left``: the student gave the id back; otherwise the instructor cleared it."""

    at: Millis
    participant: ParticipantId
    left: bool = False


@record
class ParticipantHandedOver:
    at: Millis
    participant: ParticipantId


@record
class ReleaseUndone:
    at: Millis
    participant: ParticipantId


@record
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
