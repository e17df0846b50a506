"""A team as its phones meet the server: the door, questions, answers, boxes, the stream."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import Browser, Console, serving, slip_of, stage_of, student, version_of
from tests.teams import code_of, contest_text, error_of, second_phone, team
from tests.web.test_console import told


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path, contest_text()) as address:
        yield address


def running(url: str) -> Console:
    console = Console(url)
    assert console.command("next").status_code == 200
    return console


def test_the_door_has_two_forms_and_no_stage(url: str) -> None:
    page = Browser(url).get("/").text
    assert '<form id="join"' in page
    assert '<form id="join-team"' in page
    assert stage_of(page) == {}


def test_a_team_that_registers_is_in_the_lobby_with_its_points(url: str) -> None:
    stage = team(url, "Heap of Trouble").stage()
    assert (stage["state"], stage["team"], stage["points"], stage["rank"]) == ("lobby", "t1", "1000", "1")
    assert "held" not in stage


def test_the_other_phones_join_with_the_code(url: str) -> None:
    first = team(url, "Heap")
    second = Browser(url)
    assert error_of(second.post("/team/join", data={"team_code": "AAAA-AAAA"})) == (422, "bad_value")
    spelled = code_of(first).lower().replace("-", " ")
    assert second.post("/team/join", data={"team_code": spelled}).status_code == 303
    assert second.stage()["team"] == first.stage()["team"]
    assert second.cookies["portal_team"] != first.cookies["portal_team"], "each device has a claim of its own"


def test_what_is_wrong_with_a_registration_stands_at_its_field(url: str) -> None:
    team(url, "Merge Conflict")
    door = Browser(url)
    taken = door.post("/team/register", data={"team_name": "MERGE  conflict", "members": "Ada"})
    assert error_of(taken) == (409, "taken")
    assert "is taken. Try another name." in taken.text
    assert ">Ada</textarea>" in taken.text.replace("\n", ""), "what was typed is kept"
    for wrong in ({"team_name": "", "members": "Ada"}, {"team_name": "X", "members": ""}):
        assert error_of(door.post("/team/register", data=wrong)) == (422, "bad_value")
    eleven = {"team_name": "X", "members": "\n".join("abcdefghijk")}
    assert error_of(door.post("/team/register", data=eleven)) == (422, "bad_value")
    email = {"team_name": "X", "members": "Ada", "email": "nobody"}
    assert error_of(door.post("/team/register", data=email)) == (422, "bad_value")
    assert "portal_team" not in door.cookies


def test_a_form_that_was_sent_twice_before_its_cookie_came_is_one_team(url: str) -> None:
    slip = slip_of(Browser(url).get("/").text)
    form = {"team_name": "Twice", "members": "Ada", "slip": slip}
    first, second = Browser(url), Browser(url)
    assert [phone.post("/team/register", data=form).status_code for phone in (first, second)] == [303, 303]
    assert first.cookies["portal_team"] == second.cookies["portal_team"]
    assert Console(url).get("/admin/").text.count("data-team=") == 1


def test_nothing_can_be_asked_before_the_start_or_after_the_end(url: str) -> None:
    phone, console = team(url, "Early"), Console(url)
    assert error_of(phone.tap("/team/question")) == (409, "not_open")
    assert error_of(phone.tap("/team/mystery", difficulty="EASY")) == (409, "not_open")
    console.command("next")
    assert phone.tap("/team/question").status_code == 200
    console.command("next")
    assert error_of(phone.tap("/team/answer", question_id="q1", answer="B")) == (409, "not_open")
    assert phone.stage()["state"] == "finished"


def test_a_question_belongs_to_the_team_that_asked_first_for_ever(url: str) -> None:
    running(url)
    fast, slow = team(url, "Fast"), team(url, "Slow")
    assert stage_of(fast.tap("/team/question", question_id="q3").text)["held"] == "q3"
    assert stage_of(fast.tap("/team/question", question_id="q3").text)["held"] == "q3", "a retry is no second one"
    refused = slow.tap("/team/question", question_id="q3")
    assert error_of(refused) == (409, "taken")
    assert 'value="q1"' in refused.text, "what is free is shown"
    assert 'value="q3"' not in refused.text
    fast.tap("/team/answer", question_id="q3", answer="A")
    assert error_of(slow.tap("/team/question", question_id="q3")) == (409, "taken")
    assert error_of(fast.tap("/team/question", question_id="nonsense")) == (422, "bad_value")
    assert error_of(fast.tap("/team/question", question_id="h1")) == (422, "bad_value"), "boxes are not asked for"


def test_one_question_at_a_time(url: str) -> None:
    running(url)
    phone = team(url, "Greedy")
    phone.tap("/team/question")
    assert error_of(phone.tap("/team/question")) == (409, "holding")
    assert error_of(phone.tap("/team/mystery", difficulty="EASY")) == (409, "holding")


def test_an_answer_is_final_and_tells_its_outcome(url: str) -> None:
    running(url)
    phone = team(url, "Sure")
    question = phone.tap("/team/question").text
    assert "Because." not in question, "no key before the answer"
    right = stage_of(phone.tap("/team/answer", question_id="q1", answer="B").text)
    assert (right["outcome"], right["points"]) == ("correct", "1100")
    assert "held" not in right
    again = phone.tap("/team/answer", question_id="q1", answer="A")
    assert (again.status_code, stage_of(again.text)["points"]) == (200, "1100")
    assert "Your first answer counts: B." in again.text
    phone.tap("/team/question")
    wrong = phone.tap("/team/answer", question_id="q2", answer="C")
    assert (stage_of(wrong.text)["outcome"], stage_of(wrong.text)["points"]) == ("wrong", "1100")
    assert "Because." in wrong.text


def test_what_is_no_answer_changes_nothing(url: str) -> None:
    running(url)
    phone, other = team(url, "Us"), team(url, "Them")
    phone.tap("/team/question")
    other.tap("/team/question")
    for answer in ("", "E", "AB", "A,B", "ß"):
        assert error_of(phone.tap("/team/answer", question_id="q1", answer=answer)) == (422, "bad_answer")
    assert error_of(phone.tap("/team/answer", question_id="q2", answer="B")) == (409, "not_open")
    assert error_of(phone.tap("/team/answer", answer="B")) == (409, "not_open")
    assert phone.stage()["held"] == "q1"


def test_a_box_is_paid_and_opened_in_one_step(url: str) -> None:
    running(url)
    phone = team(url, "Gamblers")
    page = phone.get("/team/mystery").text
    assert [f'value="{kind}"' in page for kind in ("EASY", "MEDIUM", "HARD")] == [True] * 3
    assert stage_of(page)["points"] == "1000"
    asked = phone.get("/team/mystery", params={"difficulty": "HARD"}).text
    assert "Pay 150" in asked
    assert "A HARD mystery" not in asked, "nothing is told before it is paid"
    opened = phone.tap("/team/mystery", difficulty="HARD", shown=150)
    assert (stage_of(opened.text)["held"], stage_of(opened.text)["points"]) == ("h1", "850")
    won = stage_of(phone.tap("/team/answer", question_id="h1", answer="C").text)
    assert (won["points"], won["outcome"]) == ("1150", "correct")
    assert phone.get("/team/mystery").status_code == 200


def test_a_box_that_cannot_be_had_costs_nothing(tmp_path: Path) -> None:
    with serving(tmp_path, contest_text(boxes=1, starting=120)) as url:
        running(url)
        poor, rich = team(url, "Poor"), team(url, "Rich")
        assert error_of(poor.tap("/team/mystery", difficulty="HARD")) == (409, "too_poor")
        assert error_of(poor.tap("/team/mystery", difficulty="MEDIUM", shown=1)) == (409, "stale")
        assert error_of(poor.tap("/team/mystery", difficulty="NONE")) == (422, "bad_value")
        rich.tap("/team/mystery", difficulty="MEDIUM")
        assert error_of(poor.tap("/team/mystery", difficulty="MEDIUM")) == (409, "none_left")
        assert poor.stage()["points"] == "120"
        assert rich.stage()["points"] == "20"
        rich.tap("/team/answer", question_id="m1", answer="A")
        assert error_of(rich.tap("/team/mystery", difficulty="EASY")) == (409, "too_poor")


def test_when_no_question_is_free_it_says_so(tmp_path: Path) -> None:
    with serving(tmp_path, contest_text(1)) as url:
        running(url)
        fast, slow = team(url, "Fast"), team(url, "Slow")
        fast.tap("/team/question")
        refused = slow.tap("/team/question")
        assert error_of(refused) == (409, "none_left")
        assert "No question is free right now" in refused.text


def test_without_a_team_every_button_says_no_identity(url: str) -> None:
    running(url)
    stranger = Browser(url)
    for path in ("question", "answer", "mystery"):
        assert error_of(stranger.tap(f"/team/{path}")) == (401, "no_identity")
        assert stranger.post(f"/team/{path}").text.startswith("<!doctype html>")
    assert stranger.get("/me").status_code == 401
    assert stranger.get("/team/mystery").status_code == 401


def test_everything_works_without_script(url: str) -> None:
    running(url)
    phone = team(url, "Plain")
    for path, fields in (
        ("question", {}),
        ("answer", {"question_id": "q1", "answer": "B"}),
        ("mystery", {"difficulty": "EASY"}),
    ):
        reply = phone.post(f"/team/{path}", data=fields)
        assert (reply.status_code, reply.headers["location"]) == (303, "/")
    assert phone.stage()["held"] == "e1"
    assert phone.post("/team/question").text.startswith("<!doctype html>"), "a refusal is a whole page"
    assert phone.get("/team/mystery").headers["location"] == "/", "who holds a question opens no box"


def test_both_phones_of_a_team_and_the_others_hear_of_it(url: str) -> None:
    running(url)
    first = team(url, "Us")
    second, other = Browser(url), team(url, "Them")
    second.cookies.update(first.cookies)
    with second.stream("GET", "/stream") as ours, other.stream("GET", "/stream") as theirs:
        own, foreign = told(ours), told(theirs)
        assert stage_of(next(own))["team"] == "t1"
        assert stage_of(next(foreign))["rank"] == "1"
        first.tap("/team/question")
        assert 'value="q1"' not in (small := next(foreign))
        assert '<main id="stage"' not in small, "what others do is told in small regions"
        first.tap("/team/answer", question_id="q1", answer="B")
        heard = next(message for message in own if 'data-outcome="correct"' in message)
        assert stage_of(heard)["points"] == "1100"
        moved = next(message for message in foreign if '<main id="stage"' in message)
        assert stage_of(moved)["rank"] == "2"


def test_the_stream_of_nobody_leads_to_the_door(url: str) -> None:
    reply = Browser(url).get("/stream")
    assert reply.status_code == 200
    assert 'id="join"' in reply.text


def test_a_deleted_team_is_taken_to_the_door(url: str) -> None:
    console, phone = Console(url), team(url, "Gone")
    with phone.stream("GET", "/stream") as stream:
        messages = told(stream)
        next(messages)
        console.tap("/admin/teams/t1/delete")
        assert 'id="join"' in next(messages)
        assert next(messages, None) is None
    assert phone.stage() == {}


def test_state_is_204_until_something_changes(url: str) -> None:
    phone = team(url, "Still")
    version = version_of(phone.get("/").text)
    assert phone.get("/state", params={"v": version}).status_code == 204
    running(url)
    assert stage_of(phone.get("/state", params={"v": version}).text)["state"] == "running"


def test_the_review_has_what_was_answered_and_every_change_of_points(url: str) -> None:
    console, phone = running(url), team(url, "Us")
    phone.tap("/team/question")
    assert "Question 1?" not in phone.get("/me").text
    phone.tap("/team/answer", question_id="q1", answer="A")
    console.tap("/admin/teams/t1/points", delta="-7", reason="late again")
    review = phone.get("/me").text
    assert "Question 1?" in review
    assert "late again" in review


def test_a_tampered_or_foreign_cookie_opens_nothing(url: str) -> None:
    phone, thief = team(url, "Us"), Browser(url)
    good = phone.cookies["portal_team"].strip('"')
    for bad in (good[:-1], good + "=", good.replace("t1", "t2"), good.upper(), "1/t1/x.y", "x" * 300):
        assert thief.get("/", headers={"Cookie": f"portal_team={bad}"}).text.count('id="stage"') == 0, bad
    assert thief.get("/", headers={"Cookie": f"portal_team={good}"}).text.count('id="stage"') == 1
    assert thief.get("/", headers={"Cookie": f"portal={good}"}).text.count('id="stage"') == 0, "no student's cookie"


def test_a_name_is_text_on_every_page(url: str) -> None:
    console, phone = Console(url), team(url, "<img src=x>", "<b>Ada</b>")
    console.command("next")
    phone.tap("/team/question")
    phone.tap("/team/answer", question_id="q1", answer="B")
    pages = [phone.get(path) for path in ("/", "/me", "/projector")]
    pages += [console.get(f"/admin/{path}") for path in ("", "questions", "log", "teams/t1/edit", "teams/t1/delete")]
    for page in pages:
        assert "<img src=x>" not in page.text
        assert "<b>Ada" not in page.text
        assert "&lt;img src=x&gt;" in page.text


def test_what_belongs_to_the_other_kind_is_a_refusal_with_a_sentence(url: str, tmp_path: Path) -> None:
    phone = team(url, "Us")
    for path in ("answer", "join", "event", "code"):
        assert error_of(phone.tap(f"/{path}", question=0, answer="A")) == (409, "not_open")
    assert phone.get("/stats").headers["location"] == "/"
    console = Console(url)
    assert error_of(console.tap("/admin/close", turn=0)) == (409, "not_allowed")
    assert console.get("/admin/people").headers["location"] == "/admin/"
    quiz = tmp_path / "quiz"
    quiz.mkdir()
    with serving(quiz) as other:
        ada = student(other, "ada")
        for path in ("question", "answer", "mystery", "register", "join"):
            assert error_of(ada.tap(f"/team/{path}")) == (409, "not_open")
        assert ada.get("/team/mystery").headers["location"] == "/"
        assert error_of(Console(other).tap("/admin/teams", team_name="X", members="a")) == (409, "not_allowed")


def test_a_phone_that_joins_in_the_lobby_plays_with_the_others(url: str) -> None:
    first = team(url, "Us")
    second = second_phone(url, first)
    running(url)
    first.tap("/team/question")
    assert second.stage()["held"] == "q1"
    assert stage_of(second.tap("/team/answer", question_id="q1", answer="B").text)["outcome"] == "correct"
    late = first.tap("/team/answer", question_id="q1", answer="C")
    assert "Your first answer counts: B." in late.text
