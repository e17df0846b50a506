"""The files that a run leaves, as spreadsheets read them: the same code for the console and the archive.

Each is rebuilt from the log, on a state of its own. Reads all events of the run: not for the event loop.
"""

import csv
import io
from collections.abc import Callable, Iterable

from portal.domain.competition import events as contest_events
from portal.domain.competition.state import ContestState
from portal.domain.ids import RunId
from portal.domain.quiz import events as quiz_events
from portal.domain.quiz.scoreboard import scoreboard
from portal.domain.quiz.state import QuizState
from portal.store import reports
from portal.store.reading import LogReader
from portal.views import results, team_results
from portal.views.results import Cell, Line

DANGEROUS = frozenset("=+-@\t\r")  # a spreadsheet would take a cell that begins so for a formula

Make = Callable[[LogReader, RunId], Iterable[Line] | None]
"""The lines of a file; None when the run is of the other kind and has no such file."""


def made(make: Make, log: LogReader, run: RunId) -> bytes | None:
    """The whole file; None when ``run`` has no such file."""
    lines = make(log, run)
    return None if lines is None else encoded(lines)


def encoded(lines: Iterable[Line]) -> bytes:
    """CSV as spreadsheets read it: RFC 4180 in UTF-8 with a byte order mark, nothing in it a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_defused(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def _defused(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in DANGEROUS else cell


def _results(log: LogReader, run: RunId) -> Iterable[Line] | None:
    state = reports.rebuilt(log, run)
    return results.results(state, scoreboard(state)) if isinstance(state, QuizState) else None


def _answers(log: LogReader, run: RunId) -> Iterable[Line] | None:
    state = reports.rebuilt(log, run)
    return results.answers(state, scoreboard(state)) if isinstance(state, QuizState) else None


def _events(log: LogReader, run: RunId) -> Iterable[Line] | None:
    happened = [(number, event) for number, event in reports.events(log, run) if isinstance(event, quiz_events.Event)]
    return results.events(happened) if happened else None


def _teams(log: LogReader, run: RunId) -> Iterable[Line] | None:
    state = reports.rebuilt(log, run)
    return team_results.teams(state) if isinstance(state, ContestState) else None


def _ledger(log: LogReader, run: RunId) -> Iterable[Line] | None:
    state = reports.rebuilt(log, run)
    return team_results.ledger(state) if isinstance(state, ContestState) else None


def _assignments(log: LogReader, run: RunId) -> Iterable[Line] | None:
    state = reports.rebuilt(log, run)
    if not isinstance(state, ContestState):
        return None
    # what happened after the state was rebuilt is left out of both
    happened = [event for number, event in reports.events(log, run) if number <= state.sequence]
    return team_results.assignments(state, (event for event in happened if isinstance(event, contest_events.Event)))


QUIZ: dict[str, Make] = {"results.csv": _results, "answers.csv": _answers, "events.csv": _events}
CONTEST: dict[str, Make] = {"teams.csv": _teams, "ledger.csv": _ledger, "assignments.csv": _assignments}
