"""Every response, whatever its route and status, scores twelve of twelve by the rules of the HTTP Observatory."""

import asyncio
import logging
import socket
from collections import defaultdict
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from portal.paths import STATIC
from portal.settings import Settings
from portal.store.log import NotSaved
from portal.web import headers as our_headers
from portal.web.headers import Headers
from portal.web.routes import TABLE
from tests.asgi import Reply, running
from tests.security.asking import ROLES, Class, a_class, ask
from tests.security.header_rules import OURS, RULES, broken
from tests.security.matrix import place
from tests.serving import pool_text, serving

JOIN = "https://join.example"


async def every_response(room: Class) -> list[tuple[str, Reply]]:
    """All routes of all roles, all static files, and every status that an error may have."""
    replies = []
    for method, path, _, _ in TABLE:
        for role in ROLES:
            if not (path == "/admin/logout" and role == "instructor"):
                replies.append((f"{method} {path} {role}", await room.ask(method, place(path, "ada"), role)))
    files = [file.relative_to(STATIC) for file in STATIC.rglob("*") if file.is_file()]
    for name in files:
        replies.append((f"static {name}", await ask(room.app, "GET", f"/static/{name}?v=1")))
    tag = dict(replies[-1][1].headers)[b"etag"].decode()
    student, form = {"cookie": room.cookies["student"]}, {"content-type": "application/x-www-form-urlencoded"}
    odd = {
        "304": await ask(room.app, "GET", f"/static/{files[-1]}", {"if-none-match": tag}),
        "206": await ask(room.app, "GET", "/static/screens.jpg", {"range": "bytes=0-9"}),
        "400": await ask(room.app, "POST", "/answer", {**student, **form}, b"\xff"),
        "403": await ask(room.app, "POST", "/join", {"origin": "https://evil.example"}),
        "404": await ask(room.app, "GET", "/nothing/here"),
        "405": await ask(room.app, "DELETE", "/"),
        "413": await ask(room.app, "POST", "/answer", {**student, **form}, b"a" * 20_000),
        "415": await ask(room.app, "POST", "/answer", {**student, "content-type": "text/xml"}),
        "303": await ask(room.app, "POST", "/join", form, b"student_id=new&name=New"),
        "409": await ask(room.app, "POST", "/join", form, b"student_id=ada&name=Eve"),
        "204": await ask(room.app, "POST", "/event", {**student, **form}, b"kind=blur"),
    }
    assert {status: str(reply.status) for status, reply in odd.items()} == {status: status for status in odd}
    for _ in range(11):
        odd["429"] = await ask(room.app, "POST", "/admin/login", form, b"password=x")
    odd["500"], odd["503"] = await _a_bug(room), await _a_full_disk(room)
    assert [odd[status].status for status in ("429", "500", "503")] == [429, 500, 503]
    return [*replies, *odd.items()]


async def _a_bug(room: Class) -> Reply:
    def breaks(_: Request, __: object) -> None:
        raise RuntimeError("a bug of ours")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room.portal.doors, "student", breaks)
        sent: list[Reply] = []
        with pytest.raises(RuntimeError, match="a bug of ours"):
            sent.append(await ask_and_keep(room, sent, "/"))
        return sent[0]


async def ask_and_keep(room: Class, kept: list[Reply], path: str) -> Reply:
    """As ``ask``, but the reply is kept although the application raises after it, for the server's log."""
    reply = Reply()
    kept.append(reply)

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            reply.status, reply.headers = message["status"], list(message["headers"])  # type: ignore[assignment,call-overload]  # ASGI's messages are untyped
        else:
            reply.body += message.get("body", b"")  # type: ignore[operator]  # as above

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
    await room.app({**scope, "headers": [], "scheme": "http", "server": ("x", 80), "root_path": ""}, receive, send)  # type: ignore[arg-type]  # a scope is a dict
    return reply


async def _a_full_disk(room: Class) -> Reply:
    async def fails(*_: object) -> None:
        raise NotSaved("no space left")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room.portal.log, "execute", fails)
        return await ask(room.app, "GET", "/healthz")


@pytest.fixture
def quiet() -> object:
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


class Wired:
    """``app`` over a connection that takes replies whole, as the server's does. What it takes is sent in parts."""

    def __init__(self, app: Starlette) -> None:
        self._app, self.state, self.taken = app, app.state, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = []

        class Line:
            def body(self, _: object) -> None:
                """Every form has to be waited for."""

            def reply(self, _: object, status: int, headers: Headers, fixed: bytes, body: bytes) -> bool:
                lines = [line.partition(b": ") for line in fixed.split(b"\r\n") if line]
                said = [*headers, *((name.lower(), value) for name, _, value in lines)]
                messages.append({"type": "http.response.start", "status": status, "headers": said})
                messages.append({"type": "http.response.body", "body": body})
                return True

        line = {} if scope["path"].endswith("/stream") else {"portal.line": Line()}
        try:
            await self._app({**scope, **line}, receive, send)
        finally:
            self.taken += bool(messages)
            for message in messages:
                await send(message)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("whole", [False, True], ids=["in parts", "whole"])
