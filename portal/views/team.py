"""What one team may see: its points, its question, its boxes, and where it stands among the others.

Secrecy is structure here: no view of a question that has not been answered has a field that depends on its key, and
nothing tells one team what another holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from portal.domain.competition.roster import QuestionId, TeamCode, TeamId
from portal.domain.competition.state import ContestState, Phase
from portal.domain.competition.team import Team
from portal.domain.ids import Millis, Turn
from portal.views import team_content as content
from portal.views.content import BoardRow
from portal.views.team_content import FreeQuestion, HeldQuestion, LedgerLine, Offer, Result

EACH_WAY = 2
TOP = 5
LATEST = 5  # rows of the ledger that the page shows while the contest runs
FREE_LISTED = 40  # more do not help a team to choose; "next" finds the others


@dataclass(frozen=True, slots=True)
class Standings:
    """Own place and its neighbours, two above and two below."""

    you: BoardRow
    of: int
    around: tuple[BoardRow, ...]


@dataclass(frozen=True, slots=True)
class Free:
    """What may be asked for, the same for every team. ``worth`` is what the next one brings, None if none is free."""

    worth: int | None
    listed: tuple[FreeQuestion, ...]
    count: int
    boxes: int


@dataclass(frozen=True, slots=True)
class Lobby:
    """Before the start. ``devices`` counts the phones that joined the team."""

    part: ClassVar = "lobby"
    members: tuple[str, ...]
    devices: int
    teams: int
    questions: int
    boxes: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The team may ask for a question or a box. ``result`` is that of its latest answer, None before the first."""

    part: ClassVar = "ready"
    result: Result | None
    free: Free
    ledger: tuple[LedgerLine, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """The team has a question that nobody else has. ``others``: phones of the team besides this one."""

    part: ClassVar = "holding"
    question: HeldQuestion
    others: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The end. ``unanswered`` is the id of a question that the team still held."""

    part: ClassVar = "finished"
    top: tuple[BoardRow, ...]
    solved: int
    answered: int
    unanswered: QuestionId | None
    results: tuple[Result, ...]
    ledger: tuple[LedgerLine, ...]


Body = Lobby | Ready | Holding | Finished


@dataclass(frozen=True, slots=True)
class Stage:
    """The whole of a team's page that follows the contest. The upper fields are what ``data-…`` attributes carry.

    ``outcome`` is that of the latest answer, ``correct`` or ``wrong``, until the team holds its next question. ``at``
    is the sequence of the latest event: a page that shows it is not taken back by a reply that was overtaken.
    """

    state: str
    run: int
    turn: Turn
    team: TeamId
    points: int
    rank: int
    held: QuestionId | None
    outcome: str | None
    remaining: Millis | None
    limit: Millis | None
    title: str
    name: str
    code: TeamCode
    standings: Standings
    body: Body
    error: str | None = None
    notice: str | None = None
    at: int = 0


@dataclass(frozen=True, slots=True)
class Boxes:
    """The page on which a team chooses a box. ``chosen`` is the one to confirm, None while none is."""

    team: TeamId
    name: str
    points: int
    remaining: Millis | None
    offers: tuple[Offer, ...]
    chosen: Offer | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RegisterForm:
    """The forms at the door, with what was typed and what is wrong with it, by field (``team_code`` included)."""

    title: str
    locked: bool
    over: bool
    starting_points: int
    team_name: str
    members: str
    email: str
    team_code: str
    faults: Mapping[str, str]
    error: str | None


def version(state: ContestState, who: TeamId) -> str:
    """Equal for two moments exactly when the team's page is the same in both."""
    return f"{state.run}.{state.turn}.{state.reckoning}.{len(state.teams[who].devices)}"


def stage(
    state: ContestState, who: TeamId, now: Millis, *, error: str | None = None, notice: str | None = None
) -> Stage:
    """The stage of team ``who`` at ``now``. ``error`` and ``notice`` say why the last request changed nothing."""
    team = state.teams[who]
    playing = state.phase is Phase.RUNNING
    latest = team.latest if team.held is None else None
    return Stage(
        state=state.phase.value,
        run=state.run,
        turn=state.turn,
        team=who,
        points=team.points,
        rank=state.board.rank(who),
        held=team.held if playing else None,
        outcome=content.result(state, latest).outcome if latest else None,
        remaining=content.remaining(state, now),
        limit=state.duration if playing else None,
        title=state.contest.title,
        name=team.name,
        code=team.code,
        standings=standings(state, who),
        body=_body(state, team),
        error=error,
        notice=notice,
        at=state.sequence,
    )


def review(state: ContestState, who: TeamId) -> Finished:
    """Everything that the team has answered, and every change of its points, at any time."""
    return _finished(state, state.teams[who])


def standings(state: ContestState, who: TeamId) -> Standings:
    """The region that follows what the others do."""
    around = content.board_rows(state, state.board.around(who, EACH_WAY), who)
    return Standings(content.board_row(state, who, who), len(state.teams), around)


def free(state: ContestState) -> Free:
    """The region that tells what is still free: drawn once for all teams."""
    listed = tuple(
        FreeQuestion(question, state.asked[question].points) for question in islice(state.questions.free(), FREE_LISTED)
    )
    boxes_left = sum(stock.left for stock in state.boxes.values())
    return Free(listed[0].points if listed else None, listed, state.questions.left, boxes_left)


def boxes(
    state: ContestState, who: TeamId, now: Millis, *, chosen: str | None = None, error: str | None = None
) -> Boxes:
    """The boxes as they are for this team. ``chosen`` is a difficulty's value (``HARD``); an unknown one is none."""
    team = state.teams[who]
    offered = content.offers(state, team)
    confirmed = next((each for each in offered if each.difficulty == chosen and each.cost is not None), None)
    return Boxes(who, team.name, team.points, content.remaining(state, now), offered, confirmed, error)


def register_form(
    state: ContestState,
    *,
    team_name: str = "",
    members: str = "",
    email: str = "",
    team_code: str = "",
    faults: Mapping[str, str] | None = None,
    error: str | None = None,
) -> RegisterForm:
    """The way in. In a locked room, and after the end, a phone can still join its team by the code."""
    contest = state.contest
    over = state.phase is Phase.FINISHED
    typed = team_name, members, email, team_code
    return RegisterForm(contest.title, state.locked, over, contest.starting_points, *typed, faults or {}, error)


def _body(state: ContestState, team: Team) -> Body:
    if state.phase is Phase.LOBBY:
        boxes_in_all = sum(len(stock.order) for stock in state.boxes.values())
        asked = len(state.questions.order)
        return Lobby(team.members, len(team.devices), len(state.teams), asked, boxes_in_all)
    if state.phase is Phase.FINISHED:
        return _finished(state, team)
    question = content.held_question(state, team)
    if question is not None:
        return Holding(question, max(0, len(team.devices) - 1))
    latest = content.result(state, team.latest) if team.latest else None
    return Ready(latest, free(state), _ledger(state, team, LATEST))


def _finished(state: ContestState, team: Team) -> Finished:
    return Finished(
        top=content.board_rows(state, state.board.top(TOP), team.id),
        solved=team.solved,
        answered=len(team.answers),
        unanswered=team.held,
        results=tuple(content.result(state, given) for given in team.answers.values()),
        ledger=_ledger(state, team, len(team.ledger)),
    )


def _ledger(state: ContestState, team: Team, count: int) -> tuple[LedgerLine, ...]:
    """The latest rows, newest first."""
    return tuple(content.ledger_line(state, row) for row in islice(reversed(team.ledger), count))
