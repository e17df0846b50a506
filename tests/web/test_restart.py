"""The program is killed in the middle of a question and started again: everybody is back where they were."""

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.serving import ROOT, Console, Program, pool_text, program, stage_of, student


def test_after_kill_9_everybody_is_back_with_the_time_that_was_left(tmp_path: Path) -> None:
    with program(tmp_path) as portal:
        console, ada, ben = Console(portal.url), student(portal.url, "ada"), student(portal.url, "ben")
        console.command("next")
        saved = ada.tap("/answer", question=0, answer="B")
        assert stage_of(saved.text)["answer"] == "B"
        time.sleep(1.2)  # real time passes: what is lost in it must not be given back
        left = int(ben.stage()["remaining-ms"])
        portal.kill()
        time.sleep(2.5)  # the server is down: nobody's loss
        portal.start()
        assert ada.stage()["answer"] == "B"
        assert ben.stage()["state"] == "question_open"
        assert abs(int(ben.stage()["remaining-ms"]) - left) < 1000
        assert console.stage("/admin/")["state"] == "question_open", "the instructor is still signed in"
        assert stage_of(ben.tap("/answer", question=0, answer="A").text)["answer"] == "A"
        assert console.command("close").status_code == 200
        assert ada.stage()["points"] == "100"


def test_a_question_whose_time_ran_on_closes_by_itself_after_a_restart(tmp_path: Path) -> None:
    with program(tmp_path, pool_text("B", seconds=5)) as portal:
        console, ada = Console(portal.url), student(portal.url, "ada")
        console.command("next")
        portal.kill()
        portal.start()
        assert ada.stage()["state"] == "question_open"
        until = time.monotonic() + 9
        while ada.stage()["state"] == "question_open":
            assert time.monotonic() < until, "the bell did not ring"
            time.sleep(0.1)
        assert ada.stage()["state"] == "question_closed"


def test_ctrl_c_ends_it_within_two_seconds_with_streams_open(tmp_path: Path) -> None:
    with program(tmp_path) as portal:
        ada = student(portal.url, "ada")
        with ada.stream("GET", "/stream") as stream:
            next(stream.iter_lines())
            began = time.monotonic()
            assert portal.stop() == 0
            assert time.monotonic() - began < 2.5
        log = (tmp_path / "program.log").read_text()
        assert "Traceback" not in log
        assert "ERROR" not in log


def test_a_second_program_on_the_same_file_refuses_to_start(tmp_path: Path) -> None:
    with program(tmp_path) as portal:
        command = [sys.executable, "-m", "portal", "serve", str(tmp_path / "pool.json"), "--port=0"]
        second = subprocess.run(
            [*command, f"--db={tmp_path / 'portal.db'}"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        assert second.returncode == 1
        assert "in use by another Portal" in second.stderr
        assert "Traceback" not in second.stderr
        assert student(portal.url, "ada").stage()["state"] == "lobby", "the first goes on"


def test_an_edited_pool_is_picked_up_in_the_lobby_and_not_after_the_first_question(tmp_path: Path) -> None:
    with program(tmp_path) as portal:
        console = Console(portal.url)
        edit(portal, "A test", "An edited test")
        assert "An edited test" in console.get("/admin/").text
        console.command("next")
        edit(portal, "An edited test", "Edited too late")
        page = console.get("/admin/").text
        assert "An edited test" in page
        assert "has changed" in page


def test_a_faulty_pool_stops_the_start_with_every_fault(tmp_path: Path) -> None:
    pool = tmp_path / "bad.json"
    pool.write_text(
        '{"title": "", "questions": [{"text": "?", "options": ["a", "b"], "correct": "E", "explantion": "x"}]}'
    )
    command = [sys.executable, "-m", "portal", "serve", str(pool), f"--db={tmp_path / 'p.db'}", "--port=0"]
    refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert refused.returncode == os.EX_CONFIG
    for part in ("questions[0].correct", '"E"', "explanation"):
        assert part in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "p.db").exists()


def edit(portal: Program, old: str, new: str) -> None:
    """Changes the pool's file and starts the program again."""
    pool = portal.folder / "pool.json"
    assert old in pool.read_text()
    pool.write_text(pool.read_text().replace(old, new))
    portal.stop()
    portal.start()


@pytest.mark.parametrize("name", ["portal.db"])
def test_the_file_is_whole_after_a_kill(tmp_path: Path, name: str) -> None:
    with program(tmp_path) as portal:
        console = Console(portal.url)
        console.command("next")
        for number in range(20):
            student(portal.url, f"s{number}").tap("/answer", question=0, answer="B")
        portal.kill()
        connection = sqlite3.connect(tmp_path / name)
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert connection.execute("SELECT count(*) FROM answers").fetchone()[0] == 20
        connection.close()


def test_the_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    with program(tmp_path):
        assert (tmp_path / "portal.db").stat().st_mode & 0o077 == 0
