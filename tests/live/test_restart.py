"""What a restart finds: the run as it was, and the open question with the time that was left."""

import asyncio
from pathlib import Path

from portal.domain.ids import Choice, Millis, QuestionNumber
from portal.domain.question import Quiz
from portal.domain.quiz import commands as c
from portal.domain.quiz.state import Phase
from portal.domain.rejection import Reason
from portal.live.run import CONSOLE_SOURCE
from tests.halls import HeldClock, ahead, as_a_crash_leaves_it, hall, held_by_another, opened, replayed
from tests.playing import joining, pid, question, quiz

HOUR = 3_600_000
FIRST = QuestionNumber(0)


def tap(who: str, choice: str, clock: HeldClock) -> c.SubmitAnswer:
    joined = joining(who)
    return c.SubmitAnswer(joined.participant, joined.claim, FIRST, None, Choice(choice), clock.now())


def test_everybody_is_back_where_they_were(tmp_path: Path) -> None:
    async def scene() -> None:
        clock = HeldClock()
        async with hall(tmp_path, clock) as before:
            await before.do(joining("ada"), joining("bea"))
            await before.next()
            await before.do(tap("ada", "B", clock), c.Close(before.state.turn))
            await before.outcome(joining("ada", name="Eve", claim="thief"))
        async with hall(tmp_path, clock) as after:
            assert after.state == before.state
            assert after.state.claims == {"claim-ada": "ada", "claim-bea": "bea"}
            assert after.run.board.by_participant[pid("ada")].total == 100

    asyncio.run(scene())


def test_what_the_first_pages_need_is_made_ready_before_an_open_question_goes_on(tmp_path: Path) -> None:
    async def scene() -> None:
        clock, prepared = HeldClock(), []

        def prepare() -> None:
            prepared.append(clock.now())
            clock.wait(3_000)

        async with hall(tmp_path, clock, prepare=prepare) as before:
            await before.do(joining("ada"))
        async with hall(tmp_path, clock, prepare=prepare) as again:
            assert prepared == [], "nobody waits for a lobby"
            await again.next()
            await again.log.beat(clock.now())
        async with hall(tmp_path, clock, prepare=prepare) as after:
            assert len(prepared) == 1
            assert after.state.opening is not None
            assert after.state.opening.deadline - clock.now() == 30_000

    asyncio.run(scene())


def test_the_open_question_goes_on_with_the_time_that_was_left_at_the_last_beat(tmp_path: Path) -> None:
    async def scene() -> None:
        clock = HeldClock()
        async with hall(tmp_path, clock) as before:
            await before.do(joining("ada"))
            await before.next()
            clock.wait(10_000)
            await before.log.beat(clock.now())
            clock.wait(399)  # it died between two beats
        clock.wait(HOUR)
        async with hall(tmp_path, clock) as after:
            assert after.state.opening is not None
            assert after.state.opening.deadline - clock.now() == 20_000
            clock.wait(1_000)
            await after.do(tap("ada", "B", clock))
            assert after.state.participants[pid("ada")].answers[FIRST].elapsed == 11_000
            clock.wait(19_500)
            assert await after.outcome(tap("ada", "B", clock)) == "ok"

    asyncio.run(scene())


def test_without_any_beat_the_latest_event_is_the_last_sign_of_life(tmp_path: Path) -> None:
    async def scene() -> None:
        clock = HeldClock()
        async with hall(tmp_path, clock) as before:
            await before.next()
            clock.wait(7_000)
            await before.do(joining("ada"))
        clock.wait(HOUR)
        async with hall(tmp_path, clock) as after:
            assert after.state.opening is not None
            assert after.state.opening.deadline - clock.now() == 23_000

    asyncio.run(scene())


