"""What has happened in a contest. Events go to disk in this shape: a field may be added with a default, never renamed.

The log tells events by their class names, so none is called as one of the quiz's. ``at`` is a moment of the run's
clock: Unix milliseconds that never step back. Whatever changes points carries its :class:`Entry` in the ledger, so
that neither can be on disk without the other.
"""

from enum import Enum

from portal.domain.competition.contest import Contest, ContestQuestion, Difficulty, Mystery
from portal.domain.competition.roster import QuestionId, TeamCode, TeamId
from portal.domain.ids import Choice, Claim, Millis, Points, RunId
from portal.domain.record import record


class Cause(Enum):
    """Why a team's points changed. ``value`` is what the ledger's export says."""

    START = "start"
    RIGHT = "right"
    WRONG = "wrong"
    BOX = "box"
    ADJUSTED = "adjusted"


class Ending(Enum):
    """What ended a contest."""

    BELL = "bell"
    HAND = "hand"


@record
class Entry:
    """A row of the ledger. ``balance`` is what the team has after it. ``note`` is the instructor's reason."""

    delta: Points
    balance: Points
    cause: Cause
    question: QuestionId | None = None
    note: str = ""


@record
class ContestStarted:
    """A run's first event. ``source`` names where the pool came from, so that a restart can tell an edited file."""

    at: Millis
    run: RunId
    contest: Contest
    source: str = ""


@record
class ContestChosen:
    """Another pool in the lobby; what the console had added to the old one is gone with it."""

    at: Millis
    contest: Contest
    source: str = ""


@record
class ContestOpened:
    """The contest runs. ``duration`` None: until somebody ends it."""

    at: Millis
    duration: Millis | None


@record
class ContestFinished:
    at: Millis
    by: Ending


@record
class ContestArchived:
    at: Millis


@record
class ContestResumed:
    """The server was down for ``down`` while the contest ran; that time is nobody's loss."""

    at: Millis
    down: Millis


@record
class DurationSet:
    at: Millis
    duration: Millis | None


@record
class RegistrationLocked:
    at: Millis


@record
class RegistrationUnlocked:
    at: Millis


@record
class TeamRegistered:
    """A new team. ``claim`` is its first device's, None when the console made it. No entry when it starts with 0."""

    at: Millis
    team: TeamId
    name: str
    members: tuple[str, ...]
    email: str
    code: TeamCode
    claim: Claim | None
    entry: Entry | None


@record
class DeviceJoined:
    """One more device of a team. ``left`` is the claim under which it sat with another team until now."""

    at: Millis
    team: TeamId
    claim: Claim
    left: Claim | None = None


@record
class TeamEdited:
    at: Millis
    team: TeamId
    name: str
    members: tuple[str, ...]
    email: str


@record
class TeamDeleted:
    """``returned`` is the question that it held without an answer: free again. What it answered stays used."""

    at: Millis
    team: TeamId
    returned: QuestionId | None = None


@record
class PointsAdjusted:
    """By the instructor, or by another pool with other starting points. ``slip`` tells a form that was sent twice."""

    at: Millis
    team: TeamId
    entry: Entry
    slip: str = ""


@record
class QuestionTaken:
    at: Millis
    team: TeamId
    question: QuestionId


@record
class BoxOpened:
    """The cost is paid and the mystery is the team's, in one event: never one without the other."""

    at: Millis
    team: TeamId
    question: QuestionId
    difficulty: Difficulty
    entry: Entry


@record
class TeamAnswered:
    """Final. No entry when the points stay as they are: a wrong answer without penalty, or with nothing to lose."""

    at: Millis
    team: TeamId
    claim: Claim
    question: QuestionId
    choice: Choice
    right: bool
    entry: Entry | None


@record
class ContestQuestionAdded:
    at: Millis
    question: ContestQuestion


@record
class MysteryAdded:
    at: Millis
    mystery: Mystery


Event = (
    ContestStarted
    | ContestChosen
    | ContestOpened
    | ContestFinished
    | ContestArchived
    | ContestResumed
    | DurationSet
    | RegistrationLocked
    | RegistrationUnlocked
    | TeamRegistered
    | DeviceJoined
    | TeamEdited
    | TeamDeleted
    | PointsAdjusted
    | QuestionTaken
    | BoxOpened
    | TeamAnswered
    | ContestQuestionAdded
    | MysteryAdded
)
