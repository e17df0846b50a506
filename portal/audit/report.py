"""The whole audit of a file."""

from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from portal.audit.contest import audit_contest
from portal.audit.quiz import audit_quiz
from portal.audit.witness import Findings, Row, faults_of_order, rows_of

RUNS: dict[str, Callable[[list[Row], bytes | None], Findings]] = {
    "RunStarted": audit_quiz,
    "ContestStarted": audit_contest,
}
"""How a run is audited, by the kind of its first event."""

NO_RUN = (KeyError, IndexError, TypeError, ValueError, AttributeError, StopIteration, AssertionError)
"""What events raise that no Portal wrote, or not in this order, when a run is made of them."""

NO_RECEIPT = "none of the receipts fits its answer: this is probably not the key that the file was written with"


def audit(file: Path, key: str | None) -> Findings:
    """Every fault of ``file`` with its place; without ``key`` no receipt is looked at. Raises :class:`Unreadable`."""
    rows = rows_of(file)
    whole = Findings(faults=list(faults_of_order(rows)))
    for run, events in groupby(rows, key=lambda row: row.run):
        found = _audit_run(run, list(events), None if key is None else key.encode())
        whole.answers, whole.receipts = whole.answers + found.answers, whole.receipts + found.receipts
        whole.teams, whole.entries = whole.teams + found.teams, whole.entries + found.entries
        whole.team_answers += found.team_answers
        whole.unfit += found.unfit
        whole.faults += found.faults
    none_fits = bool(whole.unfit) and not whole.receipts
    whole.faults += [NO_RECEIPT] if none_fits else whole.unfit
    return whole


def lines(found: Findings) -> list[str]:
    """What was counted, as the command line says it: of contests, where there were any, and of quizzes."""
    quiz = f"{found.answers} answers, {found.receipts} receipts, {len(found.faults)} mismatches"
    contests = f"{found.teams} teams, {found.team_answers} team answers, {found.entries} ledger rows"
    return [contests, quiz] if found.teams else [quiz]


def _audit_run(run: int, rows: list[Row], key: bytes | None) -> Findings:
    check = RUNS.get(rows[0].kind)
    if check is None:
        return Findings(faults=[f"run {run}: it begins with {rows[0].kind}, and this audit knows no such run"])
    try:
        return check(rows, key)
    except NO_RUN as fault:
        return Findings(faults=[f"run {run}: its events do not make a run ({type(fault).__name__}: {fault})"])