def test_a_crash_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    async def scene() -> None:
        clock = HeldClock()
        async with hall(tmp_path, clock) as before:
            await before.do(*(joining(f"s{number}") for number in range(50)))
            await before.next()
            saved = await before.together(*(tap(f"s{number}", "B", clock) for number in range(50)))
            assert saved == ["ok"] * 50
            left = as_a_crash_leaves_it(before.path, tmp_path / "left.db")
        after = await opened(left, clock)
        assert after.state.tallies[FIRST] == {"B": 50}
        await after.close()

    asyncio.run(scene())


def test_a_crash_before_the_commit_leaves_nothing_of_the_answer(tmp_path: Path) -> None:
    async def scene() -> None:
        clock = HeldClock()
        async with hall(tmp_path, clock) as before:
            await before.do(joining("ada"))
            await before.next()
            with held_by_another(before.path):
                unsaved = asyncio.create_task(before.outcome(tap("ada", "B", clock)))
                await asyncio.sleep(0)
                assert ahead(before.run).participants[pid("ada")].answers
                left = as_a_crash_leaves_it(before.path, tmp_path / "left.db")
            await unsaved
        after = await opened(left, clock)
        assert after.state.participants[pid("ada")].answers == {}
        await after.do(tap("ada", "C", clock))
        assert after.state.tallies[FIRST] == {"C": 1}
        await after.close()

    asyncio.run(scene())


def test_after_a_reset_a_restart_finds_the_new_run_and_the_archive_holds_the_old_one(tmp_path: Path) -> None:
    async def scene() -> None:
        clock = HeldClock()
        async with hall(tmp_path, clock) as before:
            await before.do(joining("ada"))
            await before.next()
            await before.do(tap("ada", "B", clock))
            await before.reset()
            await before.do(joining("bea"))
        async with hall(tmp_path, clock) as after:
            assert after.state == before.state
            assert list(after.state.participants) == ["bea"]
            old = replayed(after.log, 1)
            assert (old.archived, old.phase, list(old.participants)) == (True, Phase.CLOSED, ["ada"])

    asyncio.run(scene())


def test_in_the_lobby_a_restart_picks_up_the_edited_pool(tmp_path: Path) -> None:
    async def scene() -> None:
        edited = quiz(question("A"))
        async with hall(tmp_path) as before:
            await before.do(joining("ada"))
        async with hall(tmp_path, pool=edited) as after:
            assert (after.state.quiz, list(after.state.participants)) == (edited, ["ada"])

    asyncio.run(scene())


def test_once_a_question_was_opened_the_run_keeps_the_pool_that_it_began_with(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path) as before:
            await before.next()
        async with hall(tmp_path, pool=quiz(question("A"))) as after:
            assert after.state.quiz == quiz()

    asyncio.run(scene())


def test_a_pool_that_the_instructor_chose_outlives_a_restart(tmp_path: Path) -> None:
    async def scene() -> None:
        pasted: Quiz = quiz(question("A"), question("D"))
        async with hall(tmp_path) as before:
            await before.do(c.ChoosePool(pasted, CONSOLE_SOURCE))
        async with hall(tmp_path) as after:
            assert after.state.quiz == pasted

    asyncio.run(scene())


def test_a_cookie_of_another_run_is_nobodys(tmp_path: Path) -> None:
    async def scene() -> None:
        clock = HeldClock()
        async with hall(tmp_path, clock) as place:
            await place.do(joining("ada"))
            await place.reset()
            await place.next()
            assert await place.outcome(tap("ada", "B", clock)) is Reason.NO_IDENTITY

    asyncio.run(scene())


def test_a_clock_that_was_set_back_gives_nobody_more_time(tmp_path: Path) -> None:
    """The program's clock begins at the file's last sign of life at the earliest; this is what it hands over."""

    async def scene() -> None:
        clock = HeldClock()
        async with hall(tmp_path, clock) as before:
            await before.next()
            clock.wait(10_000)
            await before.log.beat(clock.now())
        async with hall(tmp_path, HeldClock(clock.now())) as after:
            assert after.state.opening is not None
            assert after.state.opening.deadline - after.clock.now() == Millis(20_000)

    asyncio.run(scene())
