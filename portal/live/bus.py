"""The one bus: events mark regions of screens as stale, and each open screen wakes up to draw them anew.

A subscriber holds a set of stale regions, never a queue of messages: however slow a phone is, what is kept for it is
bounded by the number of regions, and what it gets is the newest state.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from contextlib import suppress

from portal.views.regions import Region, Stale, Topic

Regions = frozenset[Region]
NOTHING: Regions = frozenset()
SLICE = 0.004  # seconds of deliveries without a pause
HEAD_START = 0.1  # seconds that phones have before a screen, or the reply to a command, is drawn all the same


class Subscriber:
    """One open stream. ``closed`` says that it has to end: the program is going down, or its page is gone.

    ``straight``, where a stream has one and waits, brings what is stale without waking the stream's task; it answers
    False when that cannot be done at once, and the task is woken after all.
    """

    __slots__ = ("_stale", "_waiting", "closed", "displaced", "straight", "topics")

    def __init__(self, topics: tuple[Topic, ...]) -> None:
        self.topics = topics
        self.closed = False
        self.displaced = False  # the same student has opened more pages than one may
        self.straight: Callable[[], bool] | None = None
        self._stale = NOTHING
        self._waiting: asyncio.Future[None] | None = None  # a tenth of an asyncio.Event, and there are thousands

    def mark(self, regions: Regions) -> None:
        """These are old, and the stream's task is woken."""
        self._stale |= regions
        self.wake()

    def note(self, regions: Regions, *, queued: bool = False) -> bool:
        """These are old. True when somebody must :meth:`deliver`; else the task is told, or is to be told already.

        ``queued``: others wait for their delivery, so the task is told after them.
        """
        if self.straight is None and not queued:
            self.mark(regions)
            return False
        first, self._stale = not self._stale, self._stale | regions
        return first

    def deliver(self) -> None:
        """What was noted goes straight to the page, if it can."""
        if self._stale and (self.straight is None or not self.straight()):
            self.wake()

    def wake(self) -> None:
        """The stream's task looks what there is to do; nothing where it does not sleep."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def end(self) -> None:
        """Ends the stream after what is being sent."""
        self.closed = True
        self.wake()

    set = end  # the name that sse-starlette calls at shutdown

    async def changed(self) -> Regions:
        """Waits until something is stale (or somebody else wakes it) and takes it: what follows is marked anew."""
        if not self._stale and not self.closed:
            self._waiting = asyncio.get_running_loop().create_future()
            try:
                await self._waiting
            finally:
                self._waiting = None
        return self.take()

    def take(self) -> Regions:
        """What is stale; from here on it counts as drawn."""
        stale, self._stale = self._stale, NOTHING
        return stale


class Bus:
    """Topics to subscribers. Everything happens on the event loop, so there is nothing to lock."""

    def __init__(self) -> None:
        self._subscribers: defaultdict[Topic, set[Subscriber]] = defaultdict(set)
        self._waiting: set[Stale] = set()
        # Deliveries, in order; while there is one, _deliver is about to run.
        self._due: deque[Callable[[], None]] = deque()
        self.closed = False

    def subscribe(self, subscriber: Subscriber) -> None:
        if self.closed:
            subscriber.end()
        for topic in subscriber.topics:
            self._subscribers[topic].add(subscriber)

    def unsubscribe(self, subscriber: Subscriber) -> None:
        for topic in subscriber.topics:
            self._subscribers[topic].discard(subscriber)
            if not self._subscribers[topic]:
                del self._subscribers[topic]

    def publish(self, stale: Stale) -> None:
        """Marks the regions on every screen that listens, at once or, coalesced, within ``stale.after`` seconds.

        What is published first is seen first: a class's phones do not wait until console and projector are drawn,
        which wait for them no longer than ``HEAD_START``.
        """
        if not stale.after:
            self._mark(stale)
        elif stale not in self._waiting:
            self._waiting.add(stale)
            asyncio.get_running_loop().call_later(stale.after, self._mark, stale)

    def _mark(self, stale: Stale) -> None:
        self._waiting.discard(stale)
        subscribers = self._subscribers.get(stale.topic, ())
        if stale.alone or len(subscribers) > 1:
            if self._due:
                self._queue(subscribers, stale.regions)
            else:
                for each in subscribers:
                    if each.note(stale.regions):
                        self._due.append(each.deliver)
                if self._due:
                    asyncio.get_running_loop().call_soon(self._deliver)

    def _queue(self, subscribers: Iterable[Subscriber], regions: Regions) -> None:
        """Behind what is due already."""
        loop = asyncio.get_running_loop()
        for each in subscribers:
            if each.note(regions, queued=True):
                self._due.append(each.deliver)
                if each.straight is None:
                    loop.call_later(HEAD_START, each.wake)

    def _deliver(self) -> None:
        """To some of those to whom it is due; the loop does what else there is before it goes on with the rest."""
        loop = asyncio.get_running_loop()
        until = loop.time() + SLICE
        try:
            while self._due and loop.time() < until:
                self._due.popleft()()
        finally:  # one that cannot be reached must not keep all others from what is due
            if self._due:
                loop.call_soon(self._deliver)

    async def caught_up(self) -> None:
        """Returns when what is due by now has been delivered, or after ``HEAD_START``."""
        if self._due:
            told = asyncio.Event()
            self._due.append(told.set)
            with suppress(TimeoutError):
                async with asyncio.timeout(HEAD_START):
                    await told.wait()

    def listeners(self, topic: Topic) -> int:
        return len(self._subscribers.get(topic, ()))

    def close(self) -> None:
        """Ends every stream, and every one that is opened from now on: the program is going down."""
        self.closed = True
        for subscribers in self._subscribers.values():
            for subscriber in subscribers:
                subscriber.end()
