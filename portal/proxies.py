"""From where a request comes, when a proxy has passed it on."""

from typing import Any

from starlette.requests import Request
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware


class Proxies:
    """uvicorn's reading of ``X-Forwarded-For``, for the few handlers that ask, instead of around every request."""

    def __init__(self, trusted: str) -> None:
        """``trusted``: addresses and networks whose header is believed, comma-separated; ``*`` for all."""
        self._reading: Any = ProxyHeadersMiddleware(_nothing, trusted)  # its types of ASGI are not Starlette's

    async def client_of(self, request: Request) -> str:
        """The address of whoever asks; empty where there is none, as over a Unix socket."""
        scope = dict(request.scope)
        await self._reading(scope, request.receive, _nothing)
        client: tuple[str, int] | None = scope["client"]
        return client[0] if client else ""


async def _nothing(*_: object) -> None:
    """Stands behind the reading, and is what it sends with: only what it has read is wanted."""
