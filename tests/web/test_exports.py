"""The files to take home: their columns, their numbers, and that a spreadsheet runs nothing of them."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from portal.exports import encoded
from tests.serving import Browser, Console, pool_text, serving, student

RESULT_COLUMNS = ["student_id", "name", "rank", "total", "answered", "correct"]
ANSWER_COLUMNS = "run,question,round,student_id,name,answer,correct,points,elapsed_ms,status,received_at,receipt"


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path, pool_text("B", None, "A")) as address:
        yield address


def rows(response: httpx2.Response) -> list[dict[str, str]]:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def play(url: str) -> tuple[Console, Browser, Browser]:
    """Two students: Ada is right and votes in the poll, Bob is wrong and misses it."""
    console = Console(url)
    ada, bob = student(url, "Ada1", "Ada"), student(url, "Bob2", "Bob")
    console.command("next")
    ada.tap("/answer", question=0, answer="B")
    bob.tap("/answer", question=0, answer="C")
    console.command("close")
    console.command("next")
    ada.tap("/answer", question=1, answer="D")
    console.command("close")
    return console, ada, bob


def test_results_hold_a_line_a_participant_best_first(url: str) -> None:
    console, _, _ = play(url)
    first, second = rows(console.get("/admin/results.csv"))
    assert list(first) == [
        *RESULT_COLUMNS,
        *(f"q{number}_{what}" for number in (1, 2, 3) for what in ("answer", "points", "elapsed_ms")),
    ]
    assert [first[name] for name in RESULT_COLUMNS] == ["Ada1", "Ada", "1", "100", "2", "1"]
    assert [second[name] for name in RESULT_COLUMNS] == ["Bob2", "Bob", "2", "0", "1", "0"]
    assert (first["q2_answer"], first["q2_points"], second["q2_answer"], second["q2_points"]) == ("D", "0", "", "0")
    assert first["q3_points"] == ""


def test_answers_hold_a_line_an_answer_or_a_miss(url: str) -> None:
    console, _, _ = play(url)
    lines = rows(console.get("/admin/answers.csv"))
    assert list(lines[0]) == ANSWER_COLUMNS.split(",")
    told = [(line["question"], line["student_id"], line["answer"], line["correct"], line["status"]) for line in lines]
    assert told == [
        ("1", "Ada1", "B", "1", "answered"),
        ("1", "Bob2", "C", "0", "answered"),
        ("2", "Ada1", "D", "", "answered"),
        ("2", "Bob2", "", "", "missed"),
    ]
    assert lines[0]["received_at"].endswith("Z")
    assert sum(int(line["points"]) for line in lines) == 100


def test_an_answer_to_the_open_question_is_listed_without_its_points(url: str) -> None:
    console, ada, _ = play(url)
    console.command("next")
    ada.tap("/answer", question=2, answer="A")
    last = rows(console.get("/admin/answers.csv"))[-1]
    assert (last["question"], last["answer"], last["correct"], last["points"]) == ("3", "A", "", "")


def test_a_cleared_participant_leaves_the_results_and_stays_in_the_answers(url: str) -> None:
    console, _, _ = play(url)
    assert console.tap("/admin/participants/ada1/clear").status_code == 200
    assert [line["student_id"] for line in rows(console.get("/admin/results.csv"))] == ["Bob2"]
    released = [line for line in rows(console.get("/admin/answers.csv")) if line["status"] == "released"]
    assert [(line["student_id"], line["answer"], line["points"]) for line in released] == [
        ("Ada1", "B", "0"), ("Ada1", "D", "0"),
    ]  # fmt: skip


def test_events_tell_who_came_and_who_was_refused_and_no_secret(url: str) -> None:
    console, ada, _ = play(url)
    Browser(url).post("/join", data={"student_id": "ADA1", "name": "Eve"})
    ada.tap("/event", kind="blur")
    console.command("lock")
    console.tap("/admin/participants/bob2/handover")
    reply = console.get("/admin/events.csv")
    lines = rows(reply)
    kinds = [line["event"] for line in lines]
    assert kinds[:3] == ["run_started", "join", "join"]
    assert kinds[-4:] == ["duplicate_join", "blur", "lock", "handover"]
    refused = next(line for line in lines if line["event"] == "duplicate_join")
    assert (refused["student_id"], refused["name"], refused["address"]) == ("Ada1", "Eve", "127.0.0.1")
    assert "claim=" not in reply.text
    assert ada.cookies["portal"].split("/")[2].split(".")[0] not in reply.text


def test_the_archive_gives_the_same_files_as_the_run_did(url: str) -> None:
    console, _, _ = play(url)
    before = {name: console.get(f"/admin/{name}.csv").content for name in ("results", "answers")}
    assert console.command("reset").status_code == 200
    assert rows(console.get("/admin/results.csv")) == []
    for name, content in before.items():
        assert console.get(f"/admin/runs/1/{name}.csv").content == content
    assert "Ada1" in console.get("/admin/runs/1/").text
    assert "/admin/runs/1/" in console.get("/admin/runs").text


@pytest.mark.parametrize("path", ["0/", "3/", "3/results.csv", "99999999999999999999999/", "x/"])
def test_a_run_that_is_not_in_the_file_is_not_found(url: str, path: str) -> None:
    assert Console(url).get(f"/admin/runs/{path}").status_code == 404


def test_nobody_but_the_instructor_gets_a_file(url: str) -> None:
    console, ada, _ = play(url)
    console.command("reset")
    for path in ("results.csv", "answers.csv", "events.csv", "runs", "runs/1/", "runs/1/answers.csv", "standings"):
        reply = ada.get(f"/admin/{path}")
        assert reply.status_code == 401
        assert "Ada1" not in reply.text


def test_a_formula_in_a_name_reaches_the_spreadsheet_as_text(url: str) -> None:
    student(url, "-1", "=1+1")
    console = Console(url)
    (line,) = rows(console.get("/admin/results.csv"))
    assert (line["student_id"], line["name"]) == ("'-1", "'=1+1")


def test_lines_end_and_cells_are_quoted_as_rfc_4180_says() -> None:
    text = encoded([["a", 'say "x", y'], ["@b", -3]])
    assert text == b'\xef\xbb\xbfa,"say ""x"", y"\r\n\'@b,-3\r\n'
