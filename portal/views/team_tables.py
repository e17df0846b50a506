"""The tables of a contest's console: its teams, who holds which question and box, the ledger of all.

A laptop may be mirrored to the hall: no key of a question that is not answered is here either.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from itertools import islice

from portal.domain.competition.contest import Mystery
from portal.domain.competition.roster import QuestionId, TeamCode, TeamId
from portal.domain.competition.state import ContestState
from portal.domain.competition.team import LedgerRow, Team
from portal.domain.ids import Letter, Millis
from portal.views import team_content as content
from portal.views.holes import Hole, Move, mark
from portal.views.instructor.health import Attendance, is_silent
from portal.views.instructor.people import ago
from portal.views.team_content import LedgerLine

LOG_LISTED = 100

_ID, _NAME = TeamId(mark("id")), mark("name")
_CODE, _HELD = TeamCode(mark("code")), QuestionId(mark("held"))
_RANK, _POINTS, _SOLVED = Hole(0, "rank"), Hole(0, "points"), Hole(0, "solved")
_UP, _DOWN = Move(1, "move"), Move(-1, "move")


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team in the table. ``connection`` is online, idle, left, unseen or none (no device); ``seen`` says since when.

    ``held`` is the question it holds; ``difficulty`` (``HARD``) is that of a box, None otherwise.
    """

    id: TeamId
    rank: int
    name: str
    members: tuple[str, ...]
    email: str
    code: TeamCode
    points: int
    move: int | None
    solved: int
    answered: int
    boxes: int
    held: QuestionId | None
    difficulty: str | None
    connection: str
    seen: str
    devices: int

    @property
    def shape(self) -> "TeamRow":
        """The row of any team that looks like this one: its numbers and names are holes."""
        return replace(
            self,
            id=_ID,
            rank=_RANK,
            name=_NAME,
            members=("",) * len(self.members),
            email="",
            code=_CODE,
            points=_POINTS,
            move=self.move and (_UP if self.move > 0 else _DOWN),
            solved=_SOLVED,
            answered=0,
            boxes=0,
            held=self.held and _HELD,
            devices=0,
        )

    @property
    def values(self) -> Mapping[str, str]:
        """What goes into the holes, ready for HTML."""
        return {
            "id": escape(self.id),
            "name": escape(self.name),
            "code": escape(self.code),
            "held": escape(self.held or ""),
            "rank": str(self.rank),
            "points": str(self.points),
            "solved": str(self.solved),
            "move": str(self.move),
            "moved": str(abs(self.move or 0)),
        }


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question or mystery. ``standing`` is free, held, right or wrong; ``correct`` is None until it is answered.

    ``team`` is the name of whom it belongs to, with ``gone`` when that team was deleted after its answer.
    """

    id: QuestionId
    text: str
    points: int
    difficulty: str | None
    cost: int | None
    standing: str
    team: str | None
    gone: bool
    correct: tuple[Letter, ...] | None

    @property
    def shape(self) -> "QuestionRow":
        """The row itself: no two questions look alike."""
        return self

    @property
    def values(self) -> Mapping[str, str]:
        return {}


@dataclass(frozen=True, slots=True)
class LogLine:
    """A row of the ledger of all teams. ``gone``: the team was deleted."""

    team: TeamId
    name: str
    gone: bool
    line: LedgerLine


@dataclass(frozen=True, slots=True)
class Deletion:
    """What deleting a team would take away, and the question that would be free again."""

    id: TeamId
    name: str
    points: int
    solved: int
    answered: int
    returns: QuestionId | None
    difficulty: str | None


def teams(state: ContestState, room: Attendance, now: Millis) -> tuple[TeamRow, ...]:
    """Every team, by rank."""
    ranks = state.board.ranks()
    return tuple(_team_row(state, state.teams[who], rank, room, now) for who, rank in ranks.items())


def questions(state: ContestState, *, boxes: bool) -> tuple[QuestionRow, ...]:
    """The questions, or the mysteries by difficulty, in the order in which they are given out."""
    stocks = state.boxes.values() if boxes else (state.questions,)
    gone = {each.team.id: each.team for each in state.deleted}
    return tuple(_question_row(state, question, gone) for stock in stocks for question in stock.order)


def log(state: ContestState) -> tuple[LogLine, ...]:
    """The latest changes of points of all teams, newest first, deleted ones included."""
    everything = [(row, team, gone) for team, gone in _teams_ever(state) for row in team.ledger]
    latest = sorted(everything, key=lambda each: each[0].sequence, reverse=True)
    return tuple(_log_line(state, row, team, gone=gone) for row, team, gone in islice(latest, LOG_LISTED))


def deletion(state: ContestState, who: TeamId) -> Deletion | None:
    """What deleting ``who`` would do; None when there is no such team now."""
    team = state.teams.get(who)
    if team is None:
        return None
    difficulty = None if team.held is None else content.difficulty_of(state.asked[team.held])
    return Deletion(who, team.name, team.points, team.solved, len(team.answers), team.held, difficulty)


def _teams_ever(state: ContestState) -> Iterator[tuple[Team, bool]]:
    yield from ((team, False) for team in state.teams.values())
    yield from ((each.team, True) for each in state.deleted)


def _log_line(state: ContestState, row: LedgerRow, team: Team, *, gone: bool) -> LogLine:
    return LogLine(team.id, team.name, gone, content.ledger_line(state, row))


def _team_row(state: ContestState, team: Team, rank: int, room: Attendance, now: Millis) -> TeamRow:
    connection, seen = _connection(team, room, now)
    return TeamRow(
        id=team.id,
        rank=rank,
        name=team.name,
        members=team.members,
        email=team.email,
        code=team.code,
        points=team.points,
        move=None if (before := state.board.before.get(team.id)) is None else before - rank,
        solved=team.solved,
        answered=len(team.answers),
        boxes=team.boxes,
        held=team.held,
        difficulty=None if team.held is None else content.difficulty_of(state.asked[team.held]),
        connection=connection,
        seen=seen,
        devices=len(team.devices),
    )


def _connection(team: Team, room: Attendance, now: Millis) -> tuple[str, str]:
    """How the team's phones are doing: the best of them counts."""
    if not team.devices:
        return "none", ""
    streaming = [claim for claim in team.devices if room.streams(claim)]
    if any(not is_silent(room, claim, now) for claim in streaming):
        return "online", ""
    seen = [moment for claim in team.devices if (moment := room.last_seen(claim)) is not None]
    if not seen:
        return "unseen", ""
    return "idle" if streaming else "left", ago(max(seen), now)


def _question_row(state: ContestState, question: QuestionId, gone: dict[TeamId, Team]) -> QuestionRow:
    asked, owner = state.asked[question], state.owner(question)
    team = None if owner is None else state.teams.get(owner) or gone[owner]
    given = team.answers.get(question) if team else None
    standing = "free" if team is None else "held"
    if given is not None:
        standing = "right" if given.right else "wrong"
    return QuestionRow(
        id=question,
        text=asked.text,
        points=asked.points,
        difficulty=content.difficulty_of(asked),
        cost=asked.cost if isinstance(asked, Mystery) else None,
        standing=standing,
        team=team.name if team else None,
        gone=owner in gone,
        correct=tuple(sorted(asked.correct)) if given else None,
    )
