"""``portal audit``: it agrees with every honest file, and names the place of whatever was changed in one."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from portal.audit.report import audit, lines
from portal.domain import scoring
from tests.halls import TERMS
from tests.model import FUNCTIONS, Model, pool
from tests.serving import ROOT, Console, pool_text, program, stage_of, student
from tests.walk import walk
from tests.worlds import Disk

KEY = TERMS.seal.decode()


def played(folder: Path, function: str = "accuracy") -> Path:
    """A file with a short, honest run: two students, two questions, one miss."""
    model = Model(Disk(folder, pool(function)), function)
    model.step(model.join("ada", "Ada", 0), model.join("bea", "Bea", 0))
    for choice in ("B", "A,C"):
        model.step(model.next(0))
        model.wait(1_000)
        model.step(model.answer("ada", choice))
    model.step(model.answer("bea", "A"))
    model.step(model.close_question(0))
    model.close()
    return folder / "portal.db"


def change(file: Path, sql: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP INDEX one_answer")
        connection.execute(sql)
        connection.commit()


def test_an_honest_file_has_no_mismatch(tmp_path: Path) -> None:
    found = audit(played(tmp_path), KEY)
    assert found.faults == []
    assert lines(found) == ["3 answers, 3 receipts, 0 mismatches"]


def test_whatever_happens_in_a_lecture_the_second_reckoning_agrees(tmp_path: Path) -> None:
    answers = 0
    for seed, function in enumerate(FUNCTIONS):
        (folder := tmp_path / function).mkdir()
        model = Model(Disk(folder, pool(function)), function)
        walk(model, Random(seed), 150)  # noqa: S311 (a seed that can be walked again)
        model.close()
        file = max(folder.glob("*.db"), key=lambda each: each.stat().st_mtime_ns)  # each crash begins another
        found = audit(file, KEY)
        assert found.faults == []
        answers += found.answers
    assert answers > 10


@pytest.mark.parametrize(
    ("sql", "faults"),
    [
        ("DELETE FROM event WHERE sequence = 5", ["event 5: not in the file"]),
        (
            "UPDATE event SET body = json_set(body, '$.choice', 'A') WHERE sequence = 5",
            ["run 1, event 5 (AnswerAccepted): the receipt does not fit the answer of ada"],
        ),
        (
            "UPDATE event SET body = json_set(body, '$.elapsed', 30001) WHERE sequence = 5",
            ["run 1, event 5 (AnswerAccepted): 30001 ms is not within the limit of 30000 ms"],
        ),
        (
            "UPDATE event SET body = json_set(body, '$.elapsed', 1001) WHERE sequence = 5",
            ["run 1, event 5 (AnswerAccepted): 1001 ms is longer than the question had been open"],
        ),
        (
            "UPDATE event SET at = at + 5000 WHERE sequence = 5",
            [
                "run 1, event 5 (AnswerAccepted): its columns say something else than its body",
                "run 1, event 6 (QuestionClosed): is 5000 ms earlier than the event before it",
            ],
        ),
        (
            "INSERT INTO event SELECT max(sequence) + 1, run, at, 'Imagined', NULL, '{}' FROM event",
            ["run 1, event 11 (Imagined): its body is empty or no JSON object"],
        ),
    ],
)
def test_a_changed_row_is_named(tmp_path: Path, sql: str, faults: list[str]) -> None:
    file = played(tmp_path)
    change(file, sql)
    found = audit(file, KEY).faults
    for fault in faults:
        assert fault in found


def test_a_second_answer_is_named(tmp_path: Path) -> None:
    file = played(tmp_path)
    again = "INSERT INTO event SELECT 11, run, at, kind, participant, body FROM event WHERE sequence = 9"
    change(file, f"{again} AND kind = 'AnswerAccepted'")
    change_back = "UPDATE event SET sequence = 12 WHERE sequence = 10"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(change_back)
        connection.commit()
    assert any("a second answer of bea to question 2" in fault for fault in audit(file, KEY).faults)


def test_points_and_ranks_that_the_program_gets_wrong_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = played(tmp_path)
    monkeypatch.setitem(scoring.SCORE_FUNCTIONS, "accuracy", lambda attempt: 95)
    found = audit(file, KEY).faults
    assert "run 1, question 1, ada: 95 points (right) shown, 100 points (right) recomputed" in found
    assert any("standings, line 1: rank 1 for Ada (ada) with 190 points shown" in fault for fault in found)


def test_another_key_is_said_to_be_one(tmp_path: Path) -> None:
    found = audit(played(tmp_path), "another key")
    assert found.receipts == 0
    assert [fault for fault in found.faults if "probably not the key" in fault] == found.faults, "said once"


def run(*arguments: object) -> Iterator[object]:
    command = [sys.executable, "-m", "portal", "audit", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert "Traceback" not in done.stderr
    yield from (done.returncode, done.stdout, done.stderr)


def test_the_command_audits_a_file_in_use_with_the_key_beside_it(tmp_path: Path) -> None:
    with program(tmp_path, pool_text("B")) as portal:
        console, ada = Console(portal.url), student(portal.url, "ada")
        console.command("next")
        assert stage_of(ada.tap("/answer", question=0, answer="B").text)["answer"] == "B"
        assert list(run(tmp_path / "portal.db")) == [0, "1 answers, 1 receipts, 0 mismatches\n", ""]
        portal.stop()
    before = sorted(tmp_path.iterdir())
    assert list(run(tmp_path / "portal.db")) == [0, "1 answers, 1 receipts, 0 mismatches\n", ""]
    assert sorted(tmp_path.iterdir()) == before, "an audit leaves nothing behind"
    change(tmp_path / "portal.db", "UPDATE event SET body = json_set(body, '$.choice', 'A') WHERE kind LIKE 'Answer%'")
    status, said, _ = run(tmp_path / "portal.db")
    assert status == 1
    assert str(said).endswith("1 answers, 0 receipts, 1 mismatches\n")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("absent.db", None, "there is no file"),
        ("text.db", "no database at all, but long enough to be taken for one", "is not the file of a Portal"),
        ("empty.db", "", "is not the file of a Portal"),
    ],
)
def test_what_cannot_be_audited_is_a_sentence(tmp_path: Path, name: str, content: str | None, sentence: str) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    status, _, complaint = run(tmp_path / name, "--secret-key", "k" * 32)
    assert status == 1
    assert sentence in str(complaint)


def test_without_the_key_it_says_where_to_get_it(tmp_path: Path) -> None:
    status, _, complaint = run(played(tmp_path))
    assert status == 1
    assert "put the file secret-key beside it, or give --secret-key" in str(complaint)
