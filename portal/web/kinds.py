"""Two kinds of run at the same addresses: which of them answers, and what becomes of a page of the other kind."""

from collections.abc import Callable
from html import escape
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from portal.live.run import OtherKind
from portal.render import Partial, message
from portal.web.context import portal_of
from portal.web.roles import Handler, Row
from portal.web.streams import encode

QUIZ, CONTEST = "quiz", "contest"
Made = TypeVar("Made", bound=Callable[..., object])


def of_kind(request: Request, quiz: Made, contest: Made) -> Made:
    """Whichever of the two serves the present run."""
    return contest if portal_of(request).run.is_contest else quiz


def by_kind(path: str, quiz: Handler, contest: Handler) -> Handler:
    """One address for both kinds. A console that says in ``kind`` that it was drawn for the other one is drawn anew."""

    async def handler(request: Request) -> Response:
        return await (contest if portal_of(request).run.is_contest else quiz)(request)

    async def console(request: Request) -> Response:
        kind = CONTEST if portal_of(request).run.is_contest else QUIZ
        drawn_for = request.query_params.get("kind", kind)
        if drawn_for != kind and drawn_for in (QUIZ, CONTEST):
            return _drawn_anew(request)
        return await handler(request)

    return console if path.startswith("/admin") else handler


def merged(quiz: tuple[Row, ...], contest: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows of both kinds; what only one of them has raises :class:`OtherKind` while the other runs.

    The console's come last: rows are tried in order, and hundreds of phones ask for each request of a console.
    """
    ours = {(method, path): handler for method, path, handler, _ in contest}
    roles = {(method, path): role for method, path, _, role in contest}
    assert all(roles.get((method, path), role) is role for method, path, _, role in quiz), "one address, one role"
    theirs = {(method, path) for method, path, _, _ in quiz}
    rows = [
        (method, path, by_kind(path, handler, ours.get((method, path), _other_kind)), role)
        for method, path, handler, role in quiz
    ]
    rows += [
        (method, path, by_kind(path, _other_kind, handler), role)
        for method, path, handler, role in contest
        if (method, path) not in theirs
    ]
    return tuple(sorted(rows, key=lambda row: row[1].startswith("/admin")))


async def _other_kind(_: Request) -> Response:
    raise OtherKind


def _drawn_anew(request: Request) -> Response:
    """Makes an open console load itself again: its layout is that of the other kind."""
    if request.scope["path"].endswith("/stream"):  # htmx reads no headers of a stream that it opens again
        address = request.scope["path"].replace("/stream", "/state")
        query = escape(request.scope["query_string"].decode("latin-1"))  # any bytes, and nothing of them is markup
        asks = f'<div id="poll" hx-get="{address}?{query}" hx-trigger="load" hx-swap="none"></div>'
        return Response(encode(message(Partial("#poll", asks))), media_type="text/event-stream")
    return HTMLResponse("", headers={"HX-Refresh": "true"})
