"""The bus: what is kept for a slow screen never grows, and a storm is one message."""

import asyncio
from collections import Counter

import pytest

from portal.live.bus import SLICE, Bus, Regions, Subscriber
from portal.views.regions import CONSOLE, PROJECTOR, STUDENTS, Region, Stale, Topic, student
from tests.playing import pid

STAGE = frozenset({Region.STAGE})
TALLY = frozenset({Region.TALLY})


def listening(bus: Bus, *topics: Topic) -> Subscriber:
    subscriber = Subscriber(topics)
    bus.subscribe(subscriber)
    return subscriber


def test_a_screen_hears_of_its_own_topics_only() -> None:
    bus = Bus()
    console, projector = listening(bus, CONSOLE), listening(bus, PROJECTOR)
    bus.publish(Stale(CONSOLE, STAGE))
    assert (console.take(), projector.take()) == (STAGE, frozenset())


def test_however_much_happens_a_slow_screen_holds_each_region_once() -> None:
    bus = Bus()
    console = listening(bus, CONSOLE)
    for _ in range(10_000):
        bus.publish(Stale(CONSOLE, TALLY))
        bus.publish(Stale(CONSOLE, STAGE))
    assert len(console._stale) == 2  # noqa: SLF001 (what is kept is the point)
    assert console.take() == STAGE | TALLY
    assert console.take() == frozenset()


def test_what_happens_while_a_screen_is_drawn_is_marked_anew() -> None:
    async def scene() -> None:
        bus = Bus()
        console = listening(bus, CONSOLE)
        bus.publish(Stale(CONSOLE, STAGE))
        assert await console.changed() == STAGE
        waiting = asyncio.create_task(console.changed())
        await asyncio.sleep(0)
        assert not waiting.done()
        bus.publish(Stale(CONSOLE, TALLY))
        assert await waiting == TALLY

    asyncio.run(scene())


class Counting(Subscriber):
    """Counts how often it is woken."""

    marks = 0

    def mark(self, regions: Regions) -> None:
        self.marks += 1
        super().mark(regions)


def test_a_storm_that_may_wait_is_one_mark() -> None:
    async def scene() -> None:
        bus, phone = Bus(), Counting((STUDENTS,))
        bus.subscribe(phone)
        for storm in (1, 2):
            for _ in range(500):
                bus.publish(Stale(STUDENTS, STAGE, after=0.01))
            assert phone.take() == frozenset()
            async with asyncio.timeout(5):
                assert await phone.changed() == STAGE
            assert phone.marks == storm

    asyncio.run(scene())


def test_who_asked_has_the_news_from_the_reply_and_their_second_tab_is_told() -> None:
    bus, own = Bus(), student(pid("ada"))
    first = listening(bus, STUDENTS, own)
    bus.publish(Stale(own, STAGE, alone=False))
    assert first.take() == frozenset()
    second = listening(bus, STUDENTS, own)
    bus.publish(Stale(own, STAGE, alone=False))
    assert (first.take(), second.take()) == (STAGE, STAGE)


def test_nothing_is_left_of_those_who_have_gone() -> None:
    bus = Bus()
    for number in range(1_000):
        topic = student(pid(f"s{number}"))
        subscriber = listening(bus, STUDENTS, topic)
        assert (bus.listeners(STUDENTS), bus.listeners(topic)) == (1, 1)
        bus.unsubscribe(subscriber)
        bus.publish(Stale(topic, STAGE))
    assert not bus._subscribers  # noqa: SLF001 (what is kept is the point)
    assert bus.listeners(STUDENTS) == 0


def test_one_screen_that_cannot_be_reached_keeps_nobody_else_waiting() -> None:
    async def scene() -> None:
        bus, told = Bus(), list[str]()
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(str(context["exception"])))

        def torn() -> bool:
            raise OSError("torn")

        def whole() -> bool:
            told.append("whole")
            return True

        phones = [listening(bus, STUDENTS) for _ in range(5)]
        for turn in (1, 2):
            for phone in phones:
                phone.take()
                phone.straight = torn
            phones[0].straight = whole
            bus.publish(Stale(STUDENTS, STAGE))
            await asyncio.sleep(0.01)
            assert Counter(told) == {"torn": 4 * turn, "whole": turn}

    asyncio.run(scene())


def a_class_and_a_console(
    bus: Bus, told: list[str], monkeypatch: pytest.MonkeyPatch, *, takes: float
) -> "asyncio.Task[None]":
    """Fifty phones, each of which takes so many seconds to be told, and a console that waits for what is new.

    The seconds pass on the clock of the loop alone.
    """
    console, loop, passed = listening(bus, CONSOLE), asyncio.get_running_loop(), list[float]()
    real = loop.time
    monkeypatch.setattr(loop, "time", lambda: real() + sum(passed))

    def phone() -> bool:
        told.append("phone")
        passed.append(takes)
        return True

    async def screen() -> None:
        await console.changed()
        told.append("console")

    for _ in range(50):
        listening(bus, STUDENTS).straight = phone
    return asyncio.create_task(screen())


def test_the_phones_are_told_before_a_screen_and_the_reply_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.live.bus.HEAD_START", 60)  # however slow this machine is

    async def scene() -> None:
        bus, told = Bus(), list[str]()
        drawing = a_class_and_a_console(
            bus, told, monkeypatch, takes=SLICE / 5
        )  # so that one turn of the loop is not enough
        await asyncio.sleep(0)
        bus.publish(Stale(STUDENTS, STAGE))
        bus.publish(Stale(CONSOLE, STAGE))
        await bus.caught_up()
        assert told[:50] == ["phone"] * 50
        await drawing
        await bus.caught_up()  # nothing is due: it does not wait

    asyncio.run(scene())


def test_a_class_that_takes_long_keeps_neither_screen_nor_reply_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.live.bus.HEAD_START", SLICE)

    async def scene() -> None:
        bus, told = Bus(), list[str]()
        drawing = a_class_and_a_console(bus, told, monkeypatch, takes=SLICE)  # fifty times the head start
        await asyncio.sleep(0)
        bus.publish(Stale(STUDENTS, STAGE))
        bus.publish(Stale(CONSOLE, STAGE))
        await bus.caught_up()
        assert told.count("phone") < 50
        await drawing
        assert told.count("phone") < 50
        assert told[0] == "phone"

    asyncio.run(scene())


def test_when_the_program_goes_down_every_stream_ends_and_none_begins() -> None:
    async def scene() -> None:
        bus = Bus()
        early = listening(bus, CONSOLE)
        waiting = asyncio.create_task(early.changed())
        await asyncio.sleep(0)
        bus.close()
        assert await waiting == frozenset()
        assert early.closed
        assert listening(bus, CONSOLE).closed

    asyncio.run(scene())
