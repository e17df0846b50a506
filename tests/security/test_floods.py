"""Many at once: streams of one student, made-up students by the thousand, and the one tap that sends them away."""

import asyncio
import time
from pathlib import Path

import pytest

from portal.domain.ids import Millis, QuestionNumber
from portal.domain.quiz import commands as c
from portal.domain.quiz.events import AnswerAccepted
from portal.domain.rejection import Reason
from portal.live import presence
from tests.asgi import Client, HeldClock, running, settle
from tests.playing import Room, pid
from tests.security.asking import joined, sign_in
from tests.serving import Console, pool_text, serving, stage_of, student
from tests.web.test_streams import Listener

BOTS = 2_000
FIRST = QuestionNumber(0)
UNDO = "/admin/participants/undo-joins"


def test_one_page_too_many_sends_the_student_s_oldest_away_and_nobody_else_s(tmp_path: Path) -> None:
    with serving(tmp_path, streams_each=3) as url:
        ada, ben = student(url, "ada"), student(url, "ben")
        other = Listener(ben)
        other.wait_for(1)
        tabs = []
        for _ in range(5):
            tabs.append(Listener(ada))
            tabs[-1].wait_for(1)
        assert tabs[0].ended.wait(2)
        assert tabs[1].ended.wait(2)
        Console(url).command("next")
        for tab in (*tabs[2:], other):
            tab.wait_for_state("question_open")
            assert not tab.ended.is_set()


