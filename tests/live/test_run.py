"""The one door into a run, on a real file: decided at once, shown when it is on disk, forgotten when it is not."""

import asyncio
from pathlib import Path

import pytest

from portal.domain.ids import Choice, Letter, Millis, ParticipantId, QuestionNumber, Round, Sequence
from portal.domain.quiz import commands as c
from portal.domain.quiz import events as e
from portal.domain.quiz.state import Phase
from portal.domain.receipt import Sealed, receipt
from portal.domain.rejection import Reason
from portal.live.bus import Subscriber
from portal.views import regions
from tests.halls import IMPATIENT, Anew, Hall, ahead, hall, held_by_another, until_taken
from tests.playing import joining, pid

FIRST = QuestionNumber(0)
FILE = "portal.db"


def answering(place: Hall, who: str, choice: str) -> c.SubmitAnswer:
    claim = ahead(place.run).participants[pid(who)].claim
    assert claim is not None
    return c.SubmitAnswer(pid(who), claim, FIRST, None, Choice(choice), place.clock.now())


async def open_question(place: Hall, *ids: str) -> None:
    await place.do(*(joining(each) for each in ids))
    await place.next()


def chosen(place: Hall, who: str) -> str | None:
    answer = place.state.participants[pid(who)].answers.get(FIRST)
    return answer.choice if answer else None


async def decided() -> None:
    """Lets what was just asked for be decided, and no more."""
    await asyncio.sleep(0)


def test_what_is_decided_is_shown_only_when_it_is_on_disk(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path) as place:
            await open_question(place, "ada")
            screen = Subscriber((regions.CONSOLE,))
            place.bus.subscribe(screen)
            with held_by_another(tmp_path / FILE):
                tap = asyncio.create_task(place.outcome(answering(place, "ada", "B")))
                await decided()
                assert ahead(place.run).participants[pid("ada")].answers, "decided"
                assert chosen(place, "ada") is None, "and not shown"
                assert screen.take() == frozenset(), "nor is any screen told"
            assert await tap == "ok"
            assert (chosen(place, "ada"), place.rows()[-1][3]) == ("B", "AnswerAccepted")
            assert regions.Region.TALLY in screen.take()

    asyncio.run(scene())


def test_a_double_tap_on_next_is_one_step(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path) as place:
            taps = [c.Next(place.state.turn)] * 20
            assert await place.together(*taps) == ["ok"] + [Reason.STALE_CONTROL] * 19
            assert place.state.current == 0

    asyncio.run(scene())


def test_of_two_hundred_answers_in_the_same_instant_the_first_is_stored_and_all_are_told_so(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path) as place:
            await place.do(joining("ada"))
            for number in range(3):
                await place.next()
                assert place.state.current == number
                claim = place.state.participants[pid("ada")].claim
                assert claim is not None
                taps = [
                    c.SubmitAnswer(
                        pid("ada"), claim, QuestionNumber(number), None, Choice("ABCD"[tap % 4]), place.clock.now()
                    )
                    for tap in range(number, number + 200)
                ]
                assert await place.together(*taps) == ["ok"] * 200
                stored = [row for row in place.rows() if row[3] == "AnswerAccepted"]
                assert len(stored) == number + 1
                answer = place.state.participants[pid("ada")].answers[QuestionNumber(number)]
                assert answer.choice == "ABCD"[number]

    asyncio.run(scene())


def test_of_many_claims_of_one_id_in_the_same_instant_the_first_wins(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path) as place:
            joins = [joining("ada", claim=f"device-{number}") for number in range(20)]
            assert await place.together(*joins) == ["ok"] + [Reason.ID_TAKEN] * 19
            assert place.state.participants[pid("ada")].claim == "device-0"
            assert len(place.state.participants[pid("ada")].refused) == 19

    asyncio.run(scene())


def test_answers_before_the_close_are_in_even_while_they_are_being_written(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path) as place:
            await open_question(place, "ada", "bea")
            with held_by_another(tmp_path / FILE):
                in_time = asyncio.create_task(place.outcome(answering(place, "ada", "B")))
                await decided()
                close = asyncio.create_task(place.outcome(c.Close(place.state.turn)))
                await decided()
                late = asyncio.create_task(place.outcome(answering(place, "bea", "B")))
                await decided()
            assert [await each for each in (in_time, close, late)] == ["ok", "ok", Reason.NOT_OPEN]
            assert list(place.run.board.marks[FIRST]) == ["ada"]

    asyncio.run(scene())


def test_a_failed_commit_keeps_nothing_and_the_next_try_works(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path, lock_wait=IMPATIENT) as place:
            await open_question(place, "ada")
            before = place.rows()
            with held_by_another(tmp_path / FILE):
                assert await place.outcome(answering(place, "ada", "C")) == "not saved"
            assert place.run.ahead == place.state
            assert (chosen(place, "ada"), place.rows()) == (None, before)
            assert await place.outcome(answering(place, "ada", "B")) == "ok"
            assert chosen(place, "ada") == "B"
            assert place.replayed() == place.state

    asyncio.run(scene())


def test_what_rests_on_a_failed_commit_is_refused_with_it(tmp_path: Path) -> None:
    """The writer already holds Bea's join when she answers, and Ada too."""

    async def scene() -> None:
        async with hall(tmp_path, lock_wait=1) as place:
            await open_question(place, "ada")
            with held_by_another(tmp_path / FILE):
                join = asyncio.create_task(place.outcome(joining("bea")))
                await decided()
                await until_taken(place.log)
                rest = [asyncio.create_task(place.outcome(answering(place, who, "B"))) for who in ("bea", "ada")]
                assert [await each for each in (join, *rest)] == ["not saved"] * 3
            assert list(place.state.participants) == ["ada"]
            assert place.run.ahead == place.state
            await place.do(joining("bea"), answering(place, "ada", "B"))
            await place.do(answering(place, "bea", "B"))
            assert [row[0] for row in place.rows()] == list(range(1, 7))

    asyncio.run(scene())


