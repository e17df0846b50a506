"""The console as a browser and as a bare client meet it: the door, the commands, the stream, the pools."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.serving import PASSWORD, Browser, Console, pool_text, serving, stage_of, student, version_of


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path) as address:
        yield address


def told(stream: httpx2.Response) -> Iterator[str]:
    """The messages of a stream, one by one, without the comments that keep it alive."""
    lines: list[str] = []
    for line in stream.iter_lines():
        if line.startswith("data: "):
            lines.append(line.removeprefix("data: "))
        elif not line and lines:
            yield "\n".join(lines)
            lines = []


def test_a_stranger_finds_the_login_and_nothing_else(url: str) -> None:
    stranger = Browser(url)
    page = stranger.get("/admin/")
    assert page.status_code == 200
    assert 'id="stage"' not in page.text
    for path in ("people", "questions", "room", "pools", "state", "stream", "reset", "end"):
        assert stranger.get(f"/admin/{path}").status_code == 401
    reply = stranger.post("/admin/next", data={"turn": 0})
    assert reply.status_code == 401
    assert 'data-error="no_identity"' in reply.text
    assert Console(url).stage("/admin/")["state"] == "lobby"


def test_the_eleventh_login_of_a_minute_waits(url: str) -> None:
    guesser = Browser(url)
    sentences = [guesser.post("/admin/login", data={"password": f"guess {number}"}) for number in range(10)]
    assert [reply.status_code for reply in sentences] == [401] * 10
    assert "7 tries left" in sentences[2].text
    assert "1 try left" in sentences[8].text
    assert guesser.post("/admin/login", data={"password": PASSWORD}).status_code == 429


def test_signing_out_ends_the_sign_in_everywhere_it_is_open(url: str) -> None:
    console = Console(url)
    twin = Browser(url)
    twin.cookies.update(console.cookies)
    assert twin.get("/admin/room").status_code == 200
    with twin.stream("GET", "/admin/stream") as stream:
        messages = told(stream)
        assert 'id="stage"' in next(messages)
        assert console.post("/admin/logout").status_code == 303
        assert 'id="login"' in next(messages)
        assert next(messages, None) is None
    assert twin.get("/admin/room").status_code == 401


def test_a_command_answers_htmx_with_the_stage_and_a_plain_form_with_a_redirect(url: str) -> None:
    console = Console(url)
    reply = console.tap("/admin/next", turn=0)
    assert stage_of(reply.text)["state"] == "question_open"
    assert 'hx-target="#v"' in reply.text
    plain = console.post("/admin/close?page=people", data={"turn": 1})
    assert (plain.status_code, plain.headers["location"]) == (303, "/admin/people")


def test_a_double_tap_on_next_opens_one_question(url: str) -> None:
    console = Console(url)
    first, second = console.tap("/admin/next", turn=0), console.tap("/admin/next", turn=0)
    assert (first.status_code, second.status_code) == (200, 409)
    stage = stage_of(second.text)
    assert (stage["error"], stage["question"], stage["turn"]) == ("stale", "0", "1")


def test_a_refusal_without_script_is_the_whole_page(url: str) -> None:
    console = Console(url)
    reply = console.post("/admin/close", data={"turn": 0})
    assert reply.status_code == 409
    assert reply.text.startswith("<!doctype html>")
    assert stage_of(reply.text)["error"] == "not_allowed"


def test_a_form_of_the_run_before_a_reset_is_stale_though_the_turn_fits(url: str) -> None:
    console = Console(url)
    assert console.tap("/admin/reset", turn=0, run=1).status_code == 200
    late = console.tap("/admin/next", turn=0, run=1)
    assert (late.status_code, stage_of(late.text)["state"]) == (409, "lobby")
    assert console.tap("/admin/next", turn=0, run=2).status_code == 200


def test_the_key_is_not_marked_while_the_question_is_open(url: str) -> None:
    console = Console(url)
    student(url, "ada").get("/")
    console.command("next")
    for path in ("", "people", "questions", "room"):
        page = console.get(f"/admin/{path}").text
        assert "Correct</span>" not in page
        assert "Why 1." not in page
    assert "Why 1." in console.command("close").text


def test_reset_asks_first_with_counts(url: str) -> None:
    console, ada = Console(url), student(url, "ada")
    console.command("next")
    ada.tap("/answer", question=0, answer="A")
    asked = console.get("/admin/reset")
    assert "<b>1 participant</b>" in asked.text
    assert "<b>1 answer</b>" in asked.text
    assert 'name="turn" value="1"' in asked.text


def test_clear_and_restore_need_no_turn(url: str) -> None:
    console, ada = Console(url), student(url, "Ada.1")
    assert console.tap("/admin/participants/ADA.1/clear").status_code == 200
    assert ada.stage() == {}
    assert console.tap("/admin/participants/ada.1/restore").status_code == 200
    assert ada.stage()["state"] == "lobby"
    nobody = console.tap("/admin/participants/nobody/clear")
    assert (nobody.status_code, stage_of(nobody.text)["error"]) == (409, "not_allowed")


def test_a_name_is_text_on_every_page(url: str) -> None:
    console = Console(url)
    student(url, "eve", "<img src=x>")
    for path in ("", "people", "standings", "participants/eve/release"):
        page = console.get(f"/admin/{path}").text
        assert "<img src=x>" not in page
        assert "&lt;img src=x&gt;" in page


def test_the_people_stream_sends_the_one_row_that_changed(url: str) -> None:
    console = Console(url)
    people = [student(url, f"s{number}") for number in range(3)]
    console.command("next")
    with console.stream("GET", "/admin/stream?page=people") as stream:
        messages = told(stream)
        assert next(messages).count('<tr id="p-') == 3
        people[1].tap("/answer", question=0, answer="A")
        small = next(messages)
    assert small.count('<tr id="p-') == 1
    assert ">s1<" in small
    assert 'id="v"' in small


def test_state_is_204_until_something_changes(url: str) -> None:
    console = Console(url)
    version = version_of(console.get("/admin/").text)
    assert console.get("/admin/state", params={"v": version}).status_code == 204
    student(url, "ada")
    changed = console.get("/admin/state", params={"v": version})
    assert changed.status_code == 200
    assert stage_of(changed.text)["state"] == "lobby"


def test_a_faulty_pool_is_shown_again_with_every_fault_and_changes_nothing(url: str) -> None:
    console = Console(url)
    pool = json.loads(pool_text())
    pool["title"], pool["questions"][1]["correct"] = "", "E"
    reply = console.post("/admin/pools", data={"pool_text": json.dumps(pool)})
    assert reply.status_code == 422
    assert "questions[1].correct" in reply.text
    assert '<code class="strong">title</code>' in reply.text
    assert "Question number 3?" in reply.text
    assert "A test" in console.get("/admin/").text


def test_a_pool_is_taken_from_the_text_or_the_folder_while_nothing_was_asked(url: str, tmp_path: Path) -> None:
    console = Console(url)
    other = pool_text("A").replace("A test", "Another one")
    assert console.post("/admin/pools", data={"pool_text": other}).status_code == 303
    assert "Another one" in console.get("/admin/").text
    (tmp_path / "third.json").write_text(pool_text("A").replace("A test", "A third"))
    assert "A third" in console.get("/admin/pools").text
    assert console.post("/admin/pools/select", data={"name": "third.json"}).status_code == 303
    assert "A third" in console.get("/admin/").text
    assert console.post("/admin/pools/select", data={"name": "../third.json"}).status_code == 422
    console.command("next")
    assert console.post("/admin/pools/select", data={"name": "pool.json"}).status_code == 409


def test_the_console_says_that_the_pool_s_file_has_changed(url: str, tmp_path: Path) -> None:
    console = Console(url)
    console.command("next")
    assert "file has changed" not in console.get("/admin/").text
    (tmp_path / "pool.json").write_text(pool_text("A", seconds=45))
    assert "file has changed" in console.get("/admin/").text
    console.command("reset")
    assert "file has changed" not in console.get("/admin/").text
    assert "45 s" in console.get("/admin/").text


def test_a_receipt_that_is_typed_in_is_found(url: str) -> None:
    console, ada = Console(url), student(url, "ada")
    console.command("next")
    ada.tap("/answer", question=0, answer="C")
    receipt = console.get("/admin/answers.csv").text.strip().rsplit(",", 1)[1]
    found = console.post("/admin/receipt", data={"receipt": f" {receipt.lower()} "})
    assert "Genuine" in found.text
    assert "No answer of this run" in console.post("/admin/receipt", data={"receipt": "AAAAA-AAAAA"}).text


def test_the_hall_s_page_is_turned_from_the_console(url: str) -> None:
    console = Console(url)
    assert console.command("projector", slide="join").status_code == 200
    bad: httpx2.Response = console.command("projector", slide="nothing")
    assert (bad.status_code, stage_of(bad.text)["error"]) == (422, "bad_value")
