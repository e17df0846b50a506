"""The program from its start to its end: what works beside the requests, and what is left when it is over."""

import asyncio
import gc
import weakref
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from portal.live.bus import Bus
from portal.live.timer import Timer
from portal.render import drawn
from portal.server import Server, spare_the_collector
from portal.store.log import EventLog
from portal.warming import prepare, warm
from tests.asgi import running, settle
from tests.pool_texts import quiz
from tests.security.asking import joined, sign_in

HALL = 2_500_000  # objects: what 10,000 phones leave in three questions


def test_a_bell_that_dies_is_told_at_once_and_the_file_is_closed_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def dies(self: Timer) -> None:
        raise RuntimeError("no bell")

    async def scene() -> None:
        async with running(tmp_path, quiz()):
            await settle()
            assert [record.levelname for record in caplog.records] == ["CRITICAL"]

    monkeypatch.setattr(Timer, "watch", dies)
    asyncio.run(scene())
    assert "no bell" in caplog.text
    EventLog(tmp_path / "portal.db").close()  # raises while another has it


@pytest.mark.parametrize("choice", ["auto", "en", "de"])
def test_what_is_to_be_warm_is_there_to_be_warmed(choice: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.warming.AFTER", 0)
    prepare(choice)
    asyncio.run(warm(choice))


def test_what_a_run_has_left_in_memory_is_let_go_when_the_next_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ring:
        def __init__(self) -> None:
            self.itself = self

    async def scene() -> None:
        async with running(tmp_path, quiz()) as app:
            console, doors = await sign_in(app), app.state.portal.doors
            renderer = app.state.portal.renderer
            student = await joined(app, "ada")
            assert doors.known == 1
            assert (await student.get("/")).status == 200
            renderer.kept("a row", lambda: "drawn")
            drawn("student/_joined.html", joined=1)
            assert renderer.known >= 3
            gone = asyncio.Event()
            kept = [Ring()]
            weakref.finalize(kept[0], gone.set)
            await settle()
            assert (await console.tap("/admin/reset", turn=0)).status == 200
            kept.clear()  # as a phone that is cut off by the reset
            assert not gone.is_set()
            async with asyncio.timeout(10):
                await gone.wait()
            assert doors.known == 0, "no run to come honours it"
            assert renderer.known == 0, "no page of a run to come looks like it"
            assert 'name="student_id"' in (await student.get("/")).text

    monkeypatch.setattr("portal.tidying.AFTER", 0.1)
    gc.collect()
    gc.disable()
    try:
        asyncio.run(scene())
    finally:
        gc.enable()


def test_a_hall_that_stays_is_not_looked_through_for_garbage_while_it_waits() -> None:
    looks: list[int] = []
    often = gc.get_threshold()

    def note(phase: str, about: dict[str, int]) -> None:
        if phase == "start":
            looks.append(about["generation"])

    spare_the_collector()
    gc.callbacks.append(note)
    try:
        hall = [[] for _ in range(HALL)]  # type: ignore[var-annotated]  # each an object that the collector counts
    finally:
        gc.callbacks.remove(note)
        gc.set_threshold(*often)
        gc.unfreeze()
    assert len(hall) == HALL
    assert looks, "what is young is looked at"
    assert set(looks) == {0}


def test_a_welcome_that_cannot_be_printed_is_told_and_the_program_serves(caplog: pytest.LogCaptureFixture) -> None:
    async def scene() -> None:
        loop, tried = asyncio.get_running_loop(), asyncio.Event()

        def nobody_reads() -> None:
            loop.call_soon_threadsafe(tried.set)
            raise BrokenPipeError("no terminal")

        config = uvicorn.Config(Starlette(), host="127.0.0.1", port=0, log_config=None, log_level="error")
        server = Server(config, Bus(), nobody_reads)
        serving = asyncio.create_task(server.serve())
        async with asyncio.timeout(10):
            await tried.wait()
        await settle()
        assert (server.started, serving.done()) == (True, False)
        server.should_exit = True
        await serving

    asyncio.run(scene())
    assert [record.message for record in caplog.records] == ["the operator was not told where the program is"]
