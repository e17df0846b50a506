"""What can be asked of a contest. A command may be refused; each says who asks and, from a console, for which turn.

A team's commands carry the claim of the device that asks. The console's about teams and questions carry no turn: they
name what they change, and do no more when they come twice.
"""

from portal.domain.competition.contest import Contest, ContestQuestion, Difficulty, Mystery
from portal.domain.competition.roster import QuestionId, TeamCode, TeamId
from portal.domain.ids import Choice, Claim, Millis, Points, Turn
from portal.domain.record import record


@record
class RegisterTeam:
    """Fields as typed. ``claim`` and ``code`` are fresh chance; ``held`` is the live claim in the device's cookie."""

    name: str
    members: tuple[str, ...]
    email: str
    claim: Claim
    code: TeamCode
    held: Claim | None = None


@record
class JoinTeam:
    """``code`` as typed, in the spelling of :func:`portal.domain.competition.roster.team_code`."""

    code: TeamCode
    claim: Claim
    held: Claim | None = None


@record
class AskQuestion:
    """``question`` None means the next that is free."""

    team: TeamId
    claim: Claim
    question: QuestionId | None = None


@record
class OpenBox:
    """``shown`` is the cost that the confirmation showed, None if it showed none.

    It never decides what is paid: where the next box costs something else, nothing happens.
    """

    team: TeamId
    claim: Claim
    difficulty: Difficulty
    shown: Points | None = None


@record
class AnswerQuestion:
    team: TeamId
    claim: Claim
    question: QuestionId
    choice: Choice


@record
class CreateTeam:
    """The console's registration, also in a locked room. ``points`` None means what every team starts with."""

    name: str
    members: tuple[str, ...]
    email: str
    code: TeamCode
    points: Points | None = None


@record
class EditTeam:
    team: TeamId
    name: str
    members: tuple[str, ...]
    email: str


@record
class DeleteTeam:
    team: TeamId


@record
class AdjustPoints:
    """``slip`` is fresh chance from the form: the same slip again changes nothing."""

    team: TeamId
    delta: Points
    note: str
    slip: str


@record
class AddQuestion:
    """One more question, or one more mystery for the boxes, in the lobby or during the contest."""

    question: ContestQuestion | Mystery


@record
class Next:
    """Starts the contest, and then finishes it."""

    turn: Turn


@record
class End:
    turn: Turn


@record
class SetDuration:
    """How long the contest lasts, counted from its start; None takes the bell away."""

    turn: Turn
    duration: Millis | None


@record
class Archive:
    """Archives the run without beginning another: what follows is no contest."""

    turn: Turn


@record
class Lock:
    turn: Turn


@record
class Unlock:
    turn: Turn


@record
class ChoosePool:
    """``source`` names where the pool came from: a file, or the console."""

    contest: Contest
    source: str


@record
class RingBell:
    """The timer's: ends the contest whose time is up. Refused quietly when the instructor was faster."""

    turn: Turn


@record
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
