"""The rows of the three files that a contest leaves. Pure: a run that is over gives the same rows for ever.

No code and no claim is in them: the files may be passed on.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portal.domain.competition import events as e
from portal.domain.competition.roster import QuestionId, TeamId
from portal.domain.competition.state import ContestState
from portal.domain.competition.team import Team
from portal.domain.ids import Millis
from portal.views import team_content as content
from portal.views.results import NOTHING, Cell, Line, moment


def teams(state: ContestState) -> Iterator[Line]:
    """One line a team, best first, after a head; deleted teams come last, without a rank."""
    yield [
        *("run", "team_id", "name", "rank", "points", "solved", "answered", "boxes"),
        *("members", "email", "registered_at", "deleted_at"),
    ]
    for who, rank in state.board.ranks().items():
        yield _team(state, state.teams[who], rank, NOTHING)
    for each in state.deleted:
        yield _team(state, each.team, NOTHING, moment(each.at))


def ledger(state: ContestState) -> Iterator[Line]:
    """One line a change of points, in the order in which they happened, after a head; deleted teams' included."""
    yield ["run", "sequence", "at", "team_id", "name", "delta", "balance", "reason", "question", "note"]
    everybody = [*state.teams.values(), *(each.team for each in state.deleted)]
    rows = [(row, team) for team in everybody for row in team.ledger]
    for row, team in sorted(rows, key=lambda pair: pair[0].sequence):
        entry = row.entry
        told: Line = [entry.delta, entry.balance, entry.cause.value, entry.question or NOTHING, entry.note]
        yield [state.run, row.sequence, moment(row.at), team.id, team.name, *told]


@dataclass(slots=True)
class _Assignment:
    question: QuestionId
    team: TeamId
    at: Millis
    answer: Line
    status: str = "held"


def assignments(state: ContestState, happened: Iterable[e.Event]) -> Iterator[Line]:
    """One line a question that a team got, in that order, after a head.

    ``status`` is held, right, wrong or returned (the team was deleted before it answered: the question was free again).
    """
    yield [
        *("run", "question", "difficulty", "points", "cost", "team_id", "name"),
        *("assigned_at", "status", "answer", "answered_at"),
    ]
    names = {team.id: team.name for team in (*state.teams.values(), *(each.team for each in state.deleted))}
    for each in _assignments(happened):
        asked = state.asked[each.question]
        kind: Cell = content.difficulty_of(asked) or NOTHING
        about: Line = [each.question, kind, asked.points, content.cost_of(asked) or NOTHING]
        yield [state.run, *about, each.team, names[each.team], moment(each.at), each.status, *each.answer]


def _assignments(happened: Iterable[e.Event]) -> list[_Assignment]:
    given: list[_Assignment] = []
    present: dict[QuestionId, _Assignment] = {}
    for event in happened:
        match event:
            case e.QuestionTaken(question=question) | e.BoxOpened(question=question):
                present[question] = _Assignment(question, event.team, event.at, [NOTHING, NOTHING])
                given.append(present[question])
            case e.TeamAnswered(question=question):
                present[question].status = "right" if event.right else "wrong"
                present[question].answer = [event.choice, moment(event.at)]
            case e.TeamDeleted(returned=question) if question is not None:
                present[question].status = "returned"
            case _:
                pass
    return given


def _team(state: ContestState, team: Team, rank: Cell, deleted: Cell) -> Line:
    counts: Line = [team.points, team.solved, len(team.answers), team.boxes]
    who: Line = ["; ".join(team.members), team.email, moment(team.registered_at), deleted]
    return [state.run, team.id, team.name, rank, *counts, *who]
