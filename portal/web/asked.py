"""What a request's headers say, taken from them as ASGI has them: no mapping of all is built for the one asked for."""

from starlette.requests import Request


def header(request: Request, name: bytes) -> str:
    """The header called ``name`` (in lower case), the first if it comes twice; empty when there is none."""
    for known, value in request.scope["headers"]:
        if known == name:
            text: str = value.decode("latin-1")
            return text
    return ""


def is_scripted(request: Request) -> bool:
    """Whether htmx asks, which puts partials in their places; a browser without script wants whole pages."""
    return header(request, b"hx-request") != ""
