"""Draws the console of a contest: whole pages, what a stream or a form's reply carries, refusals."""

from collections.abc import Callable, Hashable
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal.live.bus import Regions, Subscriber
from portal.render import Partial, message
from portal.views import regions
from portal.views.regions import Region
from portal.views.team_console import Console, Page, console, version
from portal.views.team_tables import QuestionRow, TeamRow
from portal.web.asked import is_scripted
from portal.web.console import login_page, shut_out, signed_in, to_the_login
from portal.web.context import Portal, portal_of
from portal.web.once import TICK, T
from portal.web.roles import Handler, Role, Row, get
from portal.web.streams import Farewell, stream

ADDRESS = {page: "/admin/" if page is Page.TEAMS else f"/admin/{page.value}" for page in Page}
_WITH_ROWS = ("page", "_page", "_table")
PACE = 0.2  # seconds: at most five messages a second, however many teams tap at once


def page_of(request: Request) -> Page:
    """Which page a form or a stream belongs to: its address says so in ``page``. Anything else is the first page."""
    asked = request.query_params.get("page", "")
    return next((page for page in Page if page.value == asked), Page.TEAMS)


def look(portal: Portal, page: Page, *, error: str | None = None, notice: str | None = None) -> Console:
    """The page as it is now. ``error`` and ``notice`` say why the last request changed nothing."""
    view = made_once(portal, ("view", page), lambda: _look(portal, page))
    return replace(view, error=error, notice=notice) if error or notice else view


def _look(portal: Portal, page: Page) -> Console:
    run = portal.run
    edited = portal.shelf.is_edited(run.state)
    return console(run.contest, portal.presence, page, run.now(), fault=portal.log.failing, edited=edited)


def made_once(portal: Portal, key: Hashable, make: Callable[[], T]) -> T:
    """What ``make`` makes of what consoles see now, made once for all who look within a tick and see the same.

    The sequence, which no two runs of a file share, stands for the contest; what else a console shows is named here.
    """
    run, room = portal.run, portal.presence
    outside = room.changes, run.now() // TICK, portal.log.failing, portal.shelf.is_edited(run.state)
    return portal.once.made((run.contest.sequence, *outside), key, make)


def version_of(portal: Portal, view: Console) -> str:
    """Equal for two moments when the page is the same in both."""
    known = version(portal.run.contest, portal.presence, portal.run.now())
    return f"{known}.{int(view.fault is not None)}.{int(view.edited)}"


def draw(portal: Portal, template: str, view: Console, **more: object) -> str:
    rows = _drawn(portal, view, _table(view)) if template in _WITH_ROWS else ""
    context = {"view": view, "rows": rows, "join_url": portal.join_url, **more}
    html: str = portal.renderer.fragment(f"team_console/{template}.html", **context)
    return html


def whole_page(portal: Portal, page: Page) -> bytes:
    return made_once(portal, ("page", page), lambda: _whole_page(portal, look(portal, page)).encode())


def _whole_page(portal: Portal, view: Console) -> str:
    return draw(portal, "page", view, version=version_of(portal, view))


def reply(request: Request, status: int = 200, **why: str | None) -> Response:
    """The answer to a command: the present page for htmx, else a redirect to it, or the page when it was refused."""
    portal, page = portal_of(request), page_of(request)
    if is_scripted(request):
        html = _reply(portal, look(portal, page, **why)) if any(why.values()) else _done(portal, page)
        return HTMLResponse(html, status)
    if status == 200:
        return RedirectResponse(ADDRESS[page], 303)
    return HTMLResponse(_whole_page(portal, look(portal, page, **why)), status)


def refused(request: Request, status: int, code: str, sentence: str) -> Response:
    """A refusal: the present page that says why, or the login for whoever is not signed in."""
    if signed_in(request) is None:
        at_the_door = request.scope["path"] == "/admin/login"  # a form that cannot be read is not a wrong password
        return login_page(request, status, code, sentence) if at_the_door else shut_out(request)
    return reply(request, status, error=code, notice=sentence)


def static_page(request: Request, name: str, status: int = 200, error: str | None = None, **more: object) -> Response:
    """A page that does not follow the run by itself; its buttons lead back to those that do."""
    portal = portal_of(request)
    view = look(portal, Page.QUESTIONS if name == "pools" else Page.ROOM, error=error)
    return HTMLResponse(draw(portal, "static_page", view, inner=f"instructor/_{name}.html", **more), status)


