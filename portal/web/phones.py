"""A phone's stream: the same as any other page's, for ten thousand of them.

sse-starlette gives a stream four tasks and a cancel scope a message: 40 KiB a phone, and three times what the message
itself costs. Here it is one task that sleeps and one that hears the phone leave. What is new is written into the
connection by whoever publishes it (:meth:`portal.live.bus.Subscriber.deliver`), as long as the phone keeps up; for one
that does not, the task is woken and waits for it, and meanwhile nothing is kept but the names of what is old.

Invariant: ``straight`` is set only while the task sleeps in ``changed``, so there is one writer at a time, and messages
keep their order.
"""

import asyncio
from contextlib import AbstractContextManager
from contextvars import copy_context
from typing import Protocol

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from portal.live.bus import Bus, Subscriber
from portal.live.run import OtherKind
from portal.web.streams import EVERYTHING, HEADERS, PING, SEND_LIMIT, Draw, Farewell, encode

_HEAD = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
]
_END = {"type": "http.response.body", "body": b"", "more_body": False}
_STILL_HERE = b": ping\n\n"
_FOR_THE_TASK = Farewell("")


class Line(Protocol):
    """The connection under a stream, which a server may put into the scope as ``portal.line``."""

    def is_free(self) -> bool:
        """Whether everything that was written has been taken."""
        ...

    def write(self, body: bytes) -> None:
        """A piece of the reply under way, at once."""
        ...

    def abort(self) -> None:
        """Drops the connection with what it has not taken."""
        ...


class PhoneStream(Response):
    """Begins with the present state, and then carries what has become old, drawn anew."""

    def __init__(self, bus: Bus, subscriber: Subscriber, draw: Draw, attending: AbstractContextManager[None]) -> None:
        self._bus, self._subscriber, self._draw, self._attending = bus, subscriber, draw, attending
        self._line: Line | None = None
        self._context = copy_context()  # whoever publishes draws as this request would
        self._told_at = 0.0
        self._alarm: asyncio.TimerHandle | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _HEAD})
        if scope["method"] != "HEAD":
            self._line = scope.get("portal.line")
            leaving = asyncio.create_task(_until_gone(receive, self._subscriber))
            # Subscribe first, then draw: what happens in between is marked, and nothing can be missed.
            self._bus.subscribe(self._subscriber)
            try:
                with self._attending:
                    await self._play(send)
            finally:
                self._subscriber.straight = None
                self._bus.unsubscribe(self._subscriber)
                self._rest()
                leaving.cancel()
        await send(_END)

    async def _play(self, send: Send) -> None:
        subscriber, loop = self._subscriber, asyncio.get_running_loop()
        straight = self._go_straight if self._line is not None else None
        stale = EVERYTHING
        while not subscriber.closed:
            try:
                message = self._draw(stale) if stale else _STILL_HERE
            except OtherKind:
                return
            if message is not None:
                html = message.html if isinstance(message, Farewell) else message
                if not await self._send(send, html if isinstance(html, bytes) else encode(html)):
                    return
            if isinstance(message, Farewell):
                return
            self._told_at = loop.time()
            self._keep_awake(PING)
            subscriber.straight = straight
            stale = await subscriber.changed()
            subscriber.straight = None
            self._rest()

    def _go_straight(self) -> bool:
        """Draws what is stale and writes it. False: not now, the phone has not taken what was sent before."""
        assert self._line is not None
        if not self._line.is_free():
            return False
        subscriber = self._subscriber
        stale = subscriber.take()
        try:
            message = self._context.run(self._draw, stale)
        except Exception:  # the task draws it again, and there it is raised
            message = _FOR_THE_TASK
        if isinstance(message, Farewell):
            subscriber.mark(stale)
        elif message is not None:
            self._line.write(message if isinstance(message, bytes) else encode(message))
            self._told_at = asyncio.get_running_loop().time()
        return True

    def _keep_awake(self, seconds: float) -> None:
        self._alarm = asyncio.get_running_loop().call_later(seconds, self._ring)

    def _rest(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()

    def _ring(self) -> None:
        """Keeps proxies from closing a silent stream; one that has spoken is left alone for the rest of the time."""
        now = asyncio.get_running_loop().time()
        silent = now - self._told_at
        if silent <= PING - 0.1:
            self._keep_awake(PING - silent)
        elif self._line is not None and self._subscriber.straight is not None and self._line.is_free():
            self._line.write(_STILL_HERE)  # a class that came in together is silent together: a task each is too much
            self._told_at = now
            self._keep_awake(PING)
        else:
            self._subscriber.wake()

    async def _send(self, send: Send, message: bytes) -> bool:
        """False: the phone has taken nothing for so long that it is given up."""
        try:
            async with asyncio.timeout(SEND_LIMIT):
                await send({"type": "http.response.body", "body": message, "more_body": True})
        except TimeoutError:
            if self._line is not None:
                self._line.abort()
            return False
        return True


async def _until_gone(receive: Receive, subscriber: Subscriber) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    subscriber.end()
