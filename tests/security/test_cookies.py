"""A cookie is what we signed, to the last byte, and only for as long as the run honours what it carries."""

import asyncio
import time
from pathlib import Path

import pytest
from starlette.requests import Request

from portal.live.clock import AnchoredClock
from portal.web import cookies
from tests.asgi import Client, HeldClock, running
from tests.security.asking import a_class, ask, header, joined, sign_in
from tests.serving import Console, pool_text, serving, stage_of, student
from tests.web.test_streams import Listener

A_SECOND = 1.0


@pytest.mark.parametrize("role", ["student", "instructor"])
def test_no_cookie_with_one_byte_changed_is_believed(tmp_path: Path, role: str) -> None:
    async def lecture() -> int:
        async with a_class(tmp_path) as room:
            doors, state, now = room.portal.doors, room.portal.run.shown, room.portal.run.now()

            def is_believed(cookie: bytes) -> bool:
                request = Request({"type": "http", "headers": [(b"cookie", cookie)]})
                known = doors.student(request, state) if role == "student" else doors.sign_in_of(request, now)
                return known is not None

            good = room.cookies[role].encode()
            begin = good.index(b"=") + 1
            assert is_believed(good)
            tried = 0
            for place in range(begin, len(good)):
                for byte in range(256):
                    changed = good[:place] + bytes([byte]) + good[place + 1 :]
                    if changed != good:
                        assert not is_believed(changed), changed
                        tried += 1
                assert not is_believed(good[:place]), "cut short"
                assert not is_believed(good[:place] + b"." + good[place:]), "made longer"
            assert not is_believed(good[:begin] + good[begin:].swapcase())
            assert is_believed(good), "the real one still is"
            return tried

    assert asyncio.run(lecture()) > 15_000


def test_a_line_without_a_cookie_of_ours_is_nobody_s_whatever_stood_beside_it(tmp_path: Path) -> None:
    async def lecture() -> None:
        async with a_class(tmp_path) as room:
            doors, state = room.portal.doors, room.portal.run.shown
            theirs, ours = (b"cookie", b"theme=dark"), (b"cookie", room.cookies["student"].encode())

            def is_believed(*lines: tuple[bytes, bytes]) -> bool:
                return doors.student(Request({"type": "http", "headers": [*lines]}), state) is not None

            for _ in range(2):
                assert [is_believed(*lines) for lines in ((theirs, ours), (ours,), (theirs,))] == [True, True, False]

    asyncio.run(lecture())


