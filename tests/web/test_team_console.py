"""The console and the hall of a contest: start and end, teams, questions, files, another kind of pool."""

import asyncio
import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.asgi import Client, HeldClock, running, settle
from tests.security.asking import sign_in
from tests.serving import Browser, Console, pool_text, serving, slip_of, stage_of, student, version_of
from tests.teams import code_of, contest_text, error_of, team
from tests.web.test_console import told


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path, contest_text(duration=3600)) as address:
        yield address


def table(console: Console, name: str) -> list[dict[str, str]]:
    reply = console.get(f"/admin/{name}")
    assert reply.status_code == 200
    return list(csv.DictReader(io.StringIO(reply.text.lstrip("\ufeff"), newline="")))


def test_a_stranger_finds_the_login_and_nothing_else(url: str) -> None:
    stranger = Browser(url)
    assert 'id="stage"' not in stranger.get("/admin/").text
    for path in ("questions", "boxes", "log", "room", "stream", "state", "teams/new", "teams.csv", "reset", "runs"):
        assert stranger.get(f"/admin/{path}").status_code == 401
    for path in ("next", "end", "teams", "questions", "duration", "teams/t1/points", "teams/t1/delete"):
        assert error_of(stranger.post(f"/admin/{path}")) == (401, "no_identity")


def test_next_starts_and_then_ends_and_a_double_tap_does_it_once(url: str) -> None:
    console, phone = Console(url), team(url, "Us")
    first, second = console.tap("/admin/next", turn=0), console.tap("/admin/next", turn=0)
    assert (first.status_code, stage_of(first.text)["state"]) == (200, "running")
    assert 3_590_000 < int(stage_of(first.text)["remaining-ms"]) <= 3_600_000
    assert error_of(second) == (409, "stale")
    assert phone.stage()["state"] == "running"
    assert console.post("/admin/next?page=room", data={"turn": 1}).headers["location"] == "/admin/room"
    assert console.stage("/admin/")["state"] == "finished"
    assert error_of(console.command("next")) == (409, "not_allowed")
    assert "data-primary" in console.get("/admin/").text


def test_the_buttons_of_each_turn_are_new_ones(url: str) -> None:
    console = Console(url)
    docks = [console.get("/admin/").text, console.command("next").text]
    assert ['id="dock-1-0"' in docks[0], 'id="dock-1-1"' in docks[1]] == [True, True]


def test_the_duration_is_set_before_and_during_the_contest(url: str) -> None:
    console = Console(url)
    assert console.command("duration", minutes=2).status_code == 200
    assert int(stage_of(console.command("next").text)["remaining-ms"]) <= 120_000
    assert int(stage_of(console.command("duration", minutes=90).text)["remaining-ms"]) > 5_000_000
    assert "remaining-ms" not in stage_of(console.command("duration", minutes="").text)
    for wrong in ("0", "1441", "soon"):
        assert error_of(console.command("duration", minutes=wrong)) == (422, "bad_value")


def test_the_bell_ends_the_contest(tmp_path: Path) -> None:
    async def scene() -> tuple[str, int]:
        clock = HeldClock()
        async with running(tmp_path, contest_text(duration=60), clock) as app:
            console, phone = await sign_in(app), Client(app)
            await phone.tap("/team/register", team_name="Us", members="Ada")
            assert (await console.tap("/admin/next", turn=0)).status == 200
            clock.wait(60_400)
            assert (await phone.tap("/team/question")).status == 200, "a tap made in time may reach us after the bell"
            clock.wait(200)
            late = (await phone.tap("/team/answer", question_id="q1", answer="B")).status
            for _ in range(200):
                await settle()
                if stage_of((await phone.get("/")).text)["state"] == "finished":
                    break
            return stage_of((await phone.get("/")).text)["state"], late

    assert asyncio.run(scene()) == ("finished", 409)


def test_teams_are_created_edited_adjusted_and_deleted(url: str) -> None:
    console = Console(url)
    console.command("next")
    assert "New team" in console.get("/admin/teams/new").text
    assert console.tap("/admin/teams", team_name="Late", members="Ada\nBen", points="300").status_code == 200
    code = console.get("/admin/").text.split("code ")[1][:9]
    phone = Browser(url)
    assert phone.post("/team/join", data={"team_code": code}).status_code == 303
    assert phone.stage()["points"] == "300"

    assert 'value="Late"' in console.get("/admin/teams/t1/edit").text
    console.tap("/admin/teams/t1/edit", team_name="Later", members="Ada", email="ada@example.edu")
    assert "Later" in phone.get("/").text

    console.tap("/admin/teams/t1/points", delta="\N{MINUS SIGN}100", reason="wrong key")
    assert phone.stage()["points"] == "200"
    assert "wrong key" in phone.get("/").text

    phone.tap("/team/question")
    asked = console.get("/admin/teams/t1/delete").text
    assert "<b>q1</b>, which it holds, goes back to the free ones" in asked
    other = team(url, "Other")
    assert error_of(other.tap("/team/question", question_id="q1")) == (409, "taken")
    console.tap("/admin/teams/t1/delete")
    assert phone.stage() == {}
    assert other.tap("/team/question", question_id="q1").status_code == 200


