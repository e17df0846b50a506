"""Giving an id back that was taken by mistake: in the lobby, by whoever holds it, and never by a slip of the thumb."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.domain.ids import Claim
from portal.domain.quiz import commands as c
from portal.domain.rejection import Reason
from tests.playing import Room, pid, turn
from tests.serving import Console, serving, student


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path) as address:
        yield address


def leaving(room: Room, who: str) -> c.Leave:
    return c.Leave(pid(who), room.claim(who))


def test_who_leaves_the_lobby_frees_the_id() -> None:
    room = Room().join("ada", "ben")
    room.do(leaving(room, "ada"))
    assert list(room.state.participants) == ["ben"]
    room.join("ada", name="The real one")
    assert room.state.participants[pid("ada")].name == "The real one"


def test_nobody_leaves_once_the_quiz_has_begun_or_the_room_is_locked() -> None:
    room = Room().join("ada")
    assert room.do(c.Lock(turn(0))).refuses(leaving(room, "ada")) is Reason.NOT_ALLOWED
    room.do(c.Unlock(turn(0))).next()
    assert room.refuses(leaving(room, "ada")) is Reason.NOT_ALLOWED
    assert list(room.state.participants) == ["ada"]


def test_only_the_claim_that_holds_an_id_can_give_it_back() -> None:
    room = Room().join("ada")
    assert room.refuses(c.Leave(pid("ada"), Claim("another"))) is Reason.NO_IDENTITY


def test_a_phone_asks_first_and_is_then_at_the_join_form(url: str) -> None:
    phone = student(url, "ada", "Ada Lovelace")
    assert 'href="/leave"' in phone.get("/").text
    asked = phone.get("/leave").text
    assert "Ada Lovelace" in asked
    assert phone.stage()["state"] == "lobby", "to ask changes nothing"
    assert phone.post("/leave").status_code == 303
    assert 'id="join"' in phone.get("/").text
    assert student(url, "ada", "The real one").stage()["state"] == "lobby"


def test_the_instructor_sees_it_and_can_undo_it(url: str) -> None:
    phone, console = student(url, "ada", "Ada"), Console(url)
    phone.post("/leave")
    page = console.get("/admin/people").text
    assert "Undo the release" in page
    console.tap("/admin/participants/ada/restore")
    assert "Undo the release" not in console.get("/admin/people").text


def test_the_export_tells_who_left_from_whom_the_instructor_cleared(url: str) -> None:
    phone, console = student(url, "ada", "Ada"), Console(url)
    student(url, "ben", "Ben")
    phone.post("/leave")
    console.tap("/admin/participants/ben/clear")
    lines = list(csv.DictReader(io.StringIO(console.get("/admin/events.csv").text.removeprefix("\ufeff"))))
    assert [(line["event"], line["name"]) for line in lines[-2:]] == [("leave", "Ada"), ("clear", "Ben")]


def test_in_a_locked_room_the_page_warns_and_offers_to_stay(url: str) -> None:
    phone, console = student(url, "ada"), Console(url)
    console.command("lock")
    page = phone.get("/leave").text
    assert "cannot come back" in page
    assert 'action="/leave"' not in page
    assert phone.tap("/leave").status_code == 409
    assert phone.stage()["state"] == "lobby"
