"""What is made once for all who look at the same moment: nobody may be shown another moment, language or refusal."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from portal.web.context import Portal
from portal.web.once import Once
from portal.wording import catalogs, speak
from tests.asgi import Client, HeldClock, running, settle
from tests.security.asking import sign_in
from tests.teams import contest_text


class Kept(str):
    """A text that one can tell whether it is gone."""

    __slots__ = ("__weakref__",)


def test_what_is_made_at_one_moment_is_gone_with_the_next() -> None:
    once = Once()
    made = weakref.ref(once.made(1, "page", lambda: Kept("first")))
    gc.collect()
    assert made() == "first"
    assert once.made(1, "page", lambda: Kept("again")) == "first"
    assert once.made(2, "page", lambda: Kept("second")) == "second"
    gc.collect()
    assert made() is None


def test_each_language_has_its_own() -> None:
    once = Once()
    assert once.made(1, "page", lambda: "Teams") == "Teams"
    speak(catalogs.language("de"))
    try:
        assert once.made(1, "page", lambda: "Gruppen") == "Gruppen"
    finally:
        speak(catalogs.language("en"))
    assert once.made(1, "page", lambda: "Crews") == "Teams"


class Hall:
    """A contest with one team whose clock stands still, its console and its phone."""

    def __init__(self, portal: Portal, clock: HeldClock, console: Client, phone: Client) -> None:
        self.portal, self.clock, self.console, self.phone = portal, clock, console, phone

    async def seen(self, page: str = "") -> str:
        return (await self.console.get(f"/admin/{page}")).text


@asynccontextmanager
async def hall(folder: Path) -> AsyncIterator[Hall]:
    clock = HeldClock()
    async with running(folder, contest_text(duration=3600), clock) as app:
        console, phone = await sign_in(app), Client(app)
        await phone.tap("/team/register", team_name="Us", members="Ada")
        await console.tap("/admin/next", turn=0)
        try:
            yield Hall(app.state.portal, clock, console, phone)
        finally:
            await phone.leave()


def play(folder: Path, scene: Callable[[Hall], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with hall(folder) as there:
            await scene(there)

    asyncio.run(whole())


def test_two_consoles_that_see_the_same_are_drawn_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(there: Hall) -> None:
        await there.seen()

        def draws(template: str, **context: object) -> str:
            raise AssertionError(f"{template} is drawn again")

        monkeypatch.setattr(there.portal.renderer, "fragment", draws)
        assert "Us" in await there.seen()

    play(tmp_path, scene)


def test_two_who_take_the_same_teams_home_get_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(there: Hall) -> None:
        file = await there.seen("teams.csv")
        await there.console.tap("/admin/teams/t1/points", delta="5", reason="why")
        later = await there.seen("teams.csv")
        assert ("1005" in file, "1005" in later) == (False, True)

        def writes(lines: object) -> bytes:
            raise AssertionError("it is written again")

        monkeypatch.setattr("portal.exports.encoded", writes)
        assert await there.seen("teams.csv") == later

    play(tmp_path, scene)


def test_a_reply_shows_what_it_has_changed_in_the_same_instant(tmp_path: Path) -> None:
    async def scene(there: Hall) -> None:
        for points in (1005, 1010):
            told = await there.console.tap("/admin/teams/t1/points", delta="5", reason="why")
            assert f">{points}<" in told.text
            assert f">{points}<" in await there.seen()

    play(tmp_path, scene)


def test_a_phone_that_comes_and_goes_is_seen_in_the_same_instant(tmp_path: Path) -> None:
    async def scene(there: Hall) -> None:
        assert "Not seen since the start" in await there.seen()
        there.phone.listen("/stream")
        await settle()
        assert "Online" in await there.seen()
        await there.phone.leave()
        await settle()
        assert "Online" not in await there.seen()

    play(tmp_path, scene)


def test_a_phone_that_only_asks_is_seen_in_the_same_instant(tmp_path: Path) -> None:
    async def scene(there: Hall) -> None:
        assert "Not seen since the start" in await there.seen()
        await there.phone.get("/state")
        assert "Not seen since the start" not in await there.seen()

    play(tmp_path, scene)


def test_the_clock_goes_on(tmp_path: Path) -> None:
    async def scene(there: Hall) -> None:
        assert 'data-remaining-ms="3600000"' in await there.seen()
        there.clock.wait(100)
        assert 'data-remaining-ms="3599900"' in await there.seen()

    play(tmp_path, scene)


def test_a_refusal_is_told_to_nobody_else(tmp_path: Path) -> None:
    async def scene(there: Hall) -> None:
        refused = await there.console.tap("/admin/next", turn=0)
        assert (refused.status, 'data-error="stale"' in refused.text) == (409, True)
        assert "data-error" not in await there.seen()
        told = await there.console.tap("/admin/teams/t1/points", delta="5", reason="why")
        assert (told.status, "data-error" in told.text) == (200, False)
        again = await there.console.tap("/admin/next", turn=0)
        assert 'data-error="stale"' in again.text

    play(tmp_path, scene)


def test_a_disk_that_fails_is_told_in_the_same_instant(tmp_path: Path) -> None:
    async def scene(there: Hall) -> None:
        well = await there.seen()
        there.portal.log.failing = "disk full"
        assert "disk full" in await there.seen()
        there.portal.log.failing = None
        assert await there.seen() == well

    play(tmp_path, scene)


def test_a_pool_that_is_edited_is_told_in_the_same_instant(tmp_path: Path) -> None:
    def edit() -> None:
        (file,) = tmp_path.glob("*.json")
        file.write_text(contest_text(questions=7), "utf-8")

    async def scene(there: Hall) -> None:
        assert "has changed" not in await there.seen()
        edit()
        assert "has changed" in await there.seen()

    play(tmp_path, scene)


def test_a_german_and_an_english_console_look_at_the_same_instant(tmp_path: Path) -> None:
    async def scene(there: Hall) -> None:
        told = [
            (await there.console.post("/admin/lock", b"turn=1", hx_request="true", accept_language=language)).text
            for language in ("en", "de", "en")
        ]
        assert ["Contest running" in text for text in told] == [True, False, True]

    play(tmp_path, scene)
