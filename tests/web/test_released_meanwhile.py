"""A release that is committed in the same group as the student's tap: a clear 401, never a fault."""

import asyncio
from pathlib import Path

import pytest

from tests.asgi import Client, running
from tests.serving import PASSWORD, pool_text


@pytest.mark.parametrize(
    "release", ["/admin/participants/ada/clear", "/admin/participants/ada/handover", "/admin/reset"]
)
def test_an_answer_and_a_release_in_the_same_instant(tmp_path: Path, release: str) -> None:
    async def lecture() -> tuple[int, int, str]:
        async with running(tmp_path, pool_text()) as app:
            console, ada = Client(app), Client(app)
            await console.tap("/admin/login", password=PASSWORD)
            await ada.tap("/join", student_id="ada", name="Ada")
            await console.tap("/admin/next", turn=0)
            tap = asyncio.create_task(ada.tap("/answer", question=0, answer="B"))
            undo = asyncio.create_task(console.tap(release, turn=1))
            answered, released = await asyncio.gather(tap, undo)
            return answered.status, released.status, answered.text

    answered, released, text = asyncio.run(lecture())
    assert released == 200
    assert answered in (200, 401)
    if answered == 401:
        assert 'data-error="no_identity"' in text
