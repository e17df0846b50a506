"""What every request passes on its way in and every response on its way out: nothing is served around it.

The addresses without a parameter are found in one step. All else (files, parameters, HEAD, 404, 405, streams, and
whatever a handler raises) is Starlette's, which stands behind this. Replies go to the connection in one piece.

One plain call after another: as middleware, each a coroutine around the next and around every message that is sent,
the same was a fourteenth of an answer's instructions when it was replaced.
"""

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

from starlette.datastructures import URLPath
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.live.clock import Clock
from portal.web import taps
from portal.web.drawn import Drawn
from portal.web.forms import Sender
from portal.web.guards import FOREIGN, SameOrigin
from portal.web.headers import Headers, SecurityHeaders, as_lines, not_kept
from portal.web.language import Spoken
from portal.web.roles import Handler
from portal.wording import _

OUTCOME = "portal.outcome"


class Replier(Protocol):
    """The connection, which a server may put into the scope as ``portal.line``."""

    def reply(self, scope: object, status: int, headers: Headers, fixed: bytes, body: bytes) -> bool:
        """A whole reply at once; ``fixed`` are lines of its head. False: not now, it has to go the usual way.

        Not for HEAD: the body is sent. The headers tell its length, and nothing of the connection.
        """
        ...


class Line(Replier, Sender, Protocol):
    """All that a request's connection can do for it."""


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
        self._drawn_heads: dict[str, bytes] = {}
        self._handlers = {(method, path): handler for method, path, handler in rows if "{" not in path}

    @property
    def addresses(self) -> set[tuple[str, str]]:
        """Method and path of each that is answered here."""
        return set(self._handlers)

    def at_once(self, scope: Scope, line: Line, usual: Callable[[], None]) -> bool:
        """Whether the request needs no task, now or later. ``usual`` is called if it needs one after all."""
        if (scope["method"], scope["path"]) != taps.ADDRESS:
            return False
        self._listen(scope)
        if self._same_origin.refuses(scope):
            return False
        return taps.take(scope, line, partial(self._drawn_is_sent, scope), usual)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._behind(scope, receive, send)
            return
        self._listen(scope)
        outcome = await self._outcome(Request(scope, receive, send))
        if not self._went_whole(scope, outcome):
            if outcome is not None:
                scope[OUTCOME] = outcome
            await self._behind(scope, receive, self._sending(scope, send))

    def _listen(self, scope: Scope) -> None:
        """When it came, on the run's clock, before any waiting; and the language that it is answered in."""
        scope["portal.arrived"] = self._clock.at(scope.get("portal.received", time.monotonic()))
        self._spoken.listen(scope)

    async def _outcome(self, request: Request) -> Response | Exception | None:
        """What the address's handler answers or raises; None when there is none."""
        scope = request.scope
        if self._same_origin.refuses(scope):
            return PlainTextResponse(f"{_(FOREIGN)}\n", 403)
        handler = self._handlers.get((scope["method"], scope["path"]))
        try:
            return None if handler is None else await handler(request)
        except Exception as fault:  # none is passed over: Outcomes raises it, where Starlette tells it
            return fault

    def _went_whole(self, scope: Scope, outcome: Response | Exception | None) -> bool:
        """Without a detour, where nothing can go wrong any more."""
        if type(outcome) is Drawn and outcome.says_no_more:
            return self._drawn_is_sent(scope, outcome)
        if not isinstance(outcome, Response) or type(outcome).__call__ is not Response.__call__ or outcome.background:
            return False
        return self._is_sent(scope, outcome.status_code, outcome.raw_headers, bytes(outcome.body))

    def _is_sent(self, scope: Scope, status: int, given: Headers, body: bytes) -> bool:
        """Whether the connection has taken it as a whole."""
        line: Replier | None = scope.get("portal.line")
        if line is None or scope["method"] == "HEAD":
            return False
        headers, fixed = self._own(scope["path"], status, given), self._security.of(scope["path"])
        return line.reply(scope, status, headers, fixed.lines, body)

    def _drawn_is_sent(self, scope: Scope, outcome: Drawn) -> bool:
        """As :meth:`_is_sent`. All of its head but the length is put together once for each address."""
        line: Replier | None = scope.get("portal.line")
        if line is None:
            return False
        path = scope["path"]
        fixed = self._drawn_heads.get(path)
        if fixed is None:
            own = self._own(path, outcome.status_code, outcome.raw_headers[1:])
            fixed = self._drawn_heads[path] = as_lines(own) + self._security.of(path).lines
        return line.reply(scope, outcome.status_code, outcome.raw_headers[:1], fixed, bytes(outcome.body))

    def _sending(self, scope: Scope, send: Send) -> Send:
        """``send`` that says what every response says. A head that tells a length waits for the body, to go with it."""
        waiting: Message | None = None

        async def sending(message: Message) -> None:
            nonlocal waiting
            is_head = message["type"] == "http.response.start"
            if is_head and any(name == b"content-length" for name, _ in message.get("headers", [])):
                waiting = message
                return
            if waiting is not None:
                head, waiting = waiting, None
                is_whole = not message.get("more_body", False)
                if is_whole and self._is_sent(scope, head["status"], head["headers"], message.get("body", b"")):
                    return
                await send(self._with_more(scope, head))
            await send(self._with_more(scope, message) if is_head else message)

        return sending

    def _with_more(self, scope: Scope, head: Message) -> Message:
        own = self._own(scope["path"], head["status"], head.get("headers", []))
        return {**head, "headers": [*own, *self._security.of(scope["path"]).raw]}

    def _own(self, path: str, status: int, given: Headers) -> Headers:
        """What is said of this response beside the fixed headers."""
        return not_kept(self._spoken.varying(path, status, given))


class Outcomes(BaseRoute):
    """Sends what a handler has answered, or raises what it has raised: here Starlette sees what goes wrong.

    It makes a page of it and a line in the log.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return (Match.FULL if OUTCOME in scope else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        outcome: Response | Exception = scope.pop(OUTCOME)  # with its traceback, a fault and the scope knew one another
        if isinstance(outcome, Exception):
            raise outcome
        await outcome(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: object) -> URLPath:
        raise NoMatchFound(name, path_params)
