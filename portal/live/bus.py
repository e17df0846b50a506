"""The one bus: events mark regions of screens as stale, and each open screen wakes up to draw them anew.

A subscriber holds a set of stale regions, never a queue of messages: however slow a phone is, what is kept for it is
bounded by the number of regions, and what it gets is the newest state.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable

from portal.views.regions import Region, Stale, Topic

Regions = frozenset[Region]
NOTHING: Regions = frozenset()


class Subscriber:
    """One open stream. ``closed`` is set when the program ends it; ``set`` is what sse-starlette calls at shutdown."""

    __slots__ = ("_stale", "_wake", "closed", "displaced", "topics")

    def __init__(self, topics: tuple[Topic, ...]) -> None:
        self.topics = topics
        self.closed = False
        self.displaced = False  # the same student has opened more pages than one may
        self._stale: set[Region] = set()
        self._wake = asyncio.Event()

    def mark(self, regions: Iterable[Region]) -> None:
        self._stale.update(regions)
        self._wake.set()

    def set(self) -> None:
        """Ends the stream after what is being sent."""
        self.closed = True
        self._wake.set()

    async def changed(self) -> Regions:
        """Waits until something is stale (or the stream was ended) and takes it: what follows is marked anew."""
        await self._wake.wait()
        return self.take()

    def take(self) -> Regions:
        self._wake.clear()
        stale = frozenset(self._stale)
        self._stale.clear()
        return stale


class Bus:
    """Topics to subscribers. Everything happens on the event loop, so there is nothing to lock."""

    def __init__(self) -> None:
        self._subscribers: defaultdict[Topic, set[Subscriber]] = defaultdict(set)
        self._waiting: set[Stale] = set()
        self.closed = False

    def subscribe(self, subscriber: Subscriber) -> None:
        if self.closed:
            subscriber.set()
        for topic in subscriber.topics:
            self._subscribers[topic].add(subscriber)

    def unsubscribe(self, subscriber: Subscriber) -> None:
        for topic in subscriber.topics:
            self._subscribers[topic].discard(subscriber)
            if not self._subscribers[topic]:
                del self._subscribers[topic]

    def publish(self, stale: Stale) -> None:
        """Marks the regions on every screen that listens, at once or, coalesced, within ``stale.after`` seconds."""
        if not stale.after:
            self._mark(stale)
        elif stale not in self._waiting:
            self._waiting.add(stale)
            asyncio.get_running_loop().call_later(stale.after, self._mark, stale)

    def _mark(self, stale: Stale) -> None:
        self._waiting.discard(stale)
        subscribers = self._subscribers.get(stale.topic, ())
        if stale.alone or len(subscribers) > 1:
            for subscriber in subscribers:
                subscriber.mark(stale.regions)

    def listeners(self, topic: Topic) -> int:
        return len(self._subscribers.get(topic, ()))

    def close(self) -> None:
        """Ends every stream, and every one that is opened from now on: the program is going down."""
        self.closed = True
        for subscribers in self._subscribers.values():
            for subscriber in subscribers:
                subscriber.set()
