"""Requests of anybody, straight into ASGI: a class in a lecture, and the cookies of everybody at its door."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from itsdangerous import Signer
from starlette.applications import Starlette
from starlette.types import Message

from portal.web.context import Portal
from tests.asgi import Client, Reply, running
from tests.pool_texts import contest
from tests.serving import PASSWORD, pool_text

ROLES = ("nobody", "student", "revoked", "of another run", "instructor", "signed out", "forger")


@dataclass(slots=True)
class Class:
    """A running quiz with a question open, and the ``Cookie`` header of everybody in :data:`ROLES`."""

    app: Starlette
    cookies: dict[str, str]

    @property
    def portal(self) -> Portal:
        portal: Portal = self.app.state.portal
        return portal

    def written(self) -> str:
        """A digest of everything that ever happened, as the file has it, and of who is signed in."""
        with self.portal.log.reader() as connection:
            rows = [connection.execute(f"SELECT * FROM {table}").fetchall() for table in ("event", "sign_in")]  # noqa: S608 (two names)
        return hashlib.sha256(repr(rows).encode()).hexdigest()

    async def ask(self, method: str, path: str, role: str, **more: str) -> Reply:
        """One request of ``role``, with ``more`` as the fields of a form."""
        return await ask(self.app, method, path, {"cookie": self.cookies[role]}, urlencode(more).encode())


@asynccontextmanager
async def a_class(folder: Path, kind: str = "quiz", **changes: str) -> AsyncIterator[Class]:
    """A quiz with a run behind it and its first question open; or a contest, running, with teams for students."""
    enter = joined if kind == "quiz" else registered
    async with running(folder, pool_text() if kind == "quiz" else contest(), None, **changes) as app:
        inside, gone = await sign_in(app), await sign_in(app)
        await gone.tap("/admin/logout")
        earlier = await enter(app, "early")
        await inside.tap("/admin/reset", turn=0)
        student, revoked = await enter(app, "ada"), await enter(app, "eve")
        out = "/admin/participants/eve/clear" if kind == "quiz" else "/admin/teams/t2/delete"
        assert (await inside.tap(out)).status == 200
        run = app.state.portal.run
        turn = run.contest.turn if run.is_contest else run.shown.turn
        assert (await inside.tap("/admin/next", turn=turn)).status == 200
        forger = Signer("a key that is not ours", salt="portal.console.v1", digest_method=hashlib.sha256)
        forged = f"portal_console={forger.sign('x' * 32).decode()}; portal=2/ada/x.y"
        members = (None, student, revoked, earlier, inside, gone)
        cookies = ["" if who is None else header(who) for who in members]
        yield Class(app, dict(zip(ROLES, [*cookies, forged], strict=True)))


async def sign_in(app: Starlette) -> Client:
    console = Client(app, "console")
    assert (await console.post("/admin/login", urlencode({"password": PASSWORD}).encode())).status == 303
    return console


async def joined(app: Starlette, who: str, name: str | None = None) -> Client:
    phone = Client(app, who)
    assert (await phone.tap("/join", student_id=who, name=name or f"Student {who}")).status == 303
    return phone


async def registered(app: Starlette, name: str) -> Client:
    """The first device of a team."""
    phone = Client(app, name)
    assert (await phone.tap("/team/register", team_name=name, members="Ada")).status == 303
    return phone


def header(client: Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


async def ask(
    app: Starlette, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> Reply:
    """One request. A stream is left after its first message."""
    reply, left = Reply(), asyncio.Event()
    chunks: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if chunks:
            return chunks.pop()
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            reply.status, reply.headers = message["status"], list(message["headers"])
        else:
            reply.body += message.get("body", b"")
            left.set()

    plain, _, query = path.partition("?")
    fixed = {"host": "quiz.test", "content-type": "application/x-www-form-urlencoded"}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": plain,
        "raw_path": plain.encode(),
        "root_path": "",
        "query_string": query.encode("latin-1"),
        "scheme": "http",
        "server": ("quiz.test", 80),
        "client": ("10.0.0.7", 4711),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in {**fixed, **(headers or {})}.items()],
    }
    await asyncio.wait_for(app(scope, receive, send), 10)
    return reply
