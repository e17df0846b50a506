"""Which screens an answer makes old, and when they are told."""

import asyncio

from portal.domain.ids import Choice, Claim, Millis, QuestionNumber, Round
from portal.domain.quiz.events import AnswerAccepted
from portal.live.bus import Bus, Subscriber
from portal.views import regions
from portal.views.regions import BURST, CONSOLE, PROJECTOR, Region
from portal.web import instructor, projector
from tests.playing import START, pid

IN_TIME = 0.25  # seconds in which an update reaches the console (SPEC section 7)
CLOCK = 0.001  # by which a timer of asyncio may be early


def test_a_class_that_taps_at_once_is_drawn_once_and_in_time() -> None:
    async def scene() -> None:
        bus, screens = Bus(), [Subscriber((CONSOLE,)), Subscriber((PROJECTOR,))]
        for screen in screens:
            bus.subscribe(screen)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        for number in range(100):
            answer = AnswerAccepted(
                START,
                pid(f"s{number}"),
                Claim("claim"),
                QuestionNumber(0),
                Round(1),
                Choice("A"),
                Millis(number),
                "RECEIPT",
            )
            for stale in regions.stale_after(answer):
                bus.publish(stale)
        assert [screen.take() for screen in screens] == [frozenset(), frozenset()], "not in the midst of it"
        told = [await screen.changed() for screen in screens]
        assert all({Region.ANSWERED, Region.TALLY} <= each for each in told)
        assert loop.time() - begun >= BURST - CLOCK
        await asyncio.sleep(2 * BURST)
        assert [screen.take() for screen in screens] == [frozenset(), frozenset()], "once"

    asyncio.run(scene())


def test_the_wait_and_the_pace_of_a_screen_are_short_enough_together() -> None:
    assert BURST + max(instructor.PACE, projector.PACE) <= IN_TIME