def test_a_form_that_is_refused_comes_back_with_what_was_typed(url: str) -> None:
    console = Console(url)
    team(url, "Us")
    taken = console.tap("/admin/teams", team_name="us", members="Zoe")
    assert error_of(taken) == (409, "taken")
    assert "Zoe</textarea>" in taken.text
    assert error_of(console.tap("/admin/teams", team_name="", members="Zoe")) == (422, "bad_value")
    assert error_of(console.tap("/admin/teams", team_name="X", members="Zoe", points="-1")) == (422, "bad_value")
    for delta, reason, why in (
        ("0", "why", (422, "bad_value")),
        ("x", "why", (422, "bad_value")),
        ("5", "", (422, "bad_value")),
        ("-1001", "too much", (409, "not_allowed")),
    ):
        reply = console.tap("/admin/teams/t1/points", delta=delta, reason=reason)
        assert error_of(reply) == why
        assert f'value="{delta}"' in reply.text
    assert error_of(console.tap("/admin/teams/t9/delete")) == (409, "not_allowed")
    assert console.get("/admin/teams/t9/edit").status_code == 409
    assert table(console, "teams.csv")[0]["points"] == "1000"


def test_an_adjustment_that_is_sent_twice_counts_once(url: str) -> None:
    console, phone = Console(url), team(url, "Us")
    slip = slip_of(console.get("/admin/teams/t1/points").text)
    for _ in range(2):
        assert console.tap("/admin/teams/t1/points", delta="+50", reason="twice", slip=slip).status_code == 200
    assert phone.stage()["points"] == "1050"


def test_a_question_and_a_mystery_are_added_while_it_runs(url: str) -> None:
    console, phone = Console(url), team(url, "Us")
    console.command("next")
    good = {"id": "q99", "text": "New?", "options": "Yes\nNo", "correct": "A", "points": "70"}
    assert console.tap("/admin/questions?page=questions", **good).status_code == 200
    assert stage_of(phone.tap("/team/question", question_id="q99").text)["held"] == "q99"
    assert "New?" in console.get("/admin/questions").text
    box = good | {"id": "x1", "difficulty": "EASY", "cost": "10", "text": "Boxed?"}
    assert console.tap("/admin/questions?page=boxes", **box).status_code == 200
    assert "Boxed?" in console.get("/admin/boxes").text
    wrong = console.tap("/admin/questions", **(good | {"correct": "C", "points": "many", "id": "q 1"}))
    assert error_of(wrong) == (422, "bad_value")
    for place in ("correct:", "points:", "id:"):
        assert place in wrong.text
    assert error_of(console.tap("/admin/questions", **(good | {"points": "71"}))) == (409, "not_allowed")


def test_who_holds_what_is_shown_and_no_key_before_its_answer(url: str) -> None:
    console, phone = Console(url), team(url, "Holders")
    console.command("next")
    phone.tap("/team/question")
    page = console.get("/admin/questions").text
    row = page[page.index('data-asked="q1"') :].split("</tr>")[0]
    assert "Held" in row
    assert "Holders" in row
    assert "Because." not in page
    assert row.endswith('<td class="i-wide"></td>')
    phone.tap("/team/answer", question_id="q1", answer="B")
    page = console.get("/admin/questions").text
    assert page[page.index('data-asked="q1"') :].split("</tr>")[0].endswith('<td class="i-wide">B</td>')


def test_the_stream_sends_the_one_row_that_changed(url: str) -> None:
    console, phones = Console(url), [team(url, f"Team {number}") for number in range(3)]
    console.command("next")
    with console.stream("GET", "/admin/stream?page=teams&kind=contest") as stream:
        messages = told(stream)
        assert next(messages).count("<tr data-team=") == 3
        phones[1].tap("/team/question")
        small = next(message for message in messages if "<tr data-team=" in message)
    assert small.count("<tr data-team=") == 1
    assert "Question q1" in small


