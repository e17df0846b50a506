"""HTTP/1.1 as this program needs it: uvicorn's, with a limit for requests that never finish, and replies in one piece.

uvicorn has no time limit for a silent socket or for headers and bodies that trickle; all three stay open for ever. It
takes a reply in two messages, looks at each byte of each header, and sends two packets.
"""

import asyncio
import re
import time
from asyncio import TimerHandle
from collections.abc import Callable
from functools import partial
from itertools import chain
from typing import cast

from starlette.types import Scope
from uvicorn._types import ASGI3Application, HTTPScope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from portal.repeats import Known, known
from portal.web.asked import said
from portal.web.front import Line
from portal.web.headers import ALWAYS, UNFRAMED, Headers

RECEIPT = 10.0  # seconds for a whole request to arrive, counted from the first byte, or from the connection
LARGEST_HEAD = 32 * 1024
# Bytes read at once. Room for asyncio's 256 KiB is had anew from the system for each request, which takes four times
# as long as the reading.
READ_SIZE = 64 * 1024
_TEARS_THE_HEAD = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")  # what RFC 9110 forbids in a header's value


AtOnce = Callable[[Scope, Line, Callable[[], None]], bool]
"""What an application may have beside being one, as ``at_once``: a request that needs no task.

True: it replies on the line, or calls the function if it needs a task after all. False: it needs one now.
"""


def _never(_scope: Scope, _line: Line, _usual: Callable[[], None]) -> bool:
    return False


