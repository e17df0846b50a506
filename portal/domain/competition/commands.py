"""What can be asked of a contest. A command may be refused; each says who asks and, from a console, for which turn.

A team's commands carry the claim of the device that asks. The console's about teams and questions carry no turn: they
name what they change, and do no more when they come twice.
"""

from dataclasses import dataclass

from portal.domain.competition.contest import Contest, ContestQuestion, Difficulty, Mystery
from portal.domain.competition.roster import QuestionId, TeamCode, TeamId
from portal.domain.ids import Choice, Claim, Millis, Points, Turn


@dataclass(frozen=True, slots=True)
class RegisterTeam:
    """Fields as typed. ``claim`` and ``code`` are fresh chance; ``held`` is the live claim in the device's cookie."""

    name: str
    members: tuple[str, ...]
    email: str
    claim: Claim
    code: TeamCode
    held: Claim | None = None


@dataclass(frozen=True, slots=True)
class JoinTeam:
    """``code`` as typed, in the spelling of :func:`portal.domain.competition.roster.team_code`."""

    code: TeamCode
    claim: Claim
    held: Claim | None = None


@dataclass(frozen=True, slots=True)
class AskQuestion:
    """``question`` None means the next that is free."""

    team: TeamId
    claim: Claim
    question: QuestionId | None = None


@dataclass(frozen=True, slots=True)
class OpenBox:
    """``shown`` is the cost that the confirmation showed, None if it showed none.

    It never decides what is paid: where the next box costs something else, nothing happens.
    """

    team: TeamId
    claim: Claim
    difficulty: Difficulty
    shown: Points | None = None


@dataclass(frozen=True, slots=True)
class AnswerQuestion:
    team: TeamId
    claim: Claim
    question: QuestionId
    choice: Choice


@dataclass(frozen=True, slots=True)
class CreateTeam:
    """The console's registration, also in a locked room. ``points`` None means what every team starts with."""

    name: str
    members: tuple[str, ...]
    email: str
    code: TeamCode
    points: Points | None = None


@dataclass(frozen=True, slots=True)
class EditTeam:
    team: TeamId
    name: str
    members: tuple[str, ...]
    email: str


@dataclass(frozen=True, slots=True)
class DeleteTeam:
    team: TeamId


@dataclass(frozen=True, slots=True)
class AdjustPoints:
    """``slip`` is fresh chance from the form: the same slip again changes nothing."""

    team: TeamId
    delta: Points
    note: str
    slip: str


@dataclass(frozen=True, slots=True)
class AddQuestion:
    """One more question, or one more mystery for the boxes, in the lobby or during the contest."""

    question: ContestQuestion | Mystery


@dataclass(frozen=True, slots=True)
class Next:
    """Starts the contest, and then finishes it."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class End:
    turn: Turn


@dataclass(frozen=True, slots=True)
class SetDuration:
    """How long the contest lasts, counted from its start; None takes the bell away."""

    turn: Turn
    duration: Millis | None


@dataclass(frozen=True, slots=True)
class Archive:
    """Archives the run without beginning another: what follows is no contest."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class Lock:
    turn: Turn


@dataclass(frozen=True, slots=True)
class Unlock:
    turn: Turn


@dataclass(frozen=True, slots=True)
class ChoosePool:
    """``source`` names where the pool came from: a file, or the console."""

    contest: Contest
    source: str


@dataclass(frozen=True, slots=True)
class RingBell:
    """The timer's: ends the contest whose time is up. Refused quietly when the instructor was faster."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class Resume:
    """The start's, after a restart: the server was ``down`` for so long while the contest ran."""

    down: Millis


Command = (
    RegisterTeam
    | JoinTeam
    | AskQuestion
    | OpenBox
    | AnswerQuestion
    | CreateTeam
    | EditTeam
    | DeleteTeam
    | AdjustPoints
    | AddQuestion
    | Next
    | End
    | SetDuration
    | Archive
    | Lock
    | Unlock
    | ChoosePool
    | RingBell
    | Resume
)
