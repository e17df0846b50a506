"""The bell: on time, after a restart too, and never on top of the instructor's hand."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

from portal.domain.ids import Choice, Millis, QuestionNumber
from portal.domain.quiz import commands as c
from portal.domain.quiz import events as e
from portal.domain.quiz.rules import Terms
from portal.domain.quiz.state import Phase
from portal.live.bus import Bus, Subscriber
from portal.live.clock import AnchoredClock
from portal.live.run import LiveRun, StartPool, resume
from portal.live.timer import DRAIN, Timer
from portal.store.log import EventLog
from portal.views.regions import STUDENTS
from tests.halls import IMPATIENT, TERMS, Hall, HeldClock, hall, held_by_another
from tests.playing import joining, question, quiz

UP = 30_000 + TERMS.grace + DRAIN


@asynccontextmanager
async def ringing(run: LiveRun, log: EventLog, terms: Terms = TERMS) -> AsyncIterator[None]:
    watch = asyncio.create_task(Timer(run, log, terms).watch())
    try:
        yield
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def told(phone: Subscriber) -> None:
    """Waits until a phone's stage is stale; fails when that takes more than five seconds."""
    async with asyncio.timeout(5):
        await phone.changed()


def is_open(place: Hall) -> bool:
    return place.state.phase is Phase.OPEN


def listening(place: Hall) -> Subscriber:
    phone = Subscriber((STUDENTS,))
    place.bus.subscribe(phone)
    return phone


def test_the_bell_rings_when_the_time_and_the_grace_are_over_and_not_before(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path) as place, ringing(place.run, place.log):
            await place.next()
            phone = listening(place)
            place.clock.wait(UP - 1)
            await asyncio.sleep(0.1)
            assert is_open(place)
            place.clock.wait(1)
            await told(phone)
            assert not is_open(place)
            assert place.state.opening is not None
            assert place.state.opening.closed_by is e.Closing.BELL

    asyncio.run(scene())


def test_on_a_real_clock_it_is_never_early_and_hardly_late(tmp_path: Path) -> None:
    async def scene() -> None:
        terms, clock, bus, log = Terms(Millis(100)), AnchoredClock(Millis(0)), Bus(), EventLog(tmp_path / "portal.db")
        short = quiz(replace(question(), time_limit=Millis(300)))
        log.start()
        run = await resume(log, bus, clock, terms, StartPool(short, "start"))
        async with ringing(run, log, terms):
            await run.execute(c.Next(run.shown.turn))
            phone = Subscriber((STUDENTS,))
            bus.subscribe(phone)
            await told(phone)
        closed = [stored.event.at for stored in log.replay() if isinstance(stored.event, e.QuestionClosed)]
        assert run.shown.opening is not None
        assert 0 <= closed[0] - run.shown.opening.deadline - terms.grace - DRAIN < 1_000
        log.close()

    asyncio.run(scene())


def test_extra_time_moves_the_bell(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path) as place, ringing(place.run, place.log):
            await place.next()
            await place.do(c.Extend(place.state.turn, Millis(15_000)))
            phone = listening(place)
            place.clock.wait(UP + 14_999)
            await asyncio.sleep(0.1)
            assert is_open(place)
            place.clock.wait(1)
            await told(phone)
            assert not is_open(place)

    asyncio.run(scene())


def test_after_a_restart_the_bell_rings_when_the_rest_of_the_time_is_over(tmp_path: Path) -> None:
    async def scene() -> None:
        clock = HeldClock()
        async with hall(tmp_path, clock) as before:
            await before.next()
            clock.wait(10_000)
            await before.log.beat(clock.now())
        clock.wait(3_600_000)
        async with hall(tmp_path, clock) as after, ringing(after.run, after.log):
            phone = listening(after)
            clock.wait(UP - 10_000 - 1)
            await asyncio.sleep(0.1)
            assert is_open(after)
            clock.wait(1)
            await told(phone)
            assert not is_open(after)

    asyncio.run(scene())


def test_a_bell_and_a_hand_in_the_same_instant_close_once(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path) as place:
            await place.next()
            turn = place.state.turn
            assert await place.together(c.Close(turn), c.RingBell(turn), c.RingBell(turn)) == ["ok"] * 3
            assert [row[3] for row in place.rows()].count("QuestionClosed") == 1
            assert place.state.opening is not None
            assert place.state.opening.closed_by is e.Closing.HAND

    asyncio.run(scene())


def test_taps_in_the_instant_of_the_bell_are_in_or_told_that_the_time_is_up(tmp_path: Path) -> None:
    """Those that arrived by the end of the grace are in, those a millisecond later are not; each is told so."""

    async def scene() -> None:
        async with hall(tmp_path) as place:
            ids = [f"s{number}" for number in range(200)]
            await place.do(*(joining(each) for each in ids))
            await place.next()
            opened = place.clock.now()
            taps = [
                c.SubmitAnswer(
                    joining(who).participant,
                    joining(who).claim,
                    QuestionNumber(0),
                    None,
                    Choice("B"),
                    Millis(opened + 30_000 + 400 + number),
                )
                for number, who in enumerate(ids)
            ]
            place.clock.wait(UP)
            said = await place.together(*taps[:150], c.RingBell(place.state.turn), *taps[150:])
            assert [str(each) for each in said[:101]] == ["ok"] * 101
            assert {str(each) for each in said[101:150] + said[151:]} == {"Reason.TIME_EXPIRED"}
            assert place.state.answered[QuestionNumber(0)] == 101

    asyncio.run(scene())


def test_a_bell_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path, lock_wait=IMPATIENT) as place:
            await place.next()
            phone = listening(place)
            place.clock.wait(UP)
            with held_by_another(place.path):
                watch = asyncio.create_task(Timer(place.run, place.log, TERMS).watch())
                async with asyncio.timeout(5):
                    while place.log.failing is None:  # noqa: ASYNC110 (the log tells nobody else)
                        await asyncio.sleep(0.01)
                assert is_open(place)
            await told(phone)
            assert not is_open(place)
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch

    asyncio.run(scene())


def test_while_a_question_is_open_the_file_notes_that_the_program_lives(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path) as place, ringing(place.run, place.log):
            await place.next()
            place.clock.wait(5_000)
            began = time.monotonic()
            while place.log.latest()[2] != place.clock.now():
                await asyncio.sleep(0.01)
                assert time.monotonic() - began < 5
            assert place.log.latest()[1] == 2, "and it is no event"

    asyncio.run(scene())