def test_a_flood_of_joins_keeps_no_seated_student_from_saving_and_one_tap_undoes_it(tmp_path: Path) -> None:
    async def lecture() -> None:
        clock = HeldClock()
        async with running(tmp_path, pool_text(), clock) as app:
            console = await sign_in(app)
            seated = [await joined(app, f"seated-{number}") for number in range(20)]
            await console.tap("/admin/next", turn=0)
            console.listen("/admin/stream?page=people")
            clock.wait(15_000)
            state, slowest = app.state.portal.run, 0.0
            for first in range(0, BOTS, 100):
                bots = [Client(app, f"bot-{first + number}") for number in range(100)]
                taps = [bot.tap("/join", student_id=bot.name, name=bot.name) for bot in bots]
                began = time.monotonic()
                *_, saved = await asyncio.gather(*taps, seated[first // 100].tap("/answer", question=0, answer="B"))
                slowest = max(slowest, time.monotonic() - began)
                assert saved.status == 200
                assert stage_of(saved.text)["answer"] == "B"
            assert slowest < 5, "a hundred joins and an answer in the same instant"
            last = bots[-1]
            assert (await last.tap("/answer", question=0, answer="D")).status == 200
            assert len(state.shown.participants) == BOTS + 20
            assert state.shown.answered[0] == 21

            clock.wait(1_000)
            began = time.monotonic()
            assert (await console.tap(f"{UNDO}?page=people", seconds=10)).status == 200
            assert time.monotonic() - began < 10
            assert sorted(state.shown.participants) == sorted(phone.name for phone in seated)
            assert state.shown.answered[0] == 20, "what the bots answered is not counted"
            for phone in seated:
                assert stage_of((await phone.get("/")).text)["answer"] == "B"
            assert (await last.tap("/answer", question=0, answer="A")).status == 401
            assert (await console.get("/admin/people")).status == 200

            evidence = [event for _, event in _events(app) if isinstance(event, AnswerAccepted)]
            assert [event.participant for event in evidence if "bot" in event.participant] == [last.name]
            assert (await console.tap(f"/admin/participants/{last.name}/restore")).status == 200
            assert stage_of((await last.get("/")).text)["answer"] == "D", "brought back with the answer"
            await settle()
            await console.leave()

    asyncio.run(lecture())


def test_strangers_with_projectors_by_the_hundred_take_no_memory_and_nobody_else_s_stream(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "MOST_SCREENS", 5)

    async def lecture() -> None:
        async with running(tmp_path, pool_text()) as app:
            console, ada = await sign_in(app), await joined(app, "ada")
            strangers = [Client(app) for _ in range(8)]
            for stranger in strangers:
                stranger.listen("/projector/stream")
                await settle()
            assert app.state.portal.presence.screens == 5
            told = [b"".join(stranger.transcript) for stranger in strangers]
            assert sum(b"Too many screens" in each for each in told) == 3
            assert (await strangers[-1].get("/projector/state?v=0")).status == 200, "the page asks instead"
            ada.listen("/stream")
            console.listen("/admin/stream")
            await settle()
            assert b"hx-partial" in ada.transcript[-1]
            assert b"hx-partial" in console.transcript[-1]
            for client in (*strangers, ada, console):
                await client.leave()
            await settle()
            assert app.state.portal.presence.has_room_for_a_screen

    asyncio.run(lecture())


def _events(app: object) -> list[tuple[object, object]]:
    log = app.state.portal.log  # type: ignore[attr-defined]  # what create_app puts there
    return [(stored.sequence, stored.event) for stored in log.replay()]


def test_undoing_joins_clears_who_joined_since_then_and_keeps_what_they_answered_as_evidence() -> None:
    room = Room().join("early").wait(60_000).next().join("late", "later")
    room.answer("early", "A", after=1_000).answer("late", "B")
    room.do(c.UndoJoins(Millis(5_000)))
    assert list(room.state.participants) == [pid("early")]
    assert room.state.answered[FIRST] == 1
    kept = {each.participant.id: dict(each.participant.answers) for each in room.state.released}
    assert kept[pid("late")][FIRST].choice == "B"
    assert kept[pid("later")] == {}
    assert room.refuses(room.answering("late", "C")) is Reason.NO_IDENTITY
    room.do(c.UndoRelease(pid("late")))
    assert room.state.answered[FIRST] == 2, "each can be brought back"
    assert room.replayed() == room.state


def test_a_student_who_took_an_id_over_lately_is_no_new_one() -> None:
    room = Room().join("ada").wait(60_000)
    room.do(c.HandOver(pid("ada"))).join("ada")
    room.do(c.UndoJoins(Millis(5_000)))
    assert pid("ada") in room.state.participants


def test_undoing_joins_twice_or_in_a_quiet_room_does_nothing() -> None:
    room = Room().join("ada").wait(60_000).join("bot")
    room.do(c.UndoJoins(Millis(5_000)))
    before = len(room.history)
    room.do(c.UndoJoins(Millis(5_000)))
    assert len(room.history) == before


@pytest.mark.parametrize("within", [0, 999, 3_600_001])
def test_joins_are_undone_from_a_second_to_an_hour_back(within: int) -> None:
    assert Room().join("ada").refuses(c.UndoJoins(Millis(within))) is Reason.BAD_SPAN


def test_of_many_attempts_on_one_id_the_console_tells_the_latest(tmp_path: Path) -> None:
    async def lecture() -> None:
        async with running(tmp_path, pool_text()) as app:
            console, _ = await sign_in(app), await joined(app, "ada")
            for name in ("First Thief", "Second Thief", "Latest Thief"):
                assert (await Client(app).tap("/join", student_id="ada", name=name)).status == 409
            page = (await console.get("/admin/people")).text
            assert "Latest Thief" in page
            assert "First Thief" not in page
            assert "Second Thief" not in page

    asyncio.run(lecture())


def test_a_person_s_refused_attempts_do_not_fill_the_console_s_page(tmp_path: Path) -> None:
    async def lecture() -> None:
        async with running(tmp_path, pool_text()) as app:
            console, _ = await sign_in(app), await joined(app, "ada")
            await console.tap("/admin/lock", turn=0)
            before = len((await console.get("/admin/people")).body)
            for number in range(300):
                bot = Client(app)
                assert (await bot.tap("/join", student_id=f"stray-{number}", name="x")).status == 409
                assert (await bot.tap("/join", student_id="ada", name="x" * 40)).status == 409
            page = await console.get("/admin/people")
            assert "300" in page.text
            assert len(page.body) - before < 60_000, "a locked room that is flooded keeps a console that works"

    asyncio.run(lecture())
