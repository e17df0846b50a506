"""The pool picker: what the folder holds, or a pool's text; a faulty one is refused whole with every fault."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from portal.domain import modes
from portal.domain.modes import Pool
from portal.live.run import CONSOLE_SOURCE, StartPool
from portal.pools import PoolFaults
from portal.web import console, team_console
from portal.web.archive import static_page
from portal.web.asked import is_scripted
from portal.web.context import portal_of
from portal.web.forms import POOL_LIMIT, Malformed, read_form
from portal.web.kinds import of_kind
from portal.web.roles import Role, Row, get, post
from portal.wording import _


async def picker(request: Request) -> Response:
    """``GET /admin/pools``."""
    return await _page(request)


async def paste(request: Request) -> Response:
    """``POST /admin/pools``: takes the pool whose text was sent, or shows the text again with all that is wrong."""
    form = await read_form(request, limit=POOL_LIMIT)
    text = form.text("pool_text")
    try:
        pool = await portal_of(request).shelf.pasted(text)
    except PoolFaults as refused:
        return await _page(request, _("The pasted pool"), refused.faults, text)
    return await _take(request, pool)


async def select(request: Request) -> Response:
    """``POST /admin/pools/select``: takes a pool of the folder by its file's name."""
    form = await read_form(request)
    name = form.text("name")
    try:
        pool = await portal_of(request).shelf.named(name)
    except PoolFaults as refused:
        return await _page(request, name, refused.faults)
    if pool is None:
        raise Malformed(_("There is no pool “%(name)s” in the folder.", name=name[:80]), field="name")
    return await _take(request, pool)


async def _take(request: Request, pool: Pool) -> Response:
    await portal_of(request).run.choose(StartPool(pool, CONSOLE_SOURCE))
    reply = of_kind(request, console.reply, team_console.reply)
    return reply(request) if is_scripted(request) else RedirectResponse("/admin/", 303)


async def _page(request: Request, faulty: str = "", faults: tuple[str, ...] = (), text: str = "") -> Response:
    portal = portal_of(request)
    offered, state = await portal.shelf.offered(), portal.run.state
    loaded = {"loaded": modes.pool_of(state), "open": modes.is_in_lobby(state)}
    error = "bad_value" if faults else None
    status = 422 if faults else 200
    shown = {"offered": offered, "faulty": faulty, "faults": faults, "text": text}
    return static_page(request, "pools", status, error, **loaded, **shown)


TABLE: tuple[Row, ...] = (
    get("/admin/pools", picker, Role.INSTRUCTOR),
    post("/admin/pools", paste, Role.INSTRUCTOR),
    post("/admin/pools/select", select, Role.INSTRUCTOR),
)
