"""What a request's headers say. Each request asks several times, so they are put in order once, the first time."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.types import Scope


def said(scope: Scope) -> Mapping[bytes, bytes]:
    """The headers by their names in lower case, the first where one comes twice."""
    known: Mapping[bytes, bytes] | None = scope.get("portal.said")
    if known is None:
        known = scope["portal.said"] = dict(reversed(scope["headers"]))
    return known


def header(request: Request, name: bytes) -> str:
    """The header called ``name`` (in lower case), the first if it comes twice; empty when there is none."""
    return said(request.scope).get(name, b"").decode("latin-1")


def is_scripted(request: Request) -> bool:
    """Whether htmx asks, which puts partials in their places; a browser without script wants whole pages."""
    return header(request, b"hx-request") != ""
