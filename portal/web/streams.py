"""Server-Sent Events: a page's stream begins with its present state, and then carries what has become old, drawn anew.

Ways in which a stream ends: the page goes away (sse-starlette cancels the generator, ``finally`` unsubscribes); the
identity dies (a farewell takes the page elsewhere); the next run is of the other kind (the page asks again, and the
other kind answers); the program goes down (``Subscriber.set``).
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sse_starlette import EventSourceResponse

from portal.live.bus import Bus, Regions, Subscriber
from portal.live.run import OtherKind
from portal.views.regions import Region
from portal.wording import speak, spoken

if TYPE_CHECKING:
    import anyio

PING = 15  # seconds between comments that keep proxies from closing a silent stream
SEND_LIMIT = 20  # seconds until a reader that takes nothing is dropped
EVERYTHING: Regions = frozenset(Region)
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass(frozen=True, slots=True)
class Farewell:
    """The last message of a stream."""

    html: str


Draw = Callable[[Regions], "str | bytes | Farewell | None"]
"""The message for the stale regions, as HTML or already framed; None when this page shows none of them."""


def stream(
    bus: Bus,
    subscriber: Subscriber,
    draw: Draw,
    attending: AbstractContextManager[None],
    *,
    pace: float = 0.0,
) -> EventSourceResponse:
    """A stream for one open page. ``pace`` (seconds) is the least time between two messages that are not the stage."""

    speaking = spoken()  # whoever wakes the stream may speak another language

    async def messages() -> AsyncIterator[bytes]:
        speak(speaking)
        # Subscribe first, then draw: what happens in between is marked, and nothing can be missed.
        bus.subscribe(subscriber)
        loop = asyncio.get_running_loop()
        try:
            with attending:
                stale, sent_at = EVERYTHING, 0.0
                while not subscriber.closed:
                    try:
                        message = draw(stale)
                    except OtherKind:
                        return
                    if isinstance(message, Farewell):
                        yield encode(message.html)
                        return
                    if message is not None:
                        yield message if isinstance(message, bytes) else encode(message)
                        sent_at = loop.time()
                    stale = await _next(subscriber, sent_at + pace - loop.time() if pace else 0.0)
        finally:
            bus.unsubscribe(subscriber)

    return EventSourceResponse(
        messages(),
        sep="\n",  # htmx 4 tears a message whose CR LF falls into two chunks
        ping=PING,
        send_timeout=SEND_LIMIT,
        shutdown_event=cast("anyio.Event", subscriber),  # only its set() is called
        shutdown_grace_period=1,
        headers=HEADERS,
    )


async def _next(subscriber: Subscriber, hold: float) -> Regions:
    """What is stale next. Anything but the stage waits until ``hold`` seconds are over, and gathers more meanwhile."""
    loop = asyncio.get_running_loop()
    until = loop.time() + hold
    stale = await subscriber.changed()
    while Region.STAGE not in stale and not subscriber.closed and (left := until - loop.time()) > 0:
        try:
            stale |= await asyncio.wait_for(subscriber.changed(), left)
        except TimeoutError:
            break
    return stale


def encode(html: str) -> bytes:
    """One unnamed message. Any line break in the text begins a new ``data:`` line, so no text can end the message."""
    return b"".join(b"data: " + line.encode() + b"\n" for line in html.splitlines() or [""]) + b"\n"
