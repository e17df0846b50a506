"""A team of a contest: what it has, holds and has answered."""

from dataclasses import dataclass, field

from portal.domain.competition.events import Entry
from portal.domain.competition.roster import QuestionId, TeamCode, TeamId
from portal.domain.ids import Choice, Claim, Millis, Points, Sequence
from portal.domain.record import record

NO_POINTS = Points(0)


@record
class LedgerRow:
    """One change of a team's points, and the event that made it."""

    at: Millis
    sequence: Sequence
    entry: Entry


@record
class Given:
    """A team's answer, which is final. ``entry`` is None when it left the points as they were."""

    question: QuestionId
    choice: Choice
    right: bool
    entry: Entry | None
    claim: Claim
    at: Millis
    sequence: Sequence


@dataclass(slots=True)
class Team:
    """A team in the run. ``devices`` maps the claim of each of its phones to when it joined.

    Invariant: ``points`` is the sum of the ledger's deltas and never below 0.
    Invariant: ``held`` is a question that is not in ``answers``; at most one at a time.
    """

    id: TeamId
    name: str
    members: tuple[str, ...]
    email: str
    code: TeamCode
    registered_at: Millis
    points: Points = NO_POINTS
    devices: dict[Claim, Millis] = field(default_factory=dict)
    held: QuestionId | None = None
    held_since: Millis | None = None
    answers: dict[QuestionId, Given] = field(default_factory=dict)
    ledger: list[LedgerRow] = field(default_factory=list)
    slips: set[str] = field(default_factory=set)
    solved: int = 0
    boxes: int = 0

    def post(self, row: LedgerRow) -> None:
        self.ledger.append(row)
        self.points = Points(self.points + row.entry.delta)

    @property
    def latest(self) -> Given | None:
        """The answer that it gave last."""
        return next(reversed(self.answers.values()), None)


@record
class Deleted:
    """A team that the instructor took out, kept as evidence. ``returned``: the question that became free again."""

    at: Millis
    team: Team
    returned: QuestionId | None
