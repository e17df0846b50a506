"""``GET /healthz``: whether the program can do its job, which is to write."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from portal.store.log import NotSaved
from portal.web.context import portal_of


async def healthz(request: Request) -> Response:
    """200 when a note that the program is alive reached the disk just now, else 503 with what the disk said."""
    portal = portal_of(request)
    fault = None
    try:
        await portal.beat()
    except NotSaved as failure:
        fault = str(failure)
    state = portal.run.shown
    body = {
        "status": "ok" if fault is None else "cannot write",
        "version": portal.version,
        "state": state.phase.value,
        "run": state.run,
        "participants": len(state.participants),
        "answers": sum(state.answered.values()),
        "open_streams": portal.presence.open_streams,
    }
    return JSONResponse(body if fault is None else {**body, "fault": fault}, 200 if fault is None else 503)
