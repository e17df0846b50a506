"""A release that is committed in the same group as the student's tap: a clear 401, never a fault."""

import asyncio
from pathlib import Path

import pytest

from tests.asgi import Client, running, settle
from tests.halls import held_by_another
from tests.serving import PASSWORD, pool_text


@pytest.mark.parametrize(
    "release", ["/admin/participants/ada/clear", "/admin/participants/ada/handover", "/admin/reset"]
)
def test_whoever_is_released_while_their_answer_is_being_saved_is_told_that_they_are_out(
    tmp_path: Path, release: str
) -> None:
    async def lecture() -> tuple[int, int, str]:
        async with running(tmp_path, pool_text()) as app:
            console, ada = Client(app), Client(app)
            await console.tap("/admin/login", password=PASSWORD)
            await ada.tap("/join", student_id="ada", name="Ada")
            await console.tap("/admin/next", turn=0)
            with held_by_another(tmp_path / "portal.db"):
                joining = asyncio.create_task(Client(app).tap("/join", student_id="ben", name="Ben"))
                await settle()  # the writer's thread waits with Ben's seat, and whatever comes now is the next group
                tap = asyncio.create_task(ada.tap("/answer", question=0, answer="B"))
                await settle()
                undo = asyncio.create_task(console.tap(release, turn=1))
                await settle()
                assert {task.done() for task in (joining, tap, undo)} == {False}
            answered, released, _ = await asyncio.gather(tap, undo, joining)
            return answered.status, released.status, answered.text

    answered, released, text = asyncio.run(lecture())
    assert released == 200
    assert answered == 401
    assert 'data-error="no_identity"' in text