def test_registration_is_locked_for_new_teams_only(url: str) -> None:
    console, phone = Console(url), team(url, "In")
    console.command("lock")
    refused = Browser(url).post("/team/register", data={"team_name": "Out", "members": "Ada"})
    assert error_of(refused) == (409, "not_allowed")
    assert Browser(url).post("/team/join", data={"team_code": code_of(phone)}).status_code == 303
    console.command("unlock")
    team(url, "Out")


def test_the_three_files_tell_the_same_as_the_pages(url: str) -> None:
    console, phone = Console(url), team(url, "=cmd")
    console.command("next")
    phone.tap("/team/question")
    phone.tap("/team/answer", question_id="q1", answer="B")
    phone.tap("/team/mystery", difficulty="HARD")
    teams, ledger = table(console, "teams.csv"), table(console, "ledger.csv")
    assert teams[0]["name"] == "'=cmd", "no formula"
    assert teams[0]["points"] == phone.stage()["points"] == "950"
    assert sum(int(row["delta"]) for row in ledger) == 950
    assert [row["reason"] for row in ledger] == ["start", "right", "box"]
    given = [(row["question"], row["difficulty"], row["status"]) for row in table(console, "assignments.csv")]
    assert given == [("q1", "", "right"), ("h1", "HARD", "held")]


def test_a_reset_archives_the_run_with_its_files(url: str) -> None:
    console, phone = Console(url), team(url, "Us")
    console.command("next")
    phone.tap("/team/question")
    assert "<b>1 team</b>" in console.get("/admin/reset").text
    with phone.stream("GET", "/stream") as stream:
        messages = told(stream)
        next(messages)
        assert console.command("reset").status_code == 200
        assert "A new run has begun" in next(messages)
    assert phone.stage() == {}
    assert console.stage("/admin/")["run"] == "2"
    assert error_of(console.tap("/admin/next", turn=0, run=1)) == (409, "stale")
    assert "Us" in console.get("/admin/runs/1/").text
    assert console.get("/admin/runs/1/teams.csv").text.count("Us") == 1
    assert console.get("/admin/runs/1/results.csv").status_code == 404
    assert console.get("/admin/runs").text.count("teams.csv") == 2


def test_a_pool_of_the_other_kind_begins_a_new_run_and_back(url: str) -> None:
    console, phone, hall = Console(url), team(url, "Us"), Browser(url)
    with phone.stream("GET", "/stream") as stream:
        messages = told(stream)
        next(messages)
        assert console.post("/admin/pools", data={"pool_text": pool_text()}).status_code == 303
        assert next(messages, None) is None, "the stream ends, and the page that asks again gets the quiz"
    assert 'name="student_id"' in phone.get("/").text
    assert 'name="student_id"' in phone.get("/stream").text
    assert hall.stage("/projector")["state"] == "lobby"
    ada = student(url, "ada")
    assert console.get("/admin/state?page=teams&kind=contest").headers["hx-refresh"] == "true"
    assert 'id="poll"' in console.get("/admin/stream?page=teams&kind=contest").text
    assert console.post("/admin/pools", data={"pool_text": contest_text()}).status_code == 303
    assert 'name="team_name"' in ada.get("/").text
    assert 'name="team_name"' in ada.get("/state").text
    assert console.get("/admin/state?page=run&kind=quiz").headers["hx-refresh"] == "true"
    assert console.stage("/admin/")["run"] == "3"
    assert console.get("/admin/runs/2/results.csv").status_code == 200
    console.command("next")
    assert error_of(console.post("/admin/pools", data={"pool_text": pool_text()})) == (409, "not_allowed")


def test_the_hall_follows_the_contest_to_the_podium(url: str) -> None:
    console, hall = Console(url), Browser(url)
    first, second = team(url, "First"), team(url, "Second")
    lobby = hall.get("/projector").text
    assert stage_of(lobby)["state"] == "lobby"
    assert code_of(first) not in lobby
    console.command("next")
    with hall.stream("GET", "/projector/stream") as stream:
        messages = told(stream)
        assert stage_of(next(messages))["state"] == "running"
        second.tap("/team/mystery", difficulty="HARD")
        second.tap("/team/answer", question_id="h1", answer="C")
        board = next(message for message in messages if "Solved a HARD box, +300" in message)
        assert board.index("Second") < board.index("First")
        console.command("next")
        assert stage_of(next(message for message in messages if "podium" in message))["state"] == "finished"
    version = version_of(hall.get("/projector").text)
    assert hall.get("/projector/state", params={"v": version}).status_code == 204


def test_health_counts_teams(url: str) -> None:
    team(url, "Us")
    told_ = Browser(url).get("/healthz").json()
    assert (told_["state"], told_["teams"], told_["answers"]) == ("lobby", 1, 0)
