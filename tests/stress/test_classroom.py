"""A class of 100, and every scene of a lecture that goes wrong, against a server of their own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.stress.cli import main

pytestmark = pytest.mark.timeout(170)

QUIZ = {
    "title": "Every kind of question",
    "questions": [
        {"text": "One of four", "options": ["a", "b", "c", "d"], "correct": "B"},
        {"text": "Two of five", "options": ["a", "b", "c", "d", "e"], "correct": ["A", "D"]},
        {"text": "A poll", "options": ["yes", "no"]},
        {"text": "Three of eight", "options": list("stuvwxyz"), "correct": ["A", "B", "H"], "time_limit": 20},
    ],
}
Play = Callable[..., dict[str, Any]]


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Play:
    """Runs the harness against a server of its own and returns the line that it prints."""
    pool = tmp_path / "quiz.json"
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, score_fn: str = "accuracy") -> dict[str, Any]:
        pool.write_text(json.dumps({**QUIZ, "score_fn": score_fn}), "utf-8")
        status = main(["--pool", str(pool), *arguments])
        line: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert status == (0 if line["passed"] else 1)
        return line

    return run


def faults(line: dict[str, Any]) -> dict[str, list[str]]:
    """The faults of each scene that has some."""
    return {name: scene["faults"] for name, scene in line["scenes"].items() if not scene["passed"]}


def test_a_class_of_100_answers_within_a_second_and_every_number_is_right(play: Play) -> None:
    line = play("--students", "100")
    assert faults(line) == {}
    assert line["save_ms"]["n"] > 300
    assert line["fanout_ms"]["n"] == line["reveal_ms"]["n"] == 400


@pytest.mark.parametrize("score_fn", ["linear", "ranked"])
def test_a_class_that_is_paid_for_speed_gets_points_only_for_right_answers(play: Play, score_fn: str) -> None:
    assert faults(play("--students", "20", "--spread", "0.3", score_fn=score_fn)) == {}


def test_a_class_of_20_comes_through_everything_that_goes_wrong_in_a_hall(play: Play) -> None:
    line = play("--students", "20", "--scenario", "all", "--spread", "0.2")
    assert faults(line) == {}
    assert len(line["scenes"]) > 12


def test_a_server_elsewhere_is_not_attacked_by_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--url", "http://192.0.2.1:8001"]) == 1
    assert "--yes-this-is-my-server" in capsys.readouterr().err