class PunctualProtocol(HttpToolsProtocol):
    """Closes a connection whose request is not complete in time, or that is silent for long; sends whole replies.

    It stamps when each request began to arrive, and is the ``portal.line`` of its requests.
    """

    _deadline: TimerHandle | None = None  # of the request that is arriving
    _alarm: TimerHandle | None = None  # for a silent connection, from the first reply on
    _replied_at = 0.0
    _has_begun = False  # a request, whose time is not counted yet
    _piece = 0  # bytes that have just come
    _span = 0  # bytes of the pieces over which the present request stretches, the first of them whole
    _arrived = 0  # bytes since the request before was whole
    _trailers = 0  # bytes of headers behind a body
    _head_is_whole = False
    _next: tuple[RequestResponseCycle, ASGI3Application] | None = None  # whose head has just been read
    _known: Known | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._at_once: AtOnce = getattr(self.app, "at_once", _never)
        super().connection_made(cast("asyncio.Transport", transport))
        vars(transport)["max_size"] = READ_SIZE  # asyncio's name for it; uvloop, which has none, is not what runs us
        self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        if self._alarm is not None:
            self._alarm.cancel()
        super().connection_lost(exc)
        # The last request knows this connection. If the connection went on knowing it, both would stay in memory until
        # the collector looks through everything, which is seldom.
        del self.cycle, self.scope

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._trailers, self._span = 0, self._piece
        self._head_is_whole = False
        self._stamp()
        self._has_begun = True

    def _stamp(self) -> None:
        scope = cast("dict[str, object]", self.scope)  # which is ours to add to
        scope["portal.received"] = time.monotonic()
        scope["portal.line"] = self

    def data_received(self, data: bytes) -> None:
        is_fresh = self._deadline is None  # nothing has come yet of the request with which the piece begins
        if is_fresh and self._known is not None and self._known.is_again(data) and self.cycle.response_complete:
            self._begin_again(self._known, data)
            return
        self._piece = len(data)
        self._arrived += self._piece
        self._span += self._piece
        super().data_received(data)
        if self._next is not None:
            (cycle, app), self._next = self._next, None
            if self._begin(cycle, app) and is_fresh:
                self._known = known(data, cast("dict[str, object]", cycle.scope), len(cycle.body))
        if not self._head_is_whole and self._arrived > LARGEST_HEAD:  # also of a header that has no end
            self.transport.close()
        if self._has_begun:
            self._expect_request()

    def on_header(self, name: bytes, value: bytes) -> None:
        """As uvicorn's, in one call: it is made for each of a request's dozen headers. Of trailers, nothing is kept."""
        if self._head_is_whole:
            self._trailers += len(name) + len(value)
            if self._trailers > LARGEST_HEAD:
                self.transport.close()
            return
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self._head_is_whole = True
        # no head is longer than the pieces in which it came: most need not be measured
        if self._span > LARGEST_HEAD and sum(map(len, chain(*self.headers))) > LARGEST_HEAD:
            self.transport.close()
        scope = cast("Scope", self.scope)
        self.expect_100_continue = said(scope).get(b"expect", b"").lower() == b"100-continue"
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._has_begun = False  # most are whole in the piece with which they begin, and no time is counted for them
        self._stop_waiting()
        self._arrived, self._head_is_whole = 0, False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """As uvicorn's, which sets a timer for each reply and ends it with whatever comes next."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._begin(*self.pipeline.pop())
        self._replied_at = self.loop.time()
        if self._alarm is None:
            self._alarm = self.loop.call_later(self.timeout_keep_alive, self._ring)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Not yet: once the piece that has come is read, most requests are whole."""
        self._next = cycle, app

    def _begin(self, cycle: RequestResponseCycle, app: ASGI3Application) -> bool:
        """Whether it needs no task."""
        usual = partial(self._begin_task, cycle, app)
        if self._at_once(cast("Scope", cycle.scope), self, usual):
            return True
        usual()
        return False

    def _begin_again(self, known: Known, piece: bytes) -> None:
        """As the parser and its callbacks, for a request that they have read before."""
        self.scope = cast("HTTPScope", known.scope | {"state": self.app_state.copy()})
        self._stamp()
        self.cycle = cycle = RequestResponseCycle(
            self.scope,
            self.transport,
            self.flow,
            self.logger,
            self.access_logger,
            self.access_log,
            self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=True,
            on_response=self.on_response_complete,
        )
        cycle.body[:], cycle.more_body = piece[len(known.head) :], False
        cycle.message_event.set()
        self._begin(cycle, self.app)

    def _begin_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """As uvicorn's, which has each task call back when it is done: another turn of the loop for every request."""
        self.tasks.add(self.loop.create_task(self._answer(cycle, app)))

    async def _answer(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        try:
            await cycle.run_asgi(app)
        finally:
            self.tasks.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    def is_free(self) -> bool:
        """As :class:`portal.web.phones.Line`."""
        return not self.transport.is_closing() and not self.transport.get_write_buffer_size()

    def write(self, body: bytes) -> None:
        """As :class:`portal.web.phones.Line`: a chunk, which is how uvicorn frames a reply without a length."""
        self.transport.write(b"%x\r\n%b\r\n" % (len(body), body))

    def abort(self) -> None:
        self.transport.abort()

    def body(self, scope: object) -> bytes | None:
        """As :class:`portal.web.forms.Sender`."""
        if self.transport.is_closing():  # then there may be no cycle any more
            return None
        cycle = self.cycle  # or that of a later request, which may be somebody else's
        return bytes(cycle.body) if cycle.scope is scope and not cycle.more_body else None

    def reply(self, scope: object, status: int, headers: Headers, fixed: bytes, body: bytes) -> bool:
        """As :class:`portal.web.front.Replier`. False also for a value that would tear the head: uvicorn refuses it."""
        if self.transport.is_closing() or self.flow.write_paused:
            return False
        cycle = self.cycle
        if cycle.scope is not scope or cycle.response_started:  # or a later request, whose turn has not come
            return False
        head = [STATUS_LINE[status]]
        for name, value in cycle.default_headers:
            head += name, b": ", value, b"\r\n"
        for name, value in headers:
            if _TEARS_THE_HEAD.search(value):
                return False
            head += name, b": ", value, b"\r\n"
        head += fixed, b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n", body
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        self.transport.write(b"".join(head))
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()
        return True

    def _unsupported_upgrade_warning(self) -> None:
        """Nothing: any stranger could fill the log with uvicorn's advice to install a WebSocket library."""

    def send_400_response(self, msg: str) -> None:
        """uvicorn's own reply to what is not HTTP, with the headers that every other reply carries."""
        fixed = {**ALWAYS, **UNFRAMED, "Cache-Control": "no-store", "Content-Type": "text/plain; charset=utf-8"}
        lines = "".join(f"{name}: {value}\r\n" for name, value in fixed.items())
        head = f"HTTP/1.1 400 Bad Request\r\n{lines}Content-Length: {len(msg)}\r\nConnection: close\r\n\r\n"
        self.transport.write(f"{head}{msg}".encode())
        self.transport.close()

    def _ring(self) -> None:
        """Closes a connection that has been silent since its last reply; one that has spoken is looked at again."""
        left = self._replied_at + self.timeout_keep_alive - self.loop.time()
        is_silent = self._deadline is None and self.cycle.response_complete
        if is_silent and left <= 0:
            self.transport.close()
        else:
            self._alarm = self.loop.call_later(left if left > 0 else self.timeout_keep_alive, self._ring)

    def _expect_request(self) -> None:
        self._has_begun = False
        self._stop_waiting()
        self._deadline = self.loop.call_later(RECEIPT, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
