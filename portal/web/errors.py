"""Refusals, malformed requests and faults, each told once, in one place, as the audience's own page.

*Refused*: a rule said no (401, 409, 422). *Malformed*: the request cannot be read (4xx that names the field).
*Fault*: a bug (500, logged with its traceback) or a disk that does not take the write (503 ``not_saved``).
"""

import logging
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal.domain.rejection import Reason, Rejected
from portal.live.run import OtherKind
from portal.store.log import NotSaved
from portal.views.regions import CONSOLE, Region, Stale
from portal.web import console, student_pages, team_console, team_pages
from portal.web.context import portal_of
from portal.web.forms import Malformed
from portal.web.kinds import of_kind
from portal.wording import N_, _

logger = logging.getLogger("portal.web")
NOT_SAVED = N_("Not saved: the disk did not take it. Tap again.")
OTHER_KIND = N_("That belongs to another kind of run than the present one. Here is the present one.")

_HTTP = {
    404: N_("There is no such page."),
    405: N_("This page does not take that request."),
    413: N_("That is too large."),
}
_STATUS = {
    Reason.NO_IDENTITY: (401, "no_identity"),
    Reason.NOT_OPEN: (409, "not_open"),
    Reason.TIME_EXPIRED: (409, "time_expired"),
    Reason.STALE_QUESTION: (409, "stale"),
    Reason.BAD_ANSWER: (422, "bad_answer"),
    Reason.STALE_CONTROL: (409, "stale"),
    Reason.BAD_NUMBER: (422, "bad_value"),
    Reason.BAD_TIME_LIMIT: (422, "bad_value"),
    Reason.BAD_EXTENSION: (422, "bad_value"),
    Reason.BAD_SPAN: (422, "bad_value"),
    Reason.NO_TEAM: (401, "no_identity"),
    Reason.NOT_RUNNING: (409, "not_open"),
    Reason.NOT_HELD: (409, "not_open"),
    Reason.HOLDING: (409, "holding"),
    Reason.TAKEN: (409, "taken"),
    Reason.TEAM_NAME_TAKEN: (409, "taken"),
    Reason.NONE_LEFT: (409, "none_left"),
    Reason.NO_BOX_LEFT: (409, "none_left"),
    Reason.TOO_POOR: (409, "too_poor"),
    Reason.PRICE_CHANGED: (409, "stale"),
    Reason.NO_SUCH_QUESTION: (422, "bad_value"),
    Reason.BAD_DURATION: (422, "bad_value"),
    Reason.BAD_POINTS: (422, "bad_value"),
}


async def rejected(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Rejected)
    status, code = _STATUS.get(refusal.reason, (409, "not_allowed"))
    return _refused(request, status, code, _(refusal.reason.value))


async def malformed(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, Malformed)
    code = "bad_answer" if request.scope["path"] in ("/answer", "/team/answer") else "bad_value"
    return _refused(request, fault.status, code, fault.sentence)


async def other_kind(request: Request, _fault: Exception) -> Response:
    """A page of a quiz was asked of a contest, or the other way round: the way to what there is."""
    console_asks = request.scope["path"].startswith("/admin")
    if request.method in ("GET", "HEAD"):
        return RedirectResponse("/admin/" if console_asks else "/", 303)
    return _refused(request, 409, "not_allowed" if console_asks else "not_open", _(OTHER_KIND))


async def not_saved(request: Request, fault: Exception) -> Response:
    logger.error("not saved: %s %r: %s", request.method, request.scope["path"], fault)
    portal_of(request).bus.publish(Stale(CONSOLE, frozenset({Region.HEALTH})))  # no event tells of what failed
    return _refused(request, 503, "not_saved", _(NOT_SAVED))


async def http(request: Request, fault: Exception) -> Response:
    """What Starlette itself refuses: no such page, no such method, too large."""
    assert isinstance(fault, HTTPException)
    sentence = _(_HTTP[fault.status_code]) if fault.status_code in _HTTP else fault.detail
    return _page(request, fault.status_code, sentence, fault.headers)


async def gone(_request: Request, _fault: Exception) -> Response:
    """A phone went away in the middle of its own form: nobody hears this, and it is no bug that a log has to show."""
    return Response(status_code=400)


async def bug(request: Request, fault: Exception) -> Response:
    """Names the route in the log; the server adds the traceback there, and the page never shows it."""
    logger.error("fault at %s %r", request.method, request.scope["path"])
    return _page(request, 500, _("Something went wrong on our side. Reload the page; what was saved is safe."))


def _refused(request: Request, status: int, code: str, sentence: str) -> Response:
    if request.scope["path"].startswith("/admin"):
        return of_kind(request, console.refused, team_console.refused)(request, status, code, sentence)
    return of_kind(request, student_pages.refused, team_pages.refused)(request, status, code, sentence)


def _page(request: Request, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    html: str = portal_of(request).renderer.fragment("error.html", status=status, sentence=sentence)
    return HTMLResponse(html, status, headers)


HANDLERS = {
    Rejected: rejected,
    Malformed: malformed,
    NotSaved: not_saved,
    OtherKind: other_kind,
    HTTPException: http,
    ClientDisconnect: gone,
    Exception: bug,
}
