"""Files to take home, of the present run and of every earlier one: those of a quiz.

They are made in a thread, on a state of their own: a class that is answering does not wait for a spreadsheet.
"""

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal import exports
from portal.domain.ids import RunId
from portal.domain.receipt import normal
from portal.views.instructor import run as run_page
from portal.views.instructor.receipt import checked
from portal.web.console import static_page
from portal.web.context import portal_of
from portal.web.forms import read_form
from portal.web.roles import Handler, Role, Row, get, post


def file(name: str, make: exports.Make) -> Handler:
    """Serves ``name`` of the run that the address names; 404 when that run has no such file."""

    async def handler(request: Request) -> Response:
        portal, run = portal_of(request), run_of(request)
        body = await asyncio.to_thread(exports.made, make, portal.log, run)
        if body is None:
            raise HTTPException(404)
        return attached(run, name, body)

    return handler


def attached(run: RunId, name: str, body: bytes) -> Response:
    """A file to be saved under a name that says of which run it is."""
    headers = {"Content-Disposition": f'attachment; filename="portal-run-{run}-{name}"'}
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


def run_of(request: Request) -> RunId:
    """The run that the address names; without one, the present one. Raises 404 when the file holds no such run."""
    present = portal_of(request).run.state.run
    named: str = request.path_params.get("run", str(present))
    # not Starlette's {run:int}: its int() of five thousand digits is an error before anybody is asked who they are
    if not (named.isascii() and named.isdigit() and len(named) <= 9 and 1 <= int(named) <= present):
        raise HTTPException(404)
    return RunId(int(named))


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
    *(get(f"/admin/{name}", file(name, make), Role.INSTRUCTOR) for name, make in exports.QUIZ.items()),
)
