"""A browser without a screen: cookies, one kept connection for requests, streams on connections of their own."""

import asyncio
import ipaddress
import re
import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from portal.stress.wire import Dropped, Messages, Wire

PATIENCE = 30.0  # seconds that a request may take before it counts as lost
IDLE = 50.0  # seconds after which a kept connection is not trusted: the server may be closing it this very moment
CONNECTING = 200  # connections that may be on their way at once; a listening socket's queue is not endless

_CLOSING = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)
Fields = Iterable[tuple[str, str]]
_COOKIE = re.compile(rb"\r\nset-cookie:[ \t]*([^=;\r\n]+)=([^;\r\n]*)([^\r\n]*)", re.IGNORECASE)


@dataclass(frozen=True)
class Site:
    """Where the server is. ``tls`` None means that of the machine: the authorities that it knows."""

    scheme: str
    host: str
    port: int
    tls: ssl.SSLContext | None = field(default=None, compare=False, repr=False)
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONNECTING), compare=False, repr=False)

    @classmethod
    def at(cls, url: str) -> "Site":
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is not a web address")
        return cls(parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))

    @property
    def netloc(self) -> str:
        usual = self.port == (443 if self.scheme == "https" else 80)
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if usual else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.netloc}"

    @property
    def is_loopback(self) -> bool:
        try:
            return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    async def connect(self, make: Callable[[], Wire], limit: float) -> Wire:
        """A new connection. Raises :class:`Dropped` when there is none within ``limit`` seconds."""
        tls = self.tls or ssl.create_default_context() if self.scheme == "https" else None
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(limit), self.gate:
                _, wire = await loop.create_connection(make, self.host, self.port, ssl=tls)
        except (OSError, TimeoutError) as fault:
            raise Dropped(f"no connection to {self.netloc}: {fault or 'too slow'}") from fault
        return wire


@dataclass(slots=True)
class Reply:
    """What came back, and when, on the monotonic clock, the request was sent and the reply was complete."""

    status: int
    head: bytes
    body: bytes
    sent_at: float
    came_at: float

    @property
    def took(self) -> float:
        return self.came_at - self.sent_at

    def header(self, name: str) -> str:
        found = re.search(rb"\r\n" + re.escape(name.encode()) + rb":[ \t]*([^\r\n]*)", self.head, re.IGNORECASE)
        return found[1].decode("latin-1") if found else ""

    @property
    def cookies(self) -> list[tuple[str, str, str]]:
        """Each cookie that was set: name, value, and the attributes as they stand."""
        return [(name.decode(), value.decode(), rest.decode()) for name, value, rest in _COOKIE.findall(self.head)]


