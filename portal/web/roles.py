"""Who may ask for a route, and the rows of the URL table that say so."""

from collections.abc import Awaitable, Callable
from enum import Enum

from starlette.requests import Request
from starlette.responses import Response

Handler = Callable[[Request], Awaitable[Response]]


class Role(Enum):
    """Who may ask. A student's handlers answer strangers with the join form, the instructor's with the login."""

    PUBLIC = "public"
    STUDENT = "student"
    INSTRUCTOR = "instructor"


Row = tuple[str, str, Handler, Role]
"""Method, path, handler, role."""


def get(path: str, handler: Handler, role: Role) -> Row:
    return "GET", path, handler, role


def post(path: str, handler: Handler, role: Role) -> Row:
    return "POST", path, handler, role
