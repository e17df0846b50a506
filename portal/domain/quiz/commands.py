"""What can be asked of a run. A command may be refused; each says who asks and, from a console, for which turn."""

from dataclasses import dataclass

from portal.domain.ids import Choice, Claim, Millis, ParticipantId, QuestionNumber, Round, Turn
from portal.domain.question import Quiz
from portal.domain.quiz.events import Glance, Slide


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class RenewCode:
    participant: ParticipantId
    claim: Claim
    code: str


@dataclass(frozen=True, slots=True)
class Leave:
    """A student gives an id back that was taken by mistake: in the lobby, and not where the way back is locked."""

    participant: ParticipantId
    claim: Claim


@dataclass(frozen=True, slots=True)
class SubmitAnswer:
    """``arrived`` is when the request reached the server, before any waiting. ``round`` None means the present one."""

    participant: ParticipantId
    claim: Claim
    question: QuestionNumber
    round: Round | None
    choice: Choice
    arrived: Millis


@dataclass(frozen=True, slots=True)
class ReportGlance:
    """The page says that it lost the student's eyes, or has them again."""

    participant: ParticipantId
    claim: Claim
    glance: Glance


@dataclass(frozen=True, slots=True)
class Next:
    turn: Turn


@dataclass(frozen=True, slots=True)
class Open:
    """``limit`` None means the question's own."""

    turn: Turn
    question: QuestionNumber
    limit: Millis | None


@dataclass(frozen=True, slots=True)
class Close:
    turn: Turn


@dataclass(frozen=True, slots=True)
class Extend:
    turn: Turn
    by: Millis


@dataclass(frozen=True, slots=True)
class ShowStandings:
    turn: Turn


@dataclass(frozen=True, slots=True)
class Reopen:
    turn: Turn


@dataclass(frozen=True, slots=True)
class End:
    turn: Turn


@dataclass(frozen=True, slots=True)
class Archive:
    """Sets the run aside; whoever asks begins the next one with it, of whichever kind."""

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

    quiz: Quiz
    source: str


@dataclass(frozen=True, slots=True)
class TurnProjector:
    """What the hall's page shows of the present state."""

    slide: Slide


@dataclass(frozen=True, slots=True)
class Clear:
    """Frees an id: its answers are kept as evidence, not counted."""

    participant: ParticipantId


@dataclass(frozen=True, slots=True)
class HandOver:
    """Frees an id for the next device that joins with it, which takes over the participant with its answers."""

    participant: ParticipantId


@dataclass(frozen=True, slots=True)
class UndoRelease:
    """Takes back the latest clear or hand-over of an id that nobody has claimed since."""

    participant: ParticipantId


@dataclass(frozen=True, slots=True)
class UndoJoins:
    """Clears everybody who joined in the last ``within``, as one by one: made-up students have flooded the room."""

    within: Millis


@dataclass(frozen=True, slots=True)
class RingBell:
    """The timer's: closes the opening whose time is up. Refused quietly when the instructor was faster."""

    turn: Turn


@dataclass(frozen=True, slots=True)
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
