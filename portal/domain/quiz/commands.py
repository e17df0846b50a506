"""What can be asked of a run. A command may be refused; each says who asks and, from a console, for which turn."""

from portal.domain.ids import Choice, Claim, Millis, ParticipantId, QuestionNumber, Round, Turn
from portal.domain.question import Quiz
from portal.domain.quiz.events import Glance, Slide
from portal.domain.record import record


@record
class Join:
    """``typed`` is the id as written, ``held`` the live claim that the device's cookie carries, if any.

    ``name`` may be a re-join code, which then moves the claim to this device. ``code`` is fresh chance; ``claim`` is
    the same again when the same form is sent again.
    """

    participant: ParticipantId
    typed: str
    name: str
    claim: Claim
    code: str
    held: Claim | None
    address: str


@record
class RenewCode:
    participant: ParticipantId
    claim: Claim
    code: str


@record
class Leave:
    """A student gives an id back that was taken by mistake: in the lobby, and not where the way back is locked."""

    participant: ParticipantId
    claim: Claim


@record
class SubmitAnswer:
    """``arrived`` is when the request reached the server, before any waiting. ``round`` None means the present one."""

    participant: ParticipantId
    claim: Claim
    question: QuestionNumber
    round: Round | None
    choice: Choice
    arrived: Millis


@record
class ReportGlance:
    """The page says that it lost the student's eyes, or has them again."""

    participant: ParticipantId
    claim: Claim
    glance: Glance


@record
class Next:
    turn: Turn


@record
class Open:
    """``limit`` None means the question's own."""

    turn: Turn
    question: QuestionNumber
    limit: Millis | None


@record
class Close:
    turn: Turn


@record
class Extend:
    turn: Turn
    by: Millis


@record
class ShowStandings:
    turn: Turn


@record
class Reopen:
    turn: Turn


@record
class End:
    turn: Turn


@record
class Archive:
    """Sets the run aside; whoever asks begins the next one with it, of whichever kind."""

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

    quiz: Quiz
    source: str


@record
class TurnProjector:
    """What the hall's page shows of the present state."""

    slide: Slide


@record
class Clear:
    """Frees an id: its answers are kept as evidence, not counted."""

    participant: ParticipantId


@record
class HandOver:
    """Frees an id for the next device that joins with it, which takes over the participant with its answers."""

    participant: ParticipantId


@record
class UndoRelease:
    """Takes back the latest clear or hand-over of an id that nobody has claimed since."""

    participant: ParticipantId


@record
class UndoJoins:
    """Clears everybody who joined in the last ``within``, as one by one: made-up students have flooded the room."""

    within: Millis


@record
class RingBell:
    """The timer's: closes the opening whose time is up. Refused quietly when the instructor was faster."""

    turn: Turn


@record
class Resume:
    """The start's, after a restart: the server was ``down`` for so long while a question was open."""

    down: Millis


Command = (
    Join
    | RenewCode
    | Leave
    | SubmitAnswer
    | ReportGlance
    | Next
    | Open
    | Close
    | Extend
    | ShowStandings
    | Reopen
    | End
    | Archive
    | Lock
    | Unlock
    | ChoosePool
    | TurnProjector
    | Clear
    | HandOver
    | UndoRelease
    | UndoJoins
    | RingBell
    | Resume
)
