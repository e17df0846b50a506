"""The URL table. Every route names who may ask for it; one that does not cannot be written here."""

from starlette.routing import BaseRoute, Mount, Route

from portal.paths import STATIC
from portal.web import (
    archive,
    health,
    instructor,
    pool_picker,
    projector,
    qr,
    student,
    team,
    team_commands,
    team_console,
    team_exports,
    team_projector,
)
from portal.web.files import Files
from portal.web.front import Outcomes
from portal.web.kinds import merged
from portal.web.roles import Handler, Role, get, post

QUIZ = (
    get("/", student.page, Role.PUBLIC),
    post("/join", student.join, Role.PUBLIC),
    get("/stream", student.live, Role.PUBLIC),
    get("/state", student.state, Role.PUBLIC),
    post("/answer", student.answer, Role.STUDENT),
    post("/event", student.event, Role.STUDENT),
    post("/code", student.renew_code, Role.STUDENT),
    get("/leave", student.ask_leave, Role.PUBLIC),
    post("/leave", student.leave, Role.STUDENT),
    get("/me", student.me, Role.STUDENT),
    get("/stats", student.stats, Role.STUDENT),
    get("/projector", projector.page, Role.PUBLIC),
    get("/projector/stream", projector.live, Role.PUBLIC),
    get("/projector/state", projector.state, Role.PUBLIC),
    *instructor.TABLE,
)
CONTEST = (*team.TABLE, *team_projector.TABLE, *team_console.TABLE, *team_commands.TABLE, *team_exports.TABLE)
BOTH = (
    get("/qr.svg", qr.picture, Role.PUBLIC),
    get("/healthz", health.healthz, Role.PUBLIC),
    get("/admin", instructor.to_the_console, Role.PUBLIC),
    post("/admin/login", instructor.login, Role.PUBLIC),
    post("/admin/logout", instructor.logout, Role.INSTRUCTOR),
    *pool_picker.TABLE,
    *archive.TABLE,
)
TABLE = (*merged(QUIZ, CONTEST), *BOTH)


def rows() -> list[tuple[str, str, Handler]]:
    """Method, path and handler of every address; the instructor's are wrapped: none of them can forget the door."""
    return [
        (method, path, instructor.only(handler) if role is Role.INSTRUCTOR else handler)
        for method, path, handler, role in TABLE
    ]


def routes() -> list[BaseRoute]:
    """What Starlette serves behind :class:`portal.web.front.Front`."""
    known: list[BaseRoute] = [Route(path, handler, methods=[method]) for method, path, handler in rows()]
    return [Outcomes(), Mount("/static", Files(directory=STATIC), name="static"), *known]
