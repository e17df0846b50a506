"""Security headers on every response: page, fragment, stream, file and error alike."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none';"
    " frame-ancestors {ancestors}"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # "no-referrer" would make forms send "Origin: null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), screen-wake-lock=(self)",
}
UNFRAMED = {"Content-Security-Policy": _POLICY.format(ancestors="'none'"), "X-Frame-Options": "DENY"}
TLS_ONLY = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}


class SecurityHeaders:
    """Adds the headers that every response carries. ``frame_ancestors`` opens the projector alone to frames."""

    def __init__(self, app: ASGIApp, *, tls: bool, frame_ancestors: str) -> None:
        self._app = app
        fixed = {**ALWAYS, **(TLS_ONLY if tls else {})}
        closed = {**fixed, **UNFRAMED}
        framed = {**fixed, "Content-Security-Policy": _POLICY.format(ancestors=frame_ancestors)}
        self._closed = _raw(closed)
        self._projector = _raw(framed) if frame_ancestors else self._closed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = self._projector if scope["path"] == "/projector" else self._closed

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message.get("headers", ())
                kept = () if any(name == b"cache-control" for name, _ in given) else _NOT_KEPT
                message["headers"] = [*given, *added, *kept]
            await send(message)

        await self._app(scope, receive, send_with_headers)


_NOT_KEPT = [(b"cache-control", b"no-store")]


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """As ASGI wants them; made once, not at each response."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
