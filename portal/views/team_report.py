"""A contest as a document to keep: for the instructor alone, with the keys of the questions that were answered."""

from dataclasses import dataclass

from portal.domain.competition.roster import QuestionId
from portal.domain.competition.state import ContestState
from portal.domain.competition.team import Given, Team
from portal.domain.ids import RunId
from portal.views import team_content as content
from portal.views.report import Times, times
from portal.views.team_content import Result


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A line of the standings. ``rank`` is None for a team that the instructor deleted."""

    rank: int | None
    name: str
    members: tuple[str, ...]
    points: int
    solved: int
    answered: int
    boxes: int


@dataclass(frozen=True, slots=True)
class AnsweredReport:
    """A question with the one team whose it was, its answer and the key."""

    team: str
    result: Result
    points: int


@dataclass(frozen=True, slots=True)
class ContestReport:
    """``held`` are questions that a team has and has not answered: their keys are not in here."""

    run: RunId
    title: str
    times: Times
    teams: tuple[TeamLine, ...]
    starting_points: int
    answered: tuple[AnsweredReport, ...]
    held: tuple[QuestionId, ...]
    free: int


def contest_report(state: ContestState) -> ContestReport:
    """Everything of a contest that people look up later, whether it is over or not."""
    ranked = [(rank, state.teams[who]) for who, rank in state.board.ranks().items()]
    gone = [(None, each.team) for each in state.deleted]
    everybody: list[tuple[int | None, Team]] = [*ranked, *gone]
    given = [(team, answer) for _, team in everybody for answer in team.answers.values()]
    return ContestReport(
        run=state.run,
        title=state.contest.title,
        times=times(state.started_at, state.finished_at),
        teams=tuple(_line(rank, team) for rank, team in everybody),
        starting_points=state.contest.starting_points,
        answered=tuple(_answered(state, *pair) for pair in sorted(given, key=lambda pair: pair[1].sequence)),
        held=tuple(team.held for _, team in ranked if team.held is not None),
        free=state.questions.left + sum(stock.left for stock in state.boxes.values()),
    )


def _line(rank: int | None, team: Team) -> TeamLine:
    return TeamLine(rank, team.name, team.members, team.points, team.solved, len(team.answers), team.boxes)


def _answered(state: ContestState, team: Team, given: Given) -> AnsweredReport:
    return AnsweredReport(team.name, content.result(state, given), state.asked[given.question].points)
