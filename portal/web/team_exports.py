"""The files of a contest, of the present run and of every earlier one: teams, ledger, assignments."""

from collections.abc import Iterable

from portal.domain.competition import events as e
from portal.domain.competition.state import ContestState
from portal.domain.ids import RunId
from portal.store import reports
from portal.store.log import EventLog
from portal.views import team_results
from portal.views.results import Line
from portal.web.exports import Make, file
from portal.web.roles import Role, Row, get


def _teams(log: EventLog, run: RunId) -> Iterable[Line] | None:
    state = reports.rebuilt(log, run)
    return team_results.teams(state) if isinstance(state, ContestState) else None


def _ledger(log: EventLog, run: RunId) -> Iterable[Line] | None:
    state = reports.rebuilt(log, run)
    return team_results.ledger(state) if isinstance(state, ContestState) else None


def _assignments(log: EventLog, run: RunId) -> Iterable[Line] | None:
    state = reports.rebuilt(log, run)
    if not isinstance(state, ContestState):
        return None
    # what happened after the state was rebuilt is left out of both
    happened = [event for number, event in reports.events(log, run) if number <= state.sequence]
    return team_results.assignments(state, (event for event in happened if isinstance(event, e.Event)))


FILES: dict[str, Make] = {"teams.csv": _teams, "ledger.csv": _ledger, "assignments.csv": _assignments}

TABLE: tuple[Row, ...] = tuple(get(f"/admin/{name}", file(name, make), Role.INSTRUCTOR) for name, make in FILES.items())
