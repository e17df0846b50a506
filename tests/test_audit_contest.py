"""``portal audit`` of a contest: it agrees with an honest file, and names what was changed in one."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from portal.audit.report import audit, lines
from portal.audit.witness import Findings
from tests.serving import Console, serving
from tests.teams import contest_text, team

KEY = "k" * 32


def played(folder: Path) -> Path:
    """Two teams, a right and a wrong answer, a box, an adjustment, a deleted team with the question that it held."""
    with serving(folder, contest_text()) as url:
        console, us, them = Console(url), team(url, "Us"), team(url, "Them")
        console.command("next")
        us.tap("/team/question")
        us.tap("/team/answer", question_id="q1", answer="B")
        us.tap("/team/mystery", difficulty="HARD")
        us.tap("/team/answer", question_id="h1", answer="A")
        console.tap("/admin/teams/t1/points", delta="5", reason="kind")
        them.tap("/team/question")
        console.tap("/admin/teams/t2/delete")
        us.tap("/team/question", question_id="q2")
    return folder / "portal.db"


def changed(file: Path, sql: str) -> Findings:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(sql)
        connection.commit()
    return audit(file, KEY)


def test_an_honest_contest_has_no_mismatch(tmp_path: Path) -> None:
    found = audit(played(tmp_path), KEY)
    assert found.faults == []
    assert lines(found) == ["2 teams, 2 team answers, 5 ledger rows", "0 answers, 0 receipts, 0 mismatches"]


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        (
            "UPDATE event SET body = json_set(body, '$.entry.delta', 101) WHERE kind = 'TeamAnswered' AND"
            " json_extract(body, '$.right') = 1",
            "got 101 points for question q1, which is worth 100",
        ),
        (
            "UPDATE event SET body = json_set(body, '$.right', json('true')) WHERE kind = 'TeamAnswered'",
            "does not follow from its key",
        ),
        (
            "UPDATE event SET body = json_set(body, '$.team', 't1') WHERE kind = 'QuestionTaken'",
            "team t2 was deleted with question none, and q2 came back",
        ),
        (
            "UPDATE event SET body = json_set(body, '$.entry.delta', -1) WHERE kind = 'BoxOpened'",
            "costs something else",
        ),
        ("DELETE FROM event WHERE kind = 'PointsAdjusted'", "not in the file"),
    ],
)
def test_what_was_changed_is_named(tmp_path: Path, sql: str, fault: str) -> None:
    found = changed(played(tmp_path), sql)
    assert any(fault in each for each in found.faults), found.faults
