"""Joining over a bad network: a form sent twice is one student, another form another device; what the lobby says."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import Browser, Console, pool_text, serving, student

DEVICE = re.compile(r'name="device" value="([^"]+)"')


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path) as address:
        yield address


def form(url: str, who: str = "ada") -> dict[str, str]:
    """A join form as a phone has it on its screen, filled in."""
    found = DEVICE.search(Browser(url).get("/").text)
    assert found
    return {"student_id": who, "name": "Ada", "device": found[1]}


def test_a_form_whose_reply_was_lost_can_be_sent_again(url: str) -> None:
    filled = form(url)
    lost = Browser(url).post("/join", data=filled)
    assert lost.status_code == 303
    phone = Browser(url)  # the cookie never arrived
    assert phone.post("/join", data=filled).status_code == 303
    assert phone.stage()["state"] == "lobby"
    assert "duplicate_join" not in Console(url).get("/admin/events.csv").text


def test_another_form_is_another_device(url: str) -> None:
    Browser(url).post("/join", data=form(url))
    assert Browser(url).post("/join", data=form(url)).status_code == 409
    assert "duplicate_join" in Console(url).get("/admin/events.csv").text


def test_one_form_for_two_ids_is_two_claims(url: str) -> None:
    filled = form(url)
    first, second = Browser(url), Browser(url)
    first.post("/join", data=filled)
    second.post("/join", data={**filled, "student_id": "ben"})
    assert (first.stage()["state"], second.stage()["state"]) == ("lobby", "lobby")
    console = Console(url)
    console.tap("/admin/participants/ben/clear")
    assert first.stage().get("state") == "lobby", "the other id's claim is untouched"


@pytest.mark.parametrize("releases", [["clear"], ["handover"], ["handover", "clear"], ["clear", "handover"]])
def test_a_form_from_before_a_release_does_not_bring_the_old_claim_back(url: str, releases: list[str]) -> None:
    console, filled = Console(url), form(url)
    phone = Browser(url)
    for release in releases:
        phone = Browser(url)
        assert phone.post("/join", data=filled).status_code == 303
        assert phone.stage()["state"] == "lobby"
        console.tap(f"/admin/participants/ada/{release}")
        assert phone.stage() == {}
    old = dict(phone.cookies)
    again = Browser(url)
    assert again.post("/join", data=filled).status_code == 303
    assert again.stage()["state"] == "lobby"
    stolen = Browser(url)
    stolen.cookies.update(old)
    assert stolen.stage() == {}


@pytest.mark.parametrize(("score_fn", "told"), [("accuracy", False), ("linear", True), ("ranked", True)])
def test_the_lobby_says_where_speed_counts(tmp_path: Path, score_fn: str, told: bool) -> None:
    with serving(tmp_path, pool_text("B", score_fn=score_fn)) as address:
        page = student(address, "ada").get("/").text
        assert ("Faster correct answers score more." in page) is told
