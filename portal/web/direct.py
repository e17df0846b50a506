"""The addresses without a parameter, found in one step.

Starlette tries its routes in order, a regular expression each, and wraps every handler in a second guard against
exceptions like the one around them all; for an answer, that is a fifth of the way in and out.
"""

from collections.abc import Iterable
from typing import Any

from starlette.datastructures import URLPath
from starlette.requests import Request
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from portal.web.roles import Handler


class Direct(BaseRoute):
    """A route that stands for many. What it does not know (405, HEAD, parameters) is left to those behind it."""

    def __init__(self, rows: Iterable[tuple[str, str, Handler]]) -> None:
        """``rows``: method, path, handler."""
        self._handlers = {(method, path): handler for method, path, handler in rows if "{" not in path}

    @property
    def addresses(self) -> set[tuple[str, str]]:
        """Method and path of each."""
        return set(self._handlers)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        handler = self._handlers.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        return (Match.NONE, {}) if handler is None else (Match.FULL, {"endpoint": handler, "path_params": {}})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await scope["endpoint"](Request(scope, receive, send))
        await response(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:  # noqa: ANN401 (as in the base class)
        raise NoMatchFound(name, path_params)
