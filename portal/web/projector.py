"""The hall's page: public, read-only, without any student id."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from portal.live.bus import Regions
from portal.render import Partial, message
from portal.views import projector
from portal.views.regions import Region
from portal.web.context import Portal, portal_of
from portal.web.hall import hall_stream

PACE = 0.2  # seconds: at most five messages a second, however many students tap at once


async def page(request: Request) -> Response:
    """``GET /projector``: dark, as most halls are; ``?theme=light`` for a bright one."""
    portal = portal_of(request)
    theme = "light" if request.query_params.get("theme") == "light" else "dark"
    context = _context(portal, _stage(portal))
    return HTMLResponse(portal.renderer.fragment("projector/page.html", theme=theme, **context))


async def live(request: Request) -> Response:
    """``GET /projector/stream``."""
    portal = portal_of(request)
    return hall_stream(portal, lambda stale: _message(portal, stale), PACE)


async def state(request: Request) -> Response:
    """``GET /projector/state``: 204 when the page is up to date, else what the stream would send."""
    portal = portal_of(request)
    if request.query_params.get("v") == projector.version(portal.run.shown):
        return Response(status_code=204)
    return HTMLResponse(_message(portal, frozenset(Region)))


def _message(portal: Portal, stale: Regions) -> str:
    """The stage whole when it is stale; otherwise the two small numbers that change with every tap and join."""
    view = _stage(portal)
    context = _context(portal, view)
    version = Partial("#v", f'<input type="hidden" id="v" name="v" value="{context["version"]}">')
    shows_the_vote = isinstance(view.body, projector.Asked) and view.body.tally is not None
    if Region.STAGE in stale or (Region.TALLY in stale and shows_the_vote):
        html = portal.renderer.fragment("projector/_page.html", **context)
        return message(Partial("#page", html, "innerMorph"), version)
    return message(Partial("#counts", portal.renderer.fragment("projector/_counts.html", **context)), version)


def _stage(portal: Portal) -> projector.Stage:
    return projector.stage(portal.run.shown, portal.run.board, portal.run.now())


def _context(portal: Portal, view: projector.Stage) -> dict[str, object]:
    return {
        "view": view,
        "version": projector.version(portal.run.shown),
        "join_url": portal.join_url,
    }
