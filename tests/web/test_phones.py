"""A phone's stream without a network: straight into the line while the phone keeps up, by its task when it does not."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, nullcontext
from typing import Any

import pytest
from starlette.types import Message

from portal.live.bus import Bus, Regions, Subscriber
from portal.views.regions import STUDENTS, Region, Stale
from portal.web import phones
from portal.web.phones import PhoneStream
from portal.web.streams import Draw, Farewell

NEWS = Stale(STUDENTS, frozenset({Region.STAGE}))


class Phone:
    """The server's side of one connection: what went out, in order, and by which way."""

    def __init__(self, bus: Bus, draw: Draw) -> None:
        self.sent: list[tuple[str, bytes]] = []
        self.free, self.aborted = True, asyncio.Event()
        self.taking = asyncio.Event()  # cleared: a send waits
        self.taking.set()
        self._left, self._more = asyncio.Event(), asyncio.Event()
        self._stream = PhoneStream(bus, Subscriber((STUDENTS,)), draw, nullcontext())

    def is_free(self) -> bool:
        return self.free

    def write(self, body: bytes) -> None:
        self._note("straight", body)

    def abort(self) -> None:
        self.aborted.set()

    def leave(self) -> None:
        self._left.set()

    async def heard(self, least: int) -> None:
        """Waits until that many messages have gone out."""
        while len(self.sent) < least:
            self._more.clear()
            await self._more.wait()

    def _note(self, way: str, body: bytes) -> None:
        self.sent.append((way, body))
        self._more.set()

    async def serve(self, method: str = "GET") -> None:
        asked = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Message:
            if asked:
                return asked.pop()
            await self._left.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            await self.taking.wait()
            if message.get("body"):
                self._note("task", message["body"])

        await self._stream({"type": "http", "method": method, "portal.line": self}, receive, send)


class Counter:
    """Draws how often it was asked to, and notes for what."""

    def __init__(self) -> None:
        self.drawn: list[Regions] = []

    def __call__(self, stale: Regions) -> bytes:
        self.drawn.append(stale)
        return b"%d" % len(self.drawn)


@asynccontextmanager
async def open_stream(bus: Bus, draw: Draw) -> AsyncIterator[Phone]:
    phone = Phone(bus, draw)
    task = asyncio.create_task(phone.serve())
    await settle()
    try:
        yield phone
    finally:
        phone.taking.set()
        phone.leave()
        await asyncio.wait_for(task, 2)


async def settle() -> None:
    for _ in range(8):
        await asyncio.sleep(0)


def scene(play: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """A test on an event loop of its own."""

    def test() -> None:
        asyncio.run(asyncio.wait_for(play(), 10))

    test.__doc__ = play.__doc__
    return test


@scene
async def test_news_goes_straight_to_a_phone_that_keeps_up() -> None:
    bus, draw = Bus(), Counter()
    async with open_stream(bus, draw) as phone:
        assert phone.sent == [("task", b"1")]
        bus.publish(NEWS)
        bus.publish(NEWS)
        await settle()
        assert phone.sent[1:] == [("straight", b"2")]
        assert draw.drawn[1] == NEWS.regions


@scene
async def test_a_phone_that_lags_is_waited_for_and_then_shown_the_newest_alone() -> None:
    bus, draw = Bus(), Counter()
    async with open_stream(bus, draw) as phone:
        phone.free = False
        phone.taking.clear()
        for _ in range(5):
            bus.publish(NEWS)
            await settle()
        assert len(phone.sent) == 1
        assert len(draw.drawn) == 2
        phone.taking.set()
        await settle()
        assert phone.sent[1:] == [("task", b"2"), ("task", b"3")]
        phone.free = True
        bus.publish(NEWS)
        await settle()
        assert phone.sent[3:] == [("straight", b"4")]


@scene
async def test_a_phone_that_takes_nothing_is_given_up() -> None:
    bus = Bus()
    phone = Phone(bus, Counter())
    task = asyncio.create_task(phone.serve())
    await settle()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(phones, "SEND_LIMIT", 0.01)
        phone.free = False
        phone.taking.clear()
        bus.publish(NEWS)
        await phone.aborted.wait()
        phone.taking.set()
        await asyncio.wait_for(task, 2)
    assert bus.listeners(STUDENTS) == 0


@scene
async def test_a_farewell_is_the_last_message() -> None:
    bus, last = Bus(), False

    def draw(_: Regions) -> bytes | Farewell:
        return Farewell("gone") if last else b"here"

    phone = Phone(bus, draw)
    task = asyncio.create_task(phone.serve())
    await settle()
    last = True
    bus.publish(NEWS)
    await asyncio.wait_for(task, 2)
    assert phone.sent == [("task", b"here"), ("task", b"data: gone\n\n")]
    assert bus.listeners(STUDENTS) == 0


@scene
async def test_a_page_that_cannot_be_drawn_ends_its_own_stream_and_no_other() -> None:
    bus, broken = Bus(), False

    def draw(_: Regions) -> bytes:
        if broken:
            raise ZeroDivisionError
        return b"here"

    phone = Phone(bus, draw)
    task = asyncio.create_task(phone.serve())
    await settle()
    async with open_stream(bus, Counter()) as other:
        broken = True
        bus.publish(NEWS)
        with pytest.raises(ZeroDivisionError):
            await asyncio.wait_for(task, 2)
        assert other.sent[1:] == [("straight", b"2")]
        assert bus.listeners(STUDENTS) == 1


@scene
async def test_nothing_is_left_of_a_phone_that_leaves() -> None:
    bus = Bus()
    async with open_stream(bus, Counter()) as phone:
        assert bus.listeners(STUDENTS) == 1
        phone.leave()
        await settle()
        assert bus.listeners(STUDENTS) == 0


@scene
async def test_a_silent_stream_gives_a_sign_of_life_again_and_again() -> None:
    bus, draw = Bus(), Counter()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(phones, "PING", 0.01)
        async with open_stream(bus, draw) as phone:
            await phone.heard(4)
            assert phone.sent[1:4] == [("straight", b": ping\n\n")] * 3
            phone.free = False
            await phone.heard(len(phone.sent) + 3)
            assert phone.sent[-2:] == [("task", b": ping\n\n")] * 2, "by the task, which waits where it has to"
            assert len(draw.drawn) == 1


@scene
async def test_who_asks_only_for_the_head_listens_to_nothing() -> None:
    bus, draw = Bus(), Counter()
    await Phone(bus, draw).serve("HEAD")
    assert not draw.drawn


@scene
async def test_a_class_that_is_told_does_not_hold_up_the_loop() -> None:
    """A thousand pages of a fifth of a millisecond each: whatever else there is to do comes in between."""
    bus, loop = Bus(), asyncio.get_running_loop()

    def slow(_: Regions) -> bytes:
        until = loop.time() + 0.0002
        while loop.time() < until:
            pass
        return b"here"

    everyone = [Phone(bus, slow) for _ in range(1_000)]
    tasks = [asyncio.create_task(phone.serve()) for phone in everyone]
    for phone in everyone:
        await phone.heard(1)
    bus.publish(NEWS)
    turns = 0
    while any(len(phone.sent) < 2 for phone in everyone):
        turns += 1
        await asyncio.sleep(0)
    assert turns > 10
    assert all(phone.sent[1][0] == "straight" for phone in everyone)
    for phone in everyone:
        phone.leave()
    await asyncio.gather(*tasks)
