"""What every request passes before a handler sees it: its arrival is stamped, and a foreign page's POST is refused.

Pure ASGI: two of Starlette's ``BaseHTTPMiddleware`` cost five times the answer that they guard.
"""

import time
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from portal.live.clock import Clock
from portal.wording import N_, _

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ASKED = frozenset({b"sec-fetch-site", b"origin", b"host"})
FOREIGN = N_("This form was sent from another site. Open the quiz in this browser and try again.")


class Arrival:
    """Stamps ``scope["portal.arrived"]``, on the run's clock, before any waiting."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self._app, self._clock = app, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["portal.arrived"] = self._clock.at(scope.get("portal.received", time.monotonic()))
        await self._app(scope, receive, send)


class SameOrigin:
    """Refuses unsafe requests that a page of another origin made (the logic of Go's ``CrossOriginProtection``).

    ``Sec-Fetch-Site`` decides where the browser sends it (https and loopback); else ``Origin`` must name this host. A
    request with neither comes from no browser that could be led astray: cookies are ``SameSite=Lax`` besides.
    """

    def __init__(self, app: ASGIApp, public_url: str | None) -> None:
        self._app = app
        self._public = urlsplit(public_url).netloc if public_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE and not self._is_ours(scope["headers"]):
            await PlainTextResponse(f"{_(FOREIGN)}\n", 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_ours(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        said: dict[bytes, str] = {}
        for name, value in headers:
            if name in ASKED:
                said.setdefault(name, value.decode("latin-1"))
        site, origin = said.get(b"sec-fetch-site"), said.get(b"origin")
        if site is not None:
            return site in ("same-origin", "none")
        return origin is None or _host_of(origin) in {said.get(b"host"), self._public} - {None}


def _host_of(origin: str) -> str | None:
    """The host that an ``Origin`` names; None for ``null`` and for what is no address."""
    try:
        return urlsplit(origin).netloc or None
    except ValueError:  # such as "http://["
        return None