def asked(request: Request, name: str, status: int = 200, **more: object) -> Response:
    """A question or a small form before something is changed: a dialog, or without script a page."""
    portal, page = portal_of(request), page_of(request)
    state = portal.run.contest
    context = {"run": state.run, "turn": state.turn, "page": page.value, "back": ADDRESS[page], **more}
    template = f"team_console/_confirm_{name}.html"
    if is_scripted(request):
        html = portal.renderer.fragment(template, scripted=True, **context)
        return HTMLResponse(message(Partial("#confirm", html, "innerHTML")), status)
    return HTMLResponse(portal.renderer.fragment("instructor/confirm_page.html", asked=template, **context), status)


class OpenPage:
    """What one open page has been sent, so that a stream sends only the rows that are new on it."""

    def __init__(self, portal: Portal, page: Page) -> None:
        self._portal, self._page = portal, page
        self._sent: Console | None = None

    def message(self, stale: Regions) -> str:
        """The whole page when its stage is stale, else what differs from what it shows."""
        portal, before = self._portal, self._sent
        view = look(portal, self._page)
        self._sent = view
        if before is None or Region.STAGE in stale or view.edited != before.edited:
            return message(*_whole(portal, view))
        parts = [Partial("#counts", draw(portal, "_counts", view))] if view.counts != before.counts else []
        if view.fault != before.fault:
            parts.append(Partial("#fault", draw(portal, "_fault", view)))
        if view.log is not None and view.log != before.log:
            return message(*_whole(portal, view))
        return message(*parts, *self._rows(before, view), _renewed(portal, view))

    def _rows(self, before: Console, view: Console) -> list[Partial]:
        """The rows that differ; the whole table when rows came, went or changed places."""
        then, now = _table(before), _table(view)
        if [row.id for row in then] != [row.id for row in now]:
            return [Partial("#rows", draw(self._portal, "_table", view), "outerMorph")]
        name = "asked" if view.teams is None else "team"
        return [
            Partial(f"[data-{name}='{row.id}']", _drawn(self._portal, view, [row]))
            for row, old in zip(now, then, strict=True)
            if row != old
        ]


def _table(view: Console) -> list[TeamRow | QuestionRow]:
    return [*(view.teams or ()), *(view.questions or ())]


def _drawn(portal: Portal, view: Console, rows: list[TeamRow | QuestionRow]) -> str:
    name = "_question_row" if view.teams is None else "_team_row"
    return portal.renderer.rows(f"team_console/{name}.html", rows)


def _done(portal: Portal, page: Page) -> bytes:
    """What follows a command that was carried out."""
    return made_once(portal, ("reply", page), lambda: _reply(portal, look(portal, page)).encode())


def _reply(portal: Portal, view: Console) -> str:
    gone = Partial("#confirm", "", "innerHTML")  # the question that this may have been the answer to
    return message(*_whole(portal, view), gone)


def _whole(portal: Portal, view: Console) -> list[Partial]:
    return [Partial("#page", draw(portal, "_page", view), "innerMorph"), _renewed(portal, view)]


def _renewed(portal: Portal, view: Console) -> Partial:
    return Partial("#v", f'<input type="hidden" id="v" name="v" value="{version_of(portal, view)}">')


async def first(request: Request) -> Response:
    """``GET /admin/``: the login, or the teams."""
    if signed_in(request) is None:
        return login_page(request, 200)
    return await _page(Page.TEAMS)(request)


async def live(request: Request) -> Response:
    """``GET /admin/stream?page=…``: the present page at once, then what has become old."""
    portal, sign_in = portal_of(request), signed_in(request)
    shown = OpenPage(portal, page_of(request))

    def drawn(stale: Regions) -> str | Farewell | None:
        if sign_in is None or not portal.doors.is_live(sign_in, portal.run.now()):
            return Farewell(to_the_login(portal, "no_identity"))
        return shown.message(stale)

    return stream(portal.bus, Subscriber((regions.CONSOLE,)), drawn, portal.presence.watching(), pace=PACE)


async def state(request: Request) -> Response:
    """``GET /admin/state?page=…``: 204 when the page is up to date, else what the stream would send."""
    portal, page = portal_of(request), page_of(request)
    await portal.shelf.look()
    if request.query_params.get("v") == version_of(portal, look(portal, page)):
        return Response(status_code=204)
    return HTMLResponse(OpenPage(portal, page).message(frozenset(Region)))


def _page(page: Page) -> Handler:
    async def handler(request: Request) -> Response:
        portal = portal_of(request)
        await portal.shelf.look()
        return HTMLResponse(whole_page(portal, page))

    return handler


TABLE: tuple[Row, ...] = (
    get("/admin/", first, Role.PUBLIC),
    *(get(ADDRESS[page], _page(page), Role.INSTRUCTOR) for page in Page if page is not Page.TEAMS),
    get("/admin/stream", live, Role.INSTRUCTOR),
    get("/admin/state", state, Role.INSTRUCTOR),
)
