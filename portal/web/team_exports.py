"""The files of a contest, of the present run and of every earlier one: teams, ledger, assignments."""

from starlette.requests import Request
from starlette.responses import Response

from portal import exports
from portal.views import team_results
from portal.web.context import portal_of
from portal.web.exports import attached, file
from portal.web.roles import Role, Row, get
from portal.web.team_console import made_once

TEAMS = "teams.csv"


async def teams(request: Request) -> Response:
    """``GET /admin/teams.csv``: a line a team, of what is at hand; to read the whole run again for it is a long way."""
    portal = portal_of(request)
    state = portal.run.contest
    body = made_once(portal, TEAMS, lambda: exports.encoded(team_results.teams(state)))
    return attached(state.run, TEAMS, body)


TABLE: tuple[Row, ...] = (
    get(f"/admin/{TEAMS}", teams, Role.INSTRUCTOR),
    *(
        get(f"/admin/{name}", file(name, make), Role.INSTRUCTOR)
        for name, make in exports.CONTEST.items()
        if name != TEAMS
    ),
)
