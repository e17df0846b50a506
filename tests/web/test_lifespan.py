"""The program from its start to its end: what works beside the requests, and what is left when it is over."""

import asyncio
from pathlib import Path

import pytest

from portal.live.timer import Timer
from portal.store.log import EventLog
from portal.warming import prepare, warm
from tests.asgi import running, settle
from tests.pool_texts import quiz


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
