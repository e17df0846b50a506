"""What the hall may see of a contest: names, points, moves and the latest events; no code, no member, no key."""

from dataclasses import dataclass
from typing import ClassVar

from portal.domain.competition.contest import Difficulty, Mystery
from portal.domain.competition.feed import Happening
from portal.domain.competition.roster import TeamId
from portal.domain.competition.state import ContestState, Phase
from portal.domain.competition.team import Team
from portal.domain.ids import Millis, Turn
from portal.views import team_content as content
from portal.wording import N_, _

LISTED = 10
NEWS = 6
TINTED = 2  # rows that climbed so many ranks are tinted
GRADES = {Difficulty.EASY: N_("EASY"), Difficulty.MEDIUM: N_("MEDIUM"), Difficulty.HARD: N_("HARD")}


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A row of the hall's leaderboard. ``note`` is the team's latest box that it answered; ``up`` tints the row."""

    rank: int
    name: str
    points: int
    move: int | None
    note: str
    up: bool


@dataclass(frozen=True, slots=True)
class News:
    """One of the latest events: ``feat`` of :class:`portal.domain.competition.feed.Feat`, ``kind`` of a box."""

    name: str
    feat: str
    kind: str
    amount: int


@dataclass(frozen=True, slots=True)
class JoinCode:
    """The lobby."""

    part: ClassVar = "join"
    teams: int
    questions: int
    boxes: int
    locked: bool


@dataclass(frozen=True, slots=True)
class Leaders:
    """Up to ten rows. ``final`` says that the contest is over: the same rows, as a podium."""

    part: ClassVar = "leaders"
    rows: tuple[TeamLine, ...]
    news: tuple[News, ...]
    teams: int
    solved: int
    boxes: int
    final: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """The whole of the hall's page that follows the contest."""

    state: str
    run: int
    turn: Turn
    remaining: Millis | None
    limit: Millis | None
    title: str
    teams: int
    body: JoinCode | Leaders


def version(state: ContestState) -> str:
    """Equal for two moments exactly when the hall's page is the same in both."""
    return f"{state.run}.{state.turn}.{state.reckoning}.{int(state.locked)}"


def stage(state: ContestState, now: Millis) -> Stage:
    lobby = state.phase is Phase.LOBBY
    return Stage(
        state=state.phase.value,
        run=state.run,
        turn=state.turn,
        remaining=content.remaining(state, now),
        limit=state.duration if state.phase is Phase.RUNNING else None,
        title=state.contest.title,
        teams=len(state.teams),
        body=_join_code(state) if lobby else leaders(state),
    )


def leaders(state: ContestState) -> Leaders:
    """The leaderboard with the latest events, newest first; those of teams that are gone are not shown."""
    told = [happened for happened in reversed(state.feed) if happened.team in state.teams]
    return Leaders(
        rows=tuple(_line(state, who) for who in state.board.top(LISTED)),
        news=tuple(_news(state, happened) for happened in told[:NEWS]),
        teams=len(state.teams),
        solved=state.solved,
        boxes=state.opened,
        final=state.phase is Phase.FINISHED,
    )


def _join_code(state: ContestState) -> JoinCode:
    boxes = sum(len(stock.order) for stock in state.boxes.values())
    return JoinCode(len(state.teams), len(state.questions.order), boxes, state.locked)


def _line(state: ContestState, who: TeamId) -> TeamLine:
    team, move = state.teams[who], state.board.move(who)
    return TeamLine(
        state.board.rank(who), team.name, team.points, move, _note(state, team), move is not None and move >= TINTED
    )


def _note(state: ContestState, team: Team) -> str:
    """What came of the team's latest box, as long as it is the latest that the team answered."""
    latest = team.latest
    asked = state.asked[latest.question] if latest else None
    if latest is None or not isinstance(asked, Mystery):
        return ""
    kind = _(GRADES[asked.difficulty])
    if latest.right:
        return _("Solved a %(difficulty)s box, %(change)s", difficulty=kind, change=signed(asked.points))
    return _("%(difficulty)s box missed, %(change)s", difficulty=kind, change=signed(-asked.cost))


def _news(state: ContestState, happened: Happening) -> News:
    kind = _(GRADES[happened.difficulty]) if happened.difficulty else ""
    return News(state.teams[happened.team].name, happened.feat.value, kind, happened.amount)


def signed(amount: int) -> str:
    """With its sign; minus is the character of that name."""
    return f"+{amount}" if amount > 0 else str(amount).replace("-", "\N{MINUS SIGN}")
