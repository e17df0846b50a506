"""The hall's page of a contest: public, read-only, without any member, code or key."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from portal.live.bus import Regions
from portal.render import Partial, message
from portal.views import team_projector
from portal.views.regions import Region
from portal.web.context import Portal, portal_of
from portal.web.hall import hall_stream
from portal.web.roles import Role, Row, get

PACE = 0.5  # seconds: rows that change place more often can be followed by nobody


async def page(request: Request) -> Response:
    """``GET /projector``: dark, as most halls are; ``?theme=light`` for a bright one."""
    portal = portal_of(request)
    theme = "light" if request.query_params.get("theme") == "light" else "dark"
    return HTMLResponse(portal.renderer.fragment("projector/contest.html", theme=theme, **_context(portal)))


async def live(request: Request) -> Response:
    """``GET /projector/stream``."""
    portal = portal_of(request)
    return hall_stream(portal, lambda stale: _message(portal, stale), PACE)


async def state(request: Request) -> Response:
    """``GET /projector/state``: 204 when the page is up to date, else what the stream would send."""
    portal = portal_of(request)
    if request.query_params.get("v") == team_projector.version(portal.run.contest):
        return Response(status_code=204)
    return HTMLResponse(_message(portal, frozenset(Region)))


def _message(portal: Portal, stale: Regions) -> str:
    """The page when the stage is stale; otherwise the stage and the line below it, and the clock goes on."""
    context, fragment = _context(portal), portal.renderer.fragment
    version = Partial("#v", f'<input type="hidden" id="v" name="v" value="{context["version"]}">')
    if Region.STAGE in stale:
        return message(Partial("#page", fragment("projector/_contest.html", **context), "innerMorph"), version)
    stage = Partial("#stage", fragment("projector/_contest_stage.html", **context), "outerMorph")
    return message(stage, Partial("#counts", fragment("projector/_contest_counts.html", **context)), version)


def _context(portal: Portal) -> dict[str, object]:
    state = portal.run.contest
    return {
        "view": team_projector.stage(state, portal.run.now()),
        "version": team_projector.version(state),
        "join_url": portal.join_url,
    }


TABLE: tuple[Row, ...] = (
    get("/projector", page, Role.PUBLIC),
    get("/projector/stream", live, Role.PUBLIC),
    get("/projector/state", state, Role.PUBLIC),
)
