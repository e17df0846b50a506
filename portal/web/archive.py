"""The archive: every run of the file, of either kind, with its standings and its files."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal import exports
from portal.domain.competition.state import ContestState
from portal.domain.ids import RunId
from portal.domain.quiz.scoreboard import scoreboard
from portal.domain.quiz.state import QuizState
from portal.store import reports
from portal.store.log import EventLog
from portal.views import results, team_tables
from portal.views.instructor import run as run_page
from portal.views.instructor.analytics import Analytics
from portal.views.instructor.analytics import analytics as analysed
from portal.web import console, team_console
from portal.web.context import portal_of
from portal.web.exports import file, run_of
from portal.web.kinds import of_kind
from portal.web.roles import Role, Row, get


async def archive(request: Request) -> Response:
    """``GET /admin/runs``: every run of the file, the newest first."""
    rows = await asyncio.to_thread(reports.runs, portal_of(request).log)
    told = [(row, results.moment(row.began), results.moment(row.ended)) for row in rows]
    return static_page(request, "runs", rows=told)


async def archived(request: Request) -> Response:
    """``GET /admin/runs/{id}/``: one run's standings and files."""
    portal, run = portal_of(request), run_of(request)
    state = await asyncio.to_thread(reports.rebuilt, portal.log, run)
    if state is None:
        raise HTTPException(404)
    began = results.moment(state.started_at)
    if isinstance(state, ContestState):
        teams = team_tables.teams(state, portal.presence, portal.run.now())
        return static_page(request, "archived_contest", past=state, rows=teams, began=began)
    return await _archived_quiz(request, state, began)


async def _archived_quiz(request: Request, state: QuizState, began: str) -> Response:
    board = await asyncio.to_thread(scoreboard, state)
    over, rows = run_page.over(state, board), run_page.rows(state, board)
    return static_page(request, "archived_run", past=state, over=over, rows=rows, began=began)


async def analytics(request: Request) -> Response:
    """``GET /admin/runs/{id}/analytics``: how good the closed questions of a quiz were; reckoned in a thread."""
    portal, run = portal_of(request), run_of(request)
    found = await asyncio.to_thread(_analysed, portal.log, run)
    if found is None:
        raise HTTPException(404)
    return static_page(request, "analytics", found=found)


def _analysed(log: EventLog, run: RunId) -> Analytics | None:
    state = reports.rebuilt(log, run)
    return analysed(state, scoreboard(state)) if isinstance(state, QuizState) else None


def static_page(request: Request, name: str, status: int = 200, error: str | None = None, **more: object) -> Response:
    """A page of the console that does not follow the run, in the frame of whichever kind the present run is."""
    return of_kind(request, console.static_page, team_console.static_page)(request, name, status, error, **more)


TABLE: tuple[Row, ...] = (
    get("/admin/runs", archive, Role.INSTRUCTOR),
    get("/admin/runs/{run}/", archived, Role.INSTRUCTOR),
    get("/admin/runs/{run}/analytics", analytics, Role.INSTRUCTOR),
    *(
        get(f"/admin/runs/{{run}}/{name}", file(name, make), Role.INSTRUCTOR)
        for name, make in {**exports.QUIZ, **exports.CONTEST}.items()
    ),
)
