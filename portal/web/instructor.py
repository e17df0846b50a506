"""The instructor's pages, sign-in and stream. What the buttons do is in ``commands``, the files are in ``exports``."""

from contextlib import suppress

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal.live.bus import Regions, Subscriber
from portal.store import sign_ins
from portal.store.log import NotSaved
from portal.views import regions
from portal.views.instructor.frame import Page
from portal.views.instructor.page import version
from portal.views.regions import Region, Stale
from portal.web import commands, console, exports
from portal.web.console import refused
from portal.web.context import portal_of
from portal.web.forms import read_form
from portal.web.roles import Handler, Role, get
from portal.web.roster import OpenPage
from portal.web.streams import Farewell, stream
from portal.wording import _, ngettext

__all__ = ["TABLE", "login", "only", "page", "refused", "to_the_console"]

PACE = 0.2  # seconds: at most five messages a second, however many students tap at once


def only(handler: Handler) -> Handler:
    """``handler`` for whoever is signed in; everybody else gets the login with status 401."""

    async def guarded(request: Request) -> Response:
        return await handler(request) if console.signed_in(request) else console.shut_out(request)

    return guarded


async def to_the_console(_request: Request) -> Response:
    """``GET /admin``: as people type it."""
    return RedirectResponse("/admin/", 308)


async def page(request: Request) -> Response:
    """``GET /admin/``: the login, or the console."""
    if console.signed_in(request) is None:
        return console.login_page(request, 200)
    return await _page(request, Page.RUN)


async def people(request: Request) -> Response:
    return await _page(request, Page.PEOPLE)


async def questions(request: Request) -> Response:
    return await _page(request, Page.QUESTIONS)


async def room(request: Request) -> Response:
    return await _page(request, Page.ROOM)


async def login(request: Request) -> Response:
    """``POST /admin/login``: ten attempts a minute an address, right or wrong."""
    portal, form = portal_of(request), await read_form(request)
    address = await portal.client_of(request)
    if not portal.doors.may_try(address):
        return console.login_page(request, 429, "too_many", _("Too many attempts. Wait a minute, then try again."))
    if not portal.doors.knows(form.text("password")):
        left = portal.doors.tries_left(address)
        told = ngettext(
            "Wrong password. %(num)s try left this minute.", "Wrong password. %(num)s tries left this minute.", left
        )
        return console.login_page(request, 401, "wrong_password", told)
    response = RedirectResponse("/admin/", 303)
    token_hash, expires_at = portal.doors.sign_in(response, portal.run.now())
    with suppress(NotSaved):  # whoever comes to see what is wrong with the disk must get in
        await sign_ins.keep(portal.log, token_hash, expires_at)
    return response


async def logout(request: Request) -> Response:
    """``POST /admin/logout``: the sign-in is dead at once, on its open streams too."""
    portal, sign_in = portal_of(request), console.signed_in(request)
    response = RedirectResponse("/admin/", 303)
    if sign_in is not None:
        portal.doors.sign_out(response, sign_in)
        portal.bus.publish(Stale(regions.CONSOLE, frozenset({Region.HEALTH})))
        with suppress(NotSaved):
            await sign_ins.forget(portal.log, sign_in)
    return response


async def live(request: Request) -> Response:
    """``GET /admin/stream?page=…``: the present stage at once, then what has become old."""
    portal, sign_in = portal_of(request), console.signed_in(request)
    shown = OpenPage(portal, console.page_of(request), console.show_of(request))

    def draw(stale: Regions) -> str | Farewell | None:
        if sign_in is None or not portal.doors.is_live(sign_in, portal.run.now()):
            return Farewell(console.to_the_login(portal, "no_identity"))
        return shown.message(stale)

    return stream(portal.bus, Subscriber((regions.CONSOLE,)), draw, portal.presence.watching(), pace=PACE)


async def state(request: Request) -> Response:
    """``GET /admin/state?page=…``: 204 when the page is up to date, else what the stream would send."""
    portal, asked = portal_of(request), console.page_of(request)
    await portal.shelf.look()
    seen = console.sight(portal)
    if request.query_params.get("v") == version(seen, asked):
        return Response(status_code=204)
    return HTMLResponse(OpenPage(portal, asked, console.show_of(request)).message(frozenset(Region)))


async def _page(request: Request, asked: Page) -> Response:
    portal = portal_of(request)
    await portal.shelf.look()
    return HTMLResponse(console.whole_page(portal, asked, console.show_of(request)))


TABLE = (
    get("/admin/", page, Role.PUBLIC),
    get("/admin/people", people, Role.INSTRUCTOR),
    get("/admin/questions", questions, Role.INSTRUCTOR),
    get("/admin/room", room, Role.INSTRUCTOR),
    get("/admin/stream", live, Role.INSTRUCTOR),
    get("/admin/state", state, Role.INSTRUCTOR),
    *commands.TABLE,
    *exports.TABLE,
)