def test_a_retry_rests_on_the_first_ones_commit(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path) as place:
            await open_question(place, "ada")
            tap = answering(place, "ada", "B")
            with held_by_another(tmp_path / FILE):
                first, retry = (asyncio.create_task(place.outcome(tap)) for _ in range(2))
                done, _ = await asyncio.wait([first, retry], timeout=0.05)
                assert not done, "neither is told before the disk has it"
            assert (await first, await retry) == ("ok", "ok")
            with held_by_another(tmp_path / FILE):
                assert await place.outcome(tap) == "ok", "it is on disk: nothing needs to be written"

    asyncio.run(scene())


def test_a_retry_is_not_told_that_what_failed_was_saved(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path, lock_wait=IMPATIENT) as place:
            await open_question(place, "ada")
            tap = answering(place, "ada", "B")
            with held_by_another(tmp_path / FILE):
                assert await place.together(tap, tap) == ["not saved"] * 2

    asyncio.run(scene())


def test_a_refusal_whose_evidence_cannot_be_written_says_so(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path, lock_wait=IMPATIENT) as place:
            await place.do(joining("ada"))
            thief = joining("ada", name="Eve", claim="thief")
            with held_by_another(tmp_path / FILE):
                assert await place.outcome(thief) == "not saved"
            assert await place.outcome(thief) is Reason.ID_TAKEN
            assert len(place.state.participants[pid("ada")].refused) == 1

    asyncio.run(scene())


def test_who_hangs_up_after_the_tap_has_answered_all_the_same(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path) as place:
            await open_question(place, "ada")
            tap = asyncio.create_task(place.outcome(answering(place, "ada", "B")))
            await decided()
            tap.cancel()
            with pytest.raises(asyncio.CancelledError):
                await tap
            await place.next()
            assert chosen(place, "ada") == "B"

    asyncio.run(scene())


def test_an_event_that_cannot_be_written_leaves_no_mark(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path) as place:
            with pytest.raises(ValueError, match="surrogate"):
                await place.do(joining("ada", name="\ud800"))
            assert place.run.ahead == place.state
            await place.do(joining("ada"))
            assert place.replayed() == place.state

    asyncio.run(scene())


def test_receipts_and_their_sequence_have_no_holes_whatever_failed(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path, lock_wait=IMPATIENT) as place:
            ids = [f"s{number}" for number in range(20)]
            await open_question(place, *ids)
            for number, who in enumerate(ids):
                if number % 7 == 3:
                    with held_by_another(tmp_path / FILE):
                        assert await place.outcome(answering(place, who, "A")) == "not saved"
                await place.do(answering(place, who, "B"))
            rows = place.rows()
            assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
            for stored in place.log.replay():
                if isinstance(event := stored.event, e.AnswerAccepted):
                    sealed = Sealed(stored.run, event.participant, FIRST, Round(1), Choice("B"), stored.sequence)
                    assert event.receipt == receipt(b"seal", sealed)
            assert place.state.tallies[FIRST] == {Letter("B"): 20}

    asyncio.run(scene())


def test_a_board_is_computed_once_for_each_change_of_points(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path) as place:
            await open_question(place, "ada")
            board = place.run.board
            await place.do(answering(place, "ada", "B"))
            assert place.run.board is board, "an open question counts for nobody"
            await place.do(c.Close(place.state.turn))
            assert place.run.board is not board
            assert place.run.board.by_participant[ParticipantId("ada")].total == 100

    asyncio.run(scene())


def test_reset_keeps_the_old_run_under_its_own_number(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path) as place:
            await open_question(place, "ada")
            await place.do(answering(place, "ada", "B"))
            await place.reset()
            assert (place.state.run, place.state.phase, place.state.participants) == (2, Phase.LOBBY, {})
            await place.do(joining("ada"))
            runs = [(row[1], row[3]) for row in place.rows()]
            assert runs[-5:] == [
                (1, "AnswerAccepted"),
                (1, "QuestionClosed"),
                (1, "RunArchived"),
                (2, "RunStarted"),
                (2, "Joined"),
            ]
            assert place.log.latest()[:2] == (2, Sequence(len(runs)))

    asyncio.run(scene())


def test_two_taps_on_reset_in_the_same_instant_begin_one_run(tmp_path: Path) -> None:
    async def scene() -> None:
        async with hall(tmp_path) as place:
            tap = Anew(place.state.run, place.state.turn, place.state.quiz, "start")
            assert tap.turn == 0, "or the turn alone would refuse the second one"
            assert await place.together(tap, tap) == ["ok", Reason.STALE_CONTROL]
            assert place.state.run == 2

    asyncio.run(scene())


def test_a_slow_disk_costs_a_tap_no_time(tmp_path: Path) -> None:
    """The elapsed time is that of the arrival, however long the disk takes."""

    async def scene() -> None:
        async with hall(tmp_path) as place:
            await open_question(place, "ada")
            place.clock.wait(1_000)
            with held_by_another(tmp_path / FILE):
                tap = asyncio.create_task(place.outcome(answering(place, "ada", "B")))
                await decided()
                place.clock.wait(5_000)
            assert await tap == "ok"
            assert place.state.participants[pid("ada")].answers[FIRST].elapsed == Millis(1_000)

    asyncio.run(scene())