def test_every_response_scores_twelve_of_twelve(tmp_path: Path, *, whole: bool) -> None:
    async def lecture() -> list[tuple[str, Reply]]:
        async with a_class(tmp_path, public_url=JOIN) as room:
            wired = Wired(room.app)
            if whole:
                room.app = cast("Starlette", wired)
            replies = await every_response(room)
            assert not whole or wired.taken > 350
            return replies

    faults: defaultdict[str, list[str]] = defaultdict(list)
    replies = asyncio.run(lecture())
    for name, reply in replies:
        for rule in broken(reply.headers, reply.body, {**RULES, **OURS}):
            faults[rule].append(name)
    assert len(RULES) == 12
    assert len(replies) > 350
    statuses = {reply.status for _, reply in replies}
    assert statuses >= {200, 204, 206, 303, 304, 308, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503}
    assert dict(faults) == {}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_sees_a_response_that_breaks_it(rule: str) -> None:
    good = {**our_headers.ALWAYS, **our_headers.UNFRAMED, **our_headers.TLS_ONLY}
    bad = {
        "content-security-policy": {"Content-Security-Policy": good["Content-Security-Policy"] + "; style-src data:"},
        "cookies": {"Set-Cookie": "portal=x; HttpOnly; SameSite=lax"},
        "cross-origin-resource-sharing": {"Access-Control-Allow-Origin": "*"},
        "redirection": {"Location": "http://evil.example/"},
    }
    html = '<script src="/static/x.js"></script>' if rule == "subresource-integrity" else ""
    changed = {**good, **bad.get(rule, {next((name for name in good if name.lower() == rule), ""): "unsafe-none"})}
    raw = [(name.encode(), value.encode()) for name, value in changed.items() if name]
    assert broken([(name.encode(), value.encode()) for name, value in good.items()], b"", RULES) == []
    assert broken(raw, html.encode(), RULES) == [rule]


def test_origins_that_would_tear_a_header_are_refused_at_the_start() -> None:
    with pytest.raises(ValidationError, match="not one line of origins"):
        Settings.model_validate({"frame_ancestors": "https://a.example\r\nSet-Cookie: x=1"})
    two = "https://a.example https://b.example"
    assert Settings.model_validate({"frame_ancestors": two}).frame_ancestors == two


def test_a_stream_s_headers_are_those_of_every_page(tmp_path: Path) -> None:
    async def lecture() -> None:
        async with a_class(tmp_path, public_url=JOIN) as room:
            for path, role in (
                ("/stream", "student"),
                ("/projector/stream", "nobody"),
                ("/admin/stream", "instructor"),
            ):
                reply = await room.ask("GET", path, role)
                assert broken(reply.headers, b"", {**RULES, **OURS}) == [], path
                assert dict(reply.headers)[b"content-type"] == b"text/event-stream; charset=utf-8"

    asyncio.run(lecture())


def test_only_the_projector_may_be_framed_and_only_by_whom_the_setting_names(tmp_path: Path) -> None:
    async def lecture() -> None:
        allowed = "https://lms.example"
        async with running(tmp_path, pool_text(), frame_ancestors=allowed) as app:
            for path in ("/", "/projector", "/admin/", "/projector/state", "/static/portal.js"):
                told = dict((await ask(app, "GET", path)).headers)
                framed = f"frame-ancestors {allowed}".encode() in told[b"content-security-policy"]
                assert framed is (path == "/projector"), path
                assert (b"x-frame-options" in told) is not framed

    asyncio.run(lecture())


def test_what_is_not_http_at_all_gets_a_reply_with_the_same_headers(tmp_path: Path) -> None:
    with serving(tmp_path) as url:
        where = urlsplit(url)
        with socket.create_connection((where.hostname, where.port), 5) as client:
            client.sendall(b"not http\r\n\r\n")
            head, _, body = client.makefile("rb").read().partition(b"\r\n\r\n")
        status, *lines = head.split(b"\r\n")
        assert status == b"HTTP/1.1 400 Bad Request"
        headers = [(name, value.strip()) for name, _, value in (line.partition(b":") for line in lines)]
        tls_alone = {"strict-transport-security"}
        assert set(broken(headers, body, {**RULES, **OURS})) == tls_alone