def test_a_cookie_is_remembered_beside_any_others_but_neither_endlessly_nor_at_any_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has one cookie of ours can send it with as many others as they like."""
    monkeypatch.setattr(cookies, "MOST_KNOWN", 3)

    async def lecture() -> None:
        async with a_class(tmp_path) as room:
            doors, state = room.portal.doors, room.portal.run.shown

            def is_believed(*lines: bytes) -> bool:
                request = Request({"type": "http", "headers": [(b"cookie", each) for each in lines]})
                return doors.student(request, state) is not None

            good = room.cookies["student"].encode()
            doors.forget_the_known()
            assert is_believed(b"x=%b; " % (b"a" * cookies.LONGEST) + good)
            assert is_believed(b"theme=dark", good)
            assert doors.known == 1, "the cookie, but neither line"
            for number in range(20):
                assert is_believed(b"x=%d; " % number + good)
                assert doors.known <= 1 + 3

    asyncio.run(lecture())


def test_a_cookie_of_another_run_gets_the_join_form_never_an_error(tmp_path: Path) -> None:
    async def lecture() -> None:
        async with a_class(tmp_path) as room:
            for path in ("/", "/me", "/stats", "/state", "/stream"):
                reply = await room.ask("GET", path, "of another run")
                assert '<form id="join"' in reply.text, path
                assert not stage_of(reply.text), path
                assert reply.status == (401 if path in ("/me", "/stats") else 200)

    asyncio.run(lecture())


def test_a_thief_s_streams_end_within_a_second_of_the_release(tmp_path: Path) -> None:
    with serving(tmp_path) as url:
        console, ada = Console(url), student(url, "ada")
        thief = student(url, "mallory")
        thief.cookies = ada.cookies
        listeners = [Listener(thief) for _ in range(3)]
        for listener in listeners:
            listener.wait_for(1)
        began = time.monotonic()
        assert console.tap("/admin/participants/ada/handover").status_code == 200
        for listener in listeners:
            assert listener.ended.wait(A_SECOND), "the stream lives on"
            assert '<form id="join"' in listener.messages[-1]
        assert time.monotonic() - began < A_SECOND
        console.command("next")
        assert thief.tap("/answer", question=0, answer="D").status_code == 401
        owner = student(url, "ada", "Ada")
        assert owner.stage()["state"] == "question_open"
        assert "answer" not in owner.stage(), "nothing of the thief's was taken"
        assert not stage_of(thief.get("/").text), "the old cookie stays dead when the id is claimed again"


def test_signing_out_ends_the_console_s_open_streams_at_once_and_no_other_console_s(tmp_path: Path) -> None:
    with serving(tmp_path) as url:
        leaving, staying = Console(url), Console(url)
        going, remaining = Listener(leaving, "/admin/stream"), Listener(staying, "/admin/stream")
        going.wait_for(1)
        remaining.wait_for(1)
        stolen = dict(leaving.cookies)
        assert leaving.post("/admin/logout").status_code == 303
        assert going.ended.wait(A_SECOND)
        assert '<form id="login"' in going.messages[-1]
        leaving.cookies.update(stolen)
        assert leaving.get("/admin/people").status_code == 401, "the cookie that was kept is worth nothing"
        assert not remaining.ended.is_set()
        assert staying.command("next").status_code == 200


def test_a_changed_password_signs_everybody_out_and_an_unchanged_one_nobody(tmp_path: Path) -> None:
    async def lecture() -> None:
        async with running(tmp_path, pool_text()) as app:
            cookie = {"cookie": header(await sign_in(app))}
        async with running(tmp_path, pool_text()) as app:
            assert (await ask(app, "GET", "/admin/people", cookie)).status == 200, "a restart asks nobody again"
        async with running(tmp_path, pool_text(), password="another one") as app:
            assert (await ask(app, "GET", "/admin/people", cookie)).status == 401

    asyncio.run(lecture())


@pytest.mark.parametrize("step", [-3_600_000, -10_000, 10_000, 3_600_000])
def test_a_step_of_the_clock_signs_nobody_out(tmp_path: Path, step: int) -> None:
    async def lecture() -> None:
        clock = HeldClock()
        async with running(tmp_path, pool_text(), clock) as app:
            console, ada = await sign_in(app), await joined(app, "ada")
            clock.wait(step)
            assert (await console.get("/admin/people")).status == 200
            assert stage_of((await ada.get("/")).text)["state"] == "lobby"

    asyncio.run(lecture())


def test_a_computer_whose_clock_is_set_back_before_a_restart_goes_on_where_the_run_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lecture() -> None:
        async with running(tmp_path, pool_text()) as app:
            console, ada = await sign_in(app), await joined(app, "ada")
            before = app.state.portal.run.now()
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now - 3600)
        async with running(tmp_path, pool_text()) as app:
            assert isinstance(app.state.clock, AnchoredClock)
            assert app.state.portal.run.now() >= before - 1000, "the run's time never steps back"
            for client, path in ((console, "/admin/people"), (ada, "/me")):
                back = Client(app)
                back.cookies = client.cookies
                assert (await back.get(path)).status == 200

    asyncio.run(lecture())


def test_the_sign_in_is_over_after_twelve_hours(tmp_path: Path) -> None:
    async def lecture() -> None:
        clock = HeldClock()
        async with running(tmp_path, pool_text(), clock) as app:
            console = await sign_in(app)
            clock.wait(12 * 3_600_000 - 1)
            assert (await console.get("/admin/people")).status == 200
            clock.wait(1)
            assert (await console.get("/admin/people")).status == 401

    asyncio.run(lecture())
