"""Security headers on every response: page, fragment, stream, file and error alike."""

from collections.abc import Sequence
from typing import NamedTuple

Headers = Sequence[tuple[bytes, bytes]]
"""As ASGI has them; names in lower case."""

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


class Fixed(NamedTuple):
    """Headers that never change: as ASGI has them, and as the lines that are sent."""

    raw: Headers
    lines: bytes


class SecurityHeaders:
    """What every response carries. ``frame_ancestors`` opens the projector alone to frames."""

    def __init__(self, *, tls: bool, frame_ancestors: str) -> None:
        always = {**ALWAYS, **(TLS_ONLY if tls else {})}
        self._closed = _fixed({**always, **UNFRAMED})
        framed = {**always, "Content-Security-Policy": _POLICY.format(ancestors=frame_ancestors)}
        self._projector = _fixed(framed) if frame_ancestors else self._closed

    def of(self, path: str) -> Fixed:
        return self._projector if path == "/projector" else self._closed


def not_kept(given: Headers) -> Headers:
    """``given``, and what keeps a response out of caches unless it says itself how long it is good for."""
    return given if b"cache-control" in [name for name, _ in given] else [*given, _NO_STORE]


_NO_STORE = (b"cache-control", b"no-store")


def _fixed(headers: dict[str, str]) -> Fixed:
    """Made once, not at each response."""
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return Fixed(raw, as_lines(raw))


def as_lines(headers: Headers) -> bytes:
    """As they are sent."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])