class Asking(Wire):
    """A connection for one request at a time."""

    __slots__ = ("_head", "_pieces", "_sent", "_status", "_waiting", "used")

    def __init__(self) -> None:
        super().__init__()
        self._waiting: asyncio.Future[Reply] | None = None
        self._pieces: list[bytes] = []
        self._status, self._head, self._sent, self.used = 0, b"", 0.0, time.monotonic()

    async def ask(self, request: bytes, limit: float) -> Reply:
        """Sends ``request``. Raises :class:`Dropped` when the whole reply has not come within ``limit`` seconds."""
        if self.transport is None or self.lost:
            raise Dropped("the connection is gone")
        self._waiting = asyncio.get_running_loop().create_future()
        self._sent = time.monotonic()
        self.transport.write(request)
        try:
            async with asyncio.timeout(limit):
                return await self._waiting
        except TimeoutError as late:
            self.abort()
            raise Dropped(f"no reply within {limit:g} s") from late

    def on_head(self, status: int, head: bytes) -> None:
        self._status, self._head, self._pieces = status, head, []

    def on_body(self, piece: bytes) -> None:
        self._pieces.append(piece)

    def on_end(self) -> None:
        self.used = time.monotonic()
        if self._waiting is not None and not self._waiting.done():
            reply = Reply(self._status, self._head, b"".join(self._pieces), self._sent, self.used)
            self._waiting.set_result(reply)

    def on_lost(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(Dropped("the connection ended before the reply"))


class Listening(Wire):
    """A stream: sends its request as soon as it is connected, and tells every message that comes."""

    __slots__ = ("_ended", "_messages", "_request", "_tell", "head", "over", "status")

    def __init__(self, request: bytes, tell: Callable[[bytes], None], ended: Callable[["Listening"], None]) -> None:
        super().__init__()
        self._request, self._tell, self._ended = request, tell, ended
        self._messages = Messages()
        self.status, self.head = 0, b""
        self.over = False  # the server has ended it

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert self.transport is not None
        self.transport.write(self._request)

    def on_head(self, status: int, head: bytes) -> None:
        self.status, self.head = status, head

    def on_body(self, piece: bytes) -> None:
        for message in self._messages.feed(piece):
            self._tell(message)

    def on_end(self) -> None:
        if not self.over:
            self.over = True
            self._ended(self)
            self.abort()

    def on_lost(self) -> None:
        if not self.over:
            self.over = True
            self._ended(self)


class Browser:
    """Cookies and a kept connection. Two tabs are two browsers with the same ``cookies``."""

    def __init__(self, site: Site, cookies: dict[str, str] | None = None) -> None:
        self.site = site
        self.cookies: dict[str, str] = {} if cookies is None else cookies
        self._connection: Asking | None = None

    async def get(self, path: str, limit: float = PATIENCE) -> Reply:
        return await self.ask(f"{self.head('GET', path)}\r\n".encode(), limit)

    async def post(self, path: str, fields: Fields = (), limit: float = PATIENCE) -> Reply:
        """Posts a form as a page with htmx does."""
        body = urlencode(list(fields))
        return await self.ask(f"{self.form_head(path)}Content-Length: {len(body)}\r\n\r\n{body}".encode(), limit)

    async def ask(self, request: bytes, limit: float = PATIENCE) -> Reply:
        """Sends bytes as they are, on the kept connection if it lives."""
        kept = self._connection
        if kept is None or kept.lost or time.monotonic() - kept.used > IDLE:
            self.close()
            wire = await self.site.connect(Asking, limit)
            assert isinstance(wire, Asking)
            self._connection = kept = wire
        reply = await kept.ask(request, limit)
        self._keep(reply)
        if _CLOSING.search(reply.head):
            self.close()
        return reply

    def head(self, method: str, path: str) -> str:
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        cookie = f"Cookie: {jar}\r\n" if jar else ""
        return f"{method} {path} HTTP/1.1\r\nHost: {self.site.netloc}\r\nUser-Agent: portal-stress\r\n{cookie}"

    def form_head(self, path: str, kind: str = "application/x-www-form-urlencoded") -> str:
        asked = f"Origin: {self.site.origin}\r\nHX-Request: true\r\nContent-Type: {kind}\r\n"
        return f"{self.head('POST', path)}{asked}"

    async def listen(
        self, path: str, tell: Callable[[bytes], None], ended: Callable[[Listening], None], limit: float = PATIENCE
    ) -> Listening:
        request = f"{self.head('GET', path)}Accept: text/event-stream\r\n\r\n".encode()
        wire = await self.site.connect(lambda: Listening(request, tell, ended), limit)
        assert isinstance(wire, Listening)
        return wire

    def close(self) -> None:
        if self._connection is not None:
            self._connection.abort()
            self._connection = None

    def _keep(self, reply: Reply) -> None:
        for name, value, rest in reply.cookies:
            if not value or "max-age=0" in rest.lower():
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value


async def is_up(site: Site) -> bool:
    """Whether the program there says so of itself, within two seconds."""
    browser = Browser(site)
    try:
        return (await browser.get("/healthz", 2.0)).status == 200
    except Dropped:
        return False
    finally:
        browser.close()
