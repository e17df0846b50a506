"""The URL table. Every route names who may ask for it; one that does not cannot be written here."""

from collections.abc import Awaitable, Callable
from enum import Enum

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from portal.paths import STATIC
from portal.web import health, instructor, projector, qr, student
from portal.web.files import Files

Handler = Callable[[Request], Awaitable[Response]]


class Role(Enum):
    """Who may ask. A student's handlers answer strangers with the join form, the instructor's with the login."""

    PUBLIC = "public"
    STUDENT = "student"
    INSTRUCTOR = "instructor"


def _get(path: str, handler: Handler, role: Role) -> tuple[str, str, Handler, Role]:
    return "GET", path, handler, role


def _post(path: str, handler: Handler, role: Role) -> tuple[str, str, Handler, Role]:
    return "POST", path, handler, role


TABLE = (
    _get("/", student.page, Role.PUBLIC),
    _post("/join", student.join, Role.PUBLIC),
    _get("/stream", student.live, Role.PUBLIC),
    _get("/state", student.state, Role.PUBLIC),
    _post("/answer", student.answer, Role.STUDENT),
    _post("/event", student.event, Role.STUDENT),
    _post("/code", student.renew_code, Role.STUDENT),
    _get("/me", student.me, Role.STUDENT),
    _get("/stats", student.stats, Role.STUDENT),
    _get("/projector", projector.page, Role.PUBLIC),
    _get("/projector/stream", projector.live, Role.PUBLIC),
    _get("/projector/state", projector.state, Role.PUBLIC),
    _get("/qr.svg", qr.picture, Role.PUBLIC),
    _get("/healthz", health.healthz, Role.PUBLIC),
    _get("/admin/", instructor.page, Role.PUBLIC),
    _post("/admin/login", instructor.login, Role.PUBLIC),
    *instructor.TABLE,
)


def routes() -> list[BaseRoute]:
    """What Starlette serves. The instructor's handlers are wrapped so that none of them can forget the door."""
    served: list[BaseRoute] = [Mount("/static", Files(directory=STATIC), name="static")]
    for method, path, handler, role in TABLE:
        guarded = instructor.only(handler) if role is Role.INSTRUCTOR else handler
        served.append(Route(path, guarded, methods=[method]))
    return served
