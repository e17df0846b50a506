"""``GET /healthz``: whether the program can do its job, which is to write."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from portal.store.log import NotSaved
from portal.web.context import Portal, portal_of
from portal.web.kinds import of_kind


async def healthz(request: Request) -> Response:
    """200 when a note that the program is alive reached the disk just now, else 503 with what the disk said."""
    portal = portal_of(request)
    fault = None
    try:
        await portal.beat()
    except NotSaved as failure:
        fault = str(failure)
    state = portal.run.state
    body = {
        "status": "ok" if fault is None else "cannot write",
        "version": portal.version,
        "state": state.phase.value,
        "run": state.run,
        **of_kind(request, _quiz, _contest)(portal),
        "open_streams": portal.presence.open_streams,
    }
    return JSONResponse(body if fault is None else {**body, "fault": fault}, 200 if fault is None else 503)


def _quiz(portal: Portal) -> dict[str, int]:
    state = portal.run.shown
    return {"participants": len(state.participants), "answers": sum(state.answered.values())}


def _contest(portal: Portal) -> dict[str, int]:
    teams = portal.run.contest.teams.values()
    return {"teams": len(teams), "answers": sum(len(team.answers) for team in teams)}
