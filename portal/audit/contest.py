"""A contest audited: its raw rows followed a second time, and what the program makes of them held against that."""

from collections import defaultdict
from collections.abc import Iterator
from typing import cast

from portal.audit.witness import Findings, Row
from portal.domain import modes
from portal.domain.competition import audit as ledger
from portal.domain.competition.events import Event
from portal.domain.competition.state import ContestState
from portal.domain.ids import Sequence
from portal.domain.modes import State
from portal.store import codec


def audit_contest(rows: list[Row], _: bytes | None) -> Findings:
    """What a run comes to that a ``ContestStarted`` begins. A contest has no receipts: its answers are final."""
    told = ledger.audit(cast("Event", codec.decode(row.kind, row.text)) for row in rows)
    faults = [f"run {rows[0].run}: {fault}" for fault in (*told.faults, *_faults_of_state(rows))]
    return Findings(faults=faults, teams=told.teams, team_answers=told.answers, entries=told.entries)


def _faults_of_state(rows: list[Row]) -> Iterator[str]:
    """Points and ranks that the program shows, against the sums of the raw ledger."""
    state, sums = _their_state(rows), _sums(rows)
    shown = {str(team.id): int(team.points) for team in state.teams.values()}
    for team in sorted(shown.keys() | sums.keys()):
        if shown.get(team) != sums.get(team):
            yield f"team {team}: {shown.get(team)} points shown, {sums.get(team)} in the ledger"
    best_first = sorted(sums.values(), reverse=True)
    for team, rank in state.board.ranks().items():
        if team in sums and best_first.index(sums[team]) + 1 != rank:
            yield f"team {team}: rank {rank} shown, {best_first.index(sums[team]) + 1} recomputed"


def _their_state(rows: list[Row]) -> ContestState:
    state: State | None = None
    for row in rows:
        state = modes.evolve(state, codec.decode(row.kind, row.text), Sequence(row.sequence))
    assert isinstance(state, ContestState)
    return state


def _sums(rows: list[Row]) -> dict[str, int]:
    """The sum of each present team's rows in the ledger."""
    sums: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        if row.kind == "TeamDeleted":
            sums.pop(row.body["team"], None)
        elif "team" in row.body:
            sums[row.body["team"]] += (row.body.get("entry") or {"delta": 0})["delta"]
    return dict(sums)
