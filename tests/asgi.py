"""The application without a network: requests and streams straight into ASGI, every byte that comes out kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.types import Message

from portal.app import create_app
from portal.domain.ids import Millis
from portal.live.shelf import Shelf
from portal.secrets import Secrets
from portal.settings import Settings
from portal.store.log import EventLog
from tests.serving import PASSWORD


class HeldClock:
    """Time that moves only when the test says so."""

    def __init__(self) -> None:
        self.time = Millis(1_700_000_000_000)

    def now(self) -> Millis:
        return self.time

    def at(self, monotonic: float) -> Millis:
        return self.time

    def wait(self, milliseconds: int) -> None:
        self.time = Millis(self.time + milliseconds)


@dataclass(slots=True)
class Reply:
    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    @property
    def text(self) -> str:
        return self.body.decode()

    def raw(self) -> bytes:
        """Status, headers and body as one text, to be compared with another."""
        head = b"".join(name + b": " + value + b"\n" for name, value in self.headers)
        return b"%d\n" % self.status + head + b"\n" + self.body


class Client:
    """One device: keeps its cookies, and a transcript of everything that it was ever sent."""

    def __init__(self, app: Starlette, name: str = "") -> None:
        self.app, self.name = app, name
        self.cookies: dict[str, str] = {}
        self.transcript: list[bytes] = []
        self._streams: list[asyncio.Task[None]] = []

    async def get(self, path: str) -> Reply:
        return await self._request("GET", path, b"", {})

    async def tap(self, path: str, **fields: object) -> Reply:
        """Posts a form as htmx does."""
        return await self._request("POST", path, urlencode(fields, doseq=True).encode(), {"hx-request": "true"})

    async def post(self, path: str, body: bytes, **headers: str) -> Reply:
        return await self._request(
            "POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()}
        )

    def listen(self, path: str) -> None:
        """Opens a stream; what it sends is in the transcript."""
        self._streams.append(asyncio.create_task(self._listen(path)))

    async def leave(self) -> None:
        for task in self._streams:
            task.cancel()
        await asyncio.gather(*self._streams, return_exceptions=True)

    async def _request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        reply = Reply()
        chunks = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            return chunks.pop() if chunks else await asyncio.Future()

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                reply.status, reply.headers = message["status"], list(message["headers"])
            else:
                reply.body += message.get("body", b"")

        await self.app(self._scope(method, path, headers), receive, send)
        self._keep_cookies(reply)
        self.transcript.append(f"{method} {path}\n".encode() + reply.raw())
        return reply

    async def _listen(self, path: str) -> None:
        async def receive() -> Message:
            return await asyncio.Future()

        async def send(message: Message) -> None:
            self.transcript.append(repr(sorted(message.items())).encode())

        await self.app(self._scope("GET", path, {}), receive, send)

    def _scope(self, method: str, path: str, headers: dict[str, str]) -> dict[str, object]:
        plain, _, query = path.partition("?")
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        fixed = {"host": "quiz.test", "origin": "http://quiz.test", "cookie": cookie}
        fixed |= {"content-type": "application/x-www-form-urlencoded"} if method == "POST" else {}
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "path": plain,
            "raw_path": plain.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "scheme": "http",
            "server": ("quiz.test", 80),
            "client": ("10.0.0.7", 4711),
            "headers": [(name.encode(), value.encode()) for name, value in {**fixed, **headers}.items()],
        }

    def _keep_cookies(self, reply: Reply) -> None:
        for name, value in reply.headers:
            if name == b"set-cookie":
                cookie, _, _ = value.decode().partition(";")
                key, _, content = cookie.partition("=")
                self.cookies[key] = content.strip('"')


@asynccontextmanager
async def running(
    folder: Path, pool: str, clock: HeldClock | None = None, *, password: str = PASSWORD, **changes: object
) -> AsyncIterator[Starlette]:
    """The application with ``pool`` on a file in ``folder``, started and stopped as a server would."""
    file = folder / "pool.json"
    file.write_text(pool)
    settings = Settings(  # type: ignore[call-arg]  # not from an .env that happens to lie around
        _env_file=None,
        pool=file,
        pools=folder,
        db=folder / "portal.db",
        **changes,  # type: ignore[arg-type]  # named by the caller, checked by Settings
    )
    keys = Secrets("k" * 32, password, made=False)
    app = create_app(settings, keys, EventLog(settings.db), Shelf(file, folder), "http://join.test", clock)
    async with app.router.lifespan_context(app):
        yield app


async def settle() -> None:
    """Lets everything that is ready run: commits come from another thread, streams from other tasks."""
    for _ in range(12):
        await asyncio.sleep(0.002)
