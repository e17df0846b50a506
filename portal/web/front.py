"""What every request passes on its way in and every response on its way out: nothing is served around it.

The addresses without a parameter are found in one step, and their replies go to the connection whole. All else (files,
parameters, HEAD, 404, 405, and whatever a handler raises) is Starlette's, which stands behind this.

One plain call after another: as middleware, each a coroutine around the next and around every message that is sent,
the same took an answer longer than its rules.
"""

import time
from collections.abc import Iterable
from typing import Any, Protocol

from starlette.datastructures import URLPath
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.live.clock import Clock
from portal.web.guards import FOREIGN, SameOrigin
from portal.web.headers import Headers, SecurityHeaders, not_kept
from portal.web.language import Spoken
from portal.web.roles import Handler
from portal.wording import _

FAULT = "portal.fault"


class Line(Protocol):
    """The connection, which a server may put into the scope as ``portal.line``."""

    def reply(self, scope: Scope, status: int, headers: Headers, fixed: bytes, body: bytes | memoryview) -> bool:
        """A whole reply at once; ``fixed`` are lines of its head. False: not now, it has to go the usual way."""
        ...


class Front:
    """The application: ``behind`` is Starlette's own, ``rows`` are method, path and handler of every address."""

    def __init__(
        self,
        behind: ASGIApp,
        rows: Iterable[tuple[str, str, Handler]],
        clock: Clock,
        same_origin: SameOrigin,
        spoken: Spoken,
        security: SecurityHeaders,
    ) -> None:
        self._behind, self._clock = behind, clock
        self._same_origin, self._spoken, self._security = same_origin, spoken, security
        self._handlers = {(method, path): handler for method, path, handler in rows if "{" not in path}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._behind(scope, receive, send)
            return
        # on the run's clock, before any waiting
        scope["portal.arrived"] = self._clock.at(scope.get("portal.received", time.monotonic()))
        self._spoken.listen(scope)
        if self._same_origin.refuses(scope):
            response: Response | None = PlainTextResponse(f"{_(FOREIGN)}\n", 403)
        else:
            response = await self._answered(Request(scope, receive, send))
        if response is None:
            await self._behind(scope, receive, self._saying_more(scope, send))
        elif not self._went_whole(scope, response):
            await response(scope, receive, self._saying_more(scope, send))

    async def _answered(self, request: Request) -> Response | None:
        """What the address's handler answers. None: there is none, or it raised, and Starlette tells that."""
        handler = self._handlers.get((request.scope["method"], request.scope["path"]))
        if handler is None:
            return None
        try:
            return await handler(request)
        except Exception as fault:
            request.scope[FAULT] = fault
            return None

    def _went_whole(self, scope: Scope, response: Response) -> bool:
        line: Line | None = scope.get("portal.line")
        is_whole = type(response).__call__ is Response.__call__ and response.background is None
        if line is None or not is_whole:
            return False
        headers = self._own(scope["path"], response.status_code, response.raw_headers)
        fixed = self._security.of(scope["path"]).lines
        return line.reply(scope, response.status_code, headers, fixed, response.body)

    def _saying_more(self, scope: Scope, send: Send) -> Send:
        async def saying_more(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = self._own(scope["path"], message["status"], message.get("headers", []))
                message["headers"] = [*own, *self._security.of(scope["path"]).raw]
            await send(message)

        return saying_more

    def _own(self, path: str, status: int, given: Headers) -> Headers:
        """What is said of this response beside the fixed headers."""
        return not_kept(self._spoken.varying(path, status, given))


class Faults(BaseRoute):
    """Raises what a handler has raised, where Starlette makes a page of it and a line in the log."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return (Match.FULL if FAULT in scope else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        raise scope.pop(FAULT)  # with its traceback, it and the scope would know one another

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:  # noqa: ANN401 (as in the base class)
        raise NoMatchFound(name, path_params)
