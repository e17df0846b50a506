"""Files to take home, of the present run and of every earlier one, rebuilt from the log: those of a quiz.

All of it happens in a thread, on a state of its own: a class that is answering does not wait for a spreadsheet.
"""

import asyncio
import csv
import io
from collections.abc import Callable, Iterable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal.domain.ids import RunId
from portal.domain.quiz import events as quiz_events
from portal.domain.quiz.scoreboard import scoreboard
from portal.domain.quiz.state import QuizState
from portal.domain.receipt import normal
from portal.store import reports
from portal.store.log import EventLog
from portal.views import results
from portal.views.instructor import run as run_page
from portal.views.instructor.receipt import checked
from portal.views.results import Cell, Line
from portal.web.console import static_page
from portal.web.context import portal_of
from portal.web.forms import read_form
from portal.web.roles import Handler, Role, Row, get, post

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take a cell that begins so for a formula


Make = Callable[[EventLog, RunId], Iterable[Line] | None]
"""The lines of a file; None when the run is of the other kind and has no such file."""


def _results(log: EventLog, run: RunId) -> Iterable[Line] | None:
    state = reports.rebuilt(log, run)
    return results.results(state, scoreboard(state)) if isinstance(state, QuizState) else None


def _answers(log: EventLog, run: RunId) -> Iterable[Line] | None:
    state = reports.rebuilt(log, run)
    return results.answers(state, scoreboard(state)) if isinstance(state, QuizState) else None


def _events(log: EventLog, run: RunId) -> Iterable[Line] | None:
    happened = [(number, event) for number, event in reports.events(log, run) if isinstance(event, quiz_events.Event)]
    return results.events(happened) if happened else None


FILES: dict[str, Make] = {"results.csv": _results, "answers.csv": _answers, "events.csv": _events}


def encoded(lines: Iterable[Line]) -> bytes:
    """CSV as spreadsheets read it: RFC 4180 in UTF-8 with a byte order mark, nothing in it a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_defused(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def _defused(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(DANGEROUS) else cell


def file(name: str, make: Make) -> Handler:
    """Serves ``name`` of the run that the address names; 404 when that run has no such file."""

    async def handler(request: Request) -> Response:
        portal, run = portal_of(request), run_of(request)
        body = await asyncio.to_thread(_made, make, portal.log, run)
        if body is None:
            raise HTTPException(404)
        saved_as = f"portal-run-{run}-{name}"
        headers = {"Content-Disposition": f'attachment; filename="{saved_as}"'}
        return Response(body, media_type="text/csv; charset=utf-8", headers=headers)

    return handler


def run_of(request: Request) -> RunId:
    """The run that the address names; without one, the present one. Raises 404 when the file holds no such run."""
    present = portal_of(request).run.state.run
    named: str = request.path_params.get("run", str(present))
    # not Starlette's {run:int}: its int() of five thousand digits is an error before anybody is asked who they are
    if not (named.isascii() and named.isdigit() and len(named) <= 9 and 1 <= int(named) <= present):
        raise HTTPException(404)
    return RunId(int(named))


def _made(make: Make, log: EventLog, run: RunId) -> bytes | None:
    lines = make(log, run)
    return None if lines is None else encoded(lines)


async def standings(request: Request) -> Response:
    """``GET /admin/standings``: everybody, with the ids."""
    run = portal_of(request).run
    return static_page(request, "standings", rows=run_page.rows(run.shown, run.board))


async def receipt(request: Request) -> Response:
    """``POST /admin/receipt``: what the answer was that a typed receipt stands for."""
    form = await read_form(request)
    typed = form.text("receipt")
    view = checked(portal_of(request).run.shown, normal(typed))
    return static_page(request, "receipt", typed=typed, answer=view)


TABLE: tuple[Row, ...] = (
    get("/admin/standings", standings, Role.INSTRUCTOR),
    post("/admin/receipt", receipt, Role.INSTRUCTOR),
    *(get(f"/admin/{name}", file(name, make), Role.INSTRUCTOR) for name, make in FILES.items()),
)
