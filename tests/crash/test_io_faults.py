"""Whichever write or sync fails, it is told, nothing is kept, and the next try works."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.domain.ids import Choice, QuestionNumber
from portal.domain.quiz import commands as c
from tests.crash.io_faults import FAULTS, run_all
from tests.halls import Hall, HeldClock, opened
from tests.playing import joining, pid

Instant = Callable[[Hall], list[c.Command]]


def test_a_failed_system_call_is_told_and_nothing_of_it_is_kept() -> None:
    verdict = run_all(answers=12, numbers=(2,))
    assert verdict.runs == len(FAULTS), "each of them was met"
    assert verdict.wrong == 0


class Failing:
    """A connection whose ``n``-th statement fails, once."""

    in_transaction = False

    def __init__(self, connection: sqlite3.Connection, n: int) -> None:
        self._connection, self.left = connection, n
        self.close = connection.close

    def execute(self, sql: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        self.left -= 1
        if self.left == 0:
            raise sqlite3.OperationalError("disk I/O error")
        return self._connection.execute(sql, values)


def answering(place: Hall, who: str, choice: str) -> c.SubmitAnswer:
    current = place.state.current or QuestionNumber(0)
    claim = place.state.participants[pid(who)].claim
    assert claim is not None
    return c.SubmitAnswer(pid(who), claim, current, None, Choice(choice), place.clock.now())


def all_answer(place: Hall) -> list[c.Command]:
    return [answering(place, who, choice) for who, choice in (("ada", "B"), ("ben", "C"), ("cy", "B"))]


LECTURE: list[Instant] = [
    lambda _: [joining("ada"), joining("ben"), joining("cy")],
    lambda place: [c.Next(place.state.turn)],
    all_answer,
    lambda place: [c.Close(place.state.turn)],
    lambda place: [c.Next(place.state.turn)],
    all_answer,
    lambda place: [c.HandOver(pid("ben")), c.Clear(pid("cy"))],
    lambda _: [c.UndoRelease(pid("ben")), c.UndoRelease(pid("cy"))],
    lambda place: [c.End(place.state.turn)],
]
"""What is asked in the same instant, instant after instant."""


async def played(folder: Path, n: int) -> tuple[str, bool]:
    """The end of a lecture in which the ``n``-th statement failed and everybody tried again; whether it was met."""
    place = await opened(folder / "portal.db", HeldClock())
    failing = Failing(place.log._connection, n)  # noqa: SLF001 (where a disk can be made to fail at will)
    place.log._connection = failing  # type: ignore[assignment]  # noqa: SLF001 (a failing disk)
    try:
        for instant in LECTURE:
            outcomes = await place.together(*instant(place))
            assert place.replayed() == place.state == place.run.ahead, "what is shown is what is on disk"
            saved = outcomes.count("ok")
            assert outcomes == ["ok"] * saved + ["not saved"] * (len(outcomes) - saved), (
                "what rests on it fails with it"
            )
            assert saved == len(outcomes) or failing.left <= 0
            again = await place.together(*instant(place)[saved:])
            assert set(again) <= {"ok"}
        assert [row[0] for row in place.rows()] == list(range(1, len(place.rows()) + 1))
        return repr(place.state), failing.left <= 0
    finally:
        await place.close()


@pytest.mark.parametrize("first", range(1, 5))
def test_whichever_statement_fails_everybody_tries_again_and_the_lecture_ends_the_same(
    tmp_path: Path, first: int
) -> None:
    """Every n that there is, in four parts."""
    undisturbed, _ = asyncio.run(played(tmp_path, 0))
    met = 0
    for n in range(first, 1000, 4):
        (folder := tmp_path / str(n)).mkdir()
        end, was_met = asyncio.run(played(folder, n))
        assert end == undisturbed, f"statement {n}"
        if not was_met:
            break
        met += 1
    assert met > 5
