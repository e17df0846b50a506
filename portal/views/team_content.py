"""Pieces of a contest that several audiences see: leaderboard rows, a question without its key, boxes, results.

What nobody may know yet is not in these types: a question's key is in none but :class:`Result`, of an answered one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.domain.competition.contest import ContestQuestion, Difficulty, Mystery
from portal.domain.competition.roster import QuestionId, TeamId
from portal.domain.competition.state import ContestState, Phase
from portal.domain.competition.team import Given, LedgerRow, Team
from portal.domain.ids import Choice, Letter, Millis, letters_of
from portal.domain.question import Option
from portal.views.content import BoardRow


@dataclass(frozen=True, slots=True)
class HeldQuestion:
    """The question that a team holds. ``difficulty`` (``HARD``) is None unless it came out of a box."""

    id: QuestionId
    text: str
    options: tuple[Option, ...]
    several: bool
    points: int
    difficulty: str | None
    cost: int | None


@dataclass(frozen=True, slots=True)
class FreeQuestion:
    """A question that may be asked for: its name and worth, nothing of its text."""

    id: QuestionId
    points: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of box. ``cost`` and what follows from it are None when no box of the kind is left."""

    difficulty: str
    pips: int
    left: int
    cost: int | None
    gain: int | None
    if_right: int | None
    if_wrong: int | None
    can_pay: bool


@dataclass(frozen=True, slots=True)
class Result:
    """An answered question, with its key. ``delta`` counts a missed box's cost, which was paid when it was opened."""

    id: QuestionId
    text: str
    options: tuple[Option, ...]
    choice: Choice
    picked: frozenset[str]
    right: bool
    correct: tuple[Letter, ...]
    explanation: str
    delta: int
    difficulty: str | None

    @property
    def outcome(self) -> str:
        """What ``data-outcome`` says."""
        return "correct" if self.right else "wrong"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A row of a team's ledger. ``cause`` is the value of :class:`portal.domain.competition.events.Cause`."""

    at: Millis
    delta: int
    balance: int
    cause: str
    question: QuestionId | None
    difficulty: str | None
    note: str


def remaining(state: ContestState, now: Millis) -> Millis | None:
    """What is left of the contest; None when it is not running or has no bell."""
    if state.phase is not Phase.RUNNING or state.deadline is None:
        return None
    return Millis(max(0, state.deadline - now))


def board_row(state: ContestState, who: TeamId, you: TeamId | None = None) -> BoardRow:
    team = state.teams[who]
    return BoardRow(state.board.rank(who), team.name, team.points, state.board.move(who), who == you)


def board_rows(state: ContestState, teams: Iterable[TeamId], you: TeamId | None = None) -> tuple[BoardRow, ...]:
    return tuple(board_row(state, who, you) for who in teams)


def held_question(state: ContestState, team: Team) -> HeldQuestion | None:
    """What the team has to answer now, without its key."""
    if team.held is None:
        return None
    asked = state.asked[team.held]
    priced = difficulty_of(asked), cost_of(asked)
    return HeldQuestion(team.held, asked.text, asked.options, asked.several, asked.points, *priced)


def offers(state: ContestState, team: Team) -> tuple[Offer, ...]:
    """The three kinds of boxes: what the next one of each costs this team and may bring."""
    return tuple(_offer(state, team, difficulty, pips) for pips, difficulty in enumerate(Difficulty, start=1))


def result(state: ContestState, given: Given) -> Result:
    asked = state.asked[given.question]
    delta = given.entry.delta if given.entry else 0
    if isinstance(asked, Mystery) and not given.right:
        delta = -asked.cost
    return Result(
        id=given.question,
        text=asked.text,
        options=asked.options,
        choice=given.choice,
        picked=frozenset(letters_of(given.choice)),
        right=given.right,
        correct=tuple(sorted(asked.correct)),
        explanation=asked.explanation,
        delta=delta,
        difficulty=difficulty_of(asked),
    )


def ledger_line(state: ContestState, row: LedgerRow) -> LedgerLine:
    entry = row.entry
    difficulty = None if entry.question is None else difficulty_of(state.asked[entry.question])
    return LedgerLine(row.at, entry.delta, entry.balance, entry.cause.value, entry.question, difficulty, entry.note)


def difficulty_of(asked: ContestQuestion) -> str | None:
    return asked.difficulty.value if isinstance(asked, Mystery) else None


def cost_of(asked: ContestQuestion) -> int | None:
    return asked.cost if isinstance(asked, Mystery) else None


def _offer(state: ContestState, team: Team, difficulty: Difficulty, pips: int) -> Offer:
    stock = state.boxes[difficulty]
    question = stock.next_free()
    mystery = None if question is None else state.asked[question]
    if not isinstance(mystery, Mystery):
        return Offer(difficulty.value, pips, 0, None, None, None, None, can_pay=False)
    after = team.points - mystery.cost
    return Offer(
        difficulty=difficulty.value,
        pips=pips,
        left=stock.left,
        cost=mystery.cost,
        gain=mystery.points,
        if_right=after + mystery.points,
        if_wrong=after,
        can_pay=after >= 0,
    )
