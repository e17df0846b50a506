"""uvicorn as this program needs it: one worker, no access log, a limit for requests that never finish.

uvicorn has no time limit for a silent socket or for headers and bodies that trickle; all three stay open for ever.
"""

import asyncio
import gc
import logging
import resource
import time
from asyncio import TimerHandle
from collections.abc import Callable
from contextlib import suppress
from socket import socket
from typing import Any, cast

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from portal.live.bus import Bus
from portal.settings import Settings
from portal.web.headers import ALWAYS, UNFRAMED

RECEIPT = 10.0  # seconds for a whole request to arrive, counted from the first byte, or from the connection
KEEP_ALIVE = 75  # longer than the time between two questions, and than a proxy's own keep-alive
GRACEFUL = 2
LARGEST_HEAD = 32 * 1024
MOST_SOCKETS = 65_536
COLLECT_AFTER = (10_000, 20, 20)  # as of gc.set_threshold: new objects before a look at the young, looks before older
logger = logging.getLogger("portal")


class WholeReplies:
    """A transport that sends the head of a reply together with what follows it.

    uvicorn writes them one by one. Each write is a call of the system and a packet of its own, and wakes the reader: as
    much as a third of what a short reply costs.
    """

    __slots__ = ("_head", "_transport", "get_write_buffer_size", "is_closing")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport, self._head = transport, b""
        # asked for each message of each phone
        self.is_closing, self.get_write_buffer_size = transport.is_closing, transport.get_write_buffer_size

    def write(self, data: bytes) -> None:
        if data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 100 "):
            self._head += data
        else:
            self._transport.write(self._head + data if self._head else data)
            self._head = b""

    def flush(self) -> None:
        """Sends a head that nothing follows."""
        if self._head:
            self._transport.write(self._head)
            self._head = b""

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> object:  # all else is as the transport does it
        return getattr(self._transport, name)


class PunctualProtocol(HttpToolsProtocol):
    """Closes a connection whose request is not complete in time, and stamps when each request began to arrive."""

    _deadline: TimerHandle | None = None
    _arrived = 0  # bytes since the request before was whole
    _head = 0  # bytes of headers
    _head_is_whole = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base class
        super().connection_made(cast("asyncio.Transport", WholeReplies(transport)))
        self._expect_request()

    def on_response_complete(self) -> None:
        cast("WholeReplies", self.transport).flush()  # the reply to HEAD has no body
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)
        # The last request knows this connection. If the connection went on knowing it, both would stay in memory until
        # the collector looks through everything, which is seldom.
        del self.cycle, self.scope
        self._unset_keepalive_if_required()  # uvicorn forgets it when the phone has not said goodbye

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0
        self._head_is_whole = False
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]  # ours to add to
        scope["portal.received"] = time.monotonic()
        scope["portal.line"] = self
        self._expect_request()

    def data_received(self, data: bytes) -> None:
        self._arrived += len(data)
        super().data_received(data)
        if not self._head_is_whole and self._arrived > LARGEST_HEAD:  # also of a header that has no end
            self.transport.close()
        # An empty line begins no request, but it ended uvicorn's wait for one.
        waits_for_nothing = self._deadline is None and self.timeout_keep_alive_task is None
        if waits_for_nothing and self.cycle.response_complete:
            self._expect_request()

    def on_header(self, name: bytes, value: bytes) -> None:  # of trailers, too
        super().on_header(name, value)
        self._head += len(name) + len(value)
        if self._head > LARGEST_HEAD:
            self.transport.close()

    def on_headers_complete(self) -> None:
        self._head_is_whole = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._stop_waiting()
        self._arrived, self._head_is_whole = 0, False
        super().on_message_complete()

    def is_free(self) -> bool:
        """As :class:`portal.web.phones.Line`."""
        return not self.transport.is_closing() and not self.transport.get_write_buffer_size()

    def write(self, body: bytes) -> None:
        """As :class:`portal.web.phones.Line`: a chunk, which is how uvicorn frames a reply without a length."""
        self.transport.write(b"%x\r\n%b\r\n" % (len(body), body))

    def abort(self) -> None:
        self.transport.abort()

    def _unsupported_upgrade_warning(self) -> None:
        """Nothing: any stranger could fill the log with uvicorn's advice to install a WebSocket library."""

    def send_400_response(self, msg: str) -> None:
        """uvicorn's own reply to what is not HTTP, with the headers that every other reply carries."""
        fixed = {**ALWAYS, **UNFRAMED, "Cache-Control": "no-store", "Content-Type": "text/plain; charset=utf-8"}
        lines = "".join(f"{name}: {value}\r\n" for name, value in fixed.items())
        head = f"HTTP/1.1 400 Bad Request\r\n{lines}Content-Length: {len(msg)}\r\nConnection: close\r\n\r\n"
        self.transport.write(f"{head}{msg}".encode())
        self.transport.close()

    def _expect_request(self) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(RECEIPT, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class Server(uvicorn.Server):
    """Ends the open streams first when it is told to stop: uvicorn itself would wait for them."""

    def __init__(self, config: uvicorn.Config, bus: Bus, welcome: Callable[[], None]) -> None:
        super().__init__(config)
        self._bus, self._welcome = bus, welcome
        self._telling: asyncio.Future[None] | None = None

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Listens first; only then, and beside the first requests, is the operator told where."""
        await super().startup(sockets)
        if self.started:
            self._telling = asyncio.get_running_loop().run_in_executor(None, self._welcome)
            self._telling.add_done_callback(_told)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        self._bus.close()
        await super().shutdown(sockets)


def _told(telling: asyncio.Future[None]) -> None:
    if not telling.cancelled() and (fault := telling.exception()) is not None:
        logger.error("the operator was not told where the program is", exc_info=fault)


def spare_the_collector() -> None:
    """Python's collector of cycles goes through what was loaded so far no more, and through what is new less often.

    Almost nothing that a request leaves behind is a cycle, and looking for one took a quarter of each answer.
    """
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def _make_room_for_phones() -> None:
    """Each open page is a file to the system, and many give a program 256 or 1024 of them unless it asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_SOCKETS if hard == resource.RLIM_INFINITY else min(hard, MOST_SOCKETS)
    if soft < wanted:
        with suppress(ValueError, OSError):  # then it is as many as there are
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def server(app: Starlette, settings: Settings, welcome: Callable[[], None] = lambda: None) -> Server:
    """``welcome`` is called, in a thread, once the program listens."""
    _make_room_for_phones()
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=PunctualProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=True,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACEFUL,
        backlog=2048,
    )
    return Server(config, app.state.bus, welcome)
