"""What the file itself says of a contest: its ledger as a table, and a question that is answered once."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence as Listed
from dataclasses import replace
from pathlib import Path

import pytest

from portal.domain.competition.events import Event, TeamAnswered
from portal.domain.ids import RunId, Sequence
from portal.store.log import EventLog, NotSaved
from tests.contesting import running


async def write(log: EventLog, events: Listed[tuple[int, Event]]) -> None:
    told: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def settled(error: Exception | None) -> None:
        told.set_exception(error) if error else told.set_result(None)

    log.append(RunId(1), [(Sequence(number), event) for number, event in events], settled)
    async with asyncio.timeout(10):
        await told


def test_the_ledger_can_be_read_with_sql_alone(tmp_path: Path) -> None:
    hall = running("Ours", "Theirs").ask("Ours").answer("Ours", "B").open("Theirs")
    hall.do(hall.adjusting("Theirs", -5))
    log = EventLog(tmp_path / "portal.db")

    async def scene() -> None:
        log.start()
        await write(log, list(enumerate(hall.history, start=1)))

    asyncio.run(scene())
    with log.reader() as connection:
        rows = connection.execute("SELECT team, delta, balance, cause, question, note FROM ledger").fetchall()
    log.close()
    sums: dict[str, int] = defaultdict(int)
    for team, delta, balance, *_ in rows:
        sums[team] += delta
        assert sums[team] == balance
    assert sums == {team: state.points for team, state in hall.state.teams.items()}
    ours, theirs = hall.id("Ours"), hall.id("Theirs")
    assert [row[3:] for row in rows if row[0] == ours] == [("start", None, ""), ("right", "q1", "")]
    assert [row[3:] for row in rows if row[0] == theirs] == [
        ("start", None, ""), ("box", "hard1", ""), ("adjusted", None, "wrong key")
    ]  # fmt: skip


def test_the_file_refuses_a_second_answer_to_a_question(tmp_path: Path) -> None:
    hall = running("Ours", "Theirs").ask("Ours").answer("Ours", "B")
    answered = hall.history[-1]
    assert isinstance(answered, TeamAnswered)
    log = EventLog(tmp_path / "portal.db")

    async def scene() -> None:
        log.start()
        await write(log, [(1, answered)])
        with pytest.raises(NotSaved):
            await write(log, [(2, replace(answered, team=hall.id("Theirs")))])

    asyncio.run(scene())
    assert [each.sequence for each in log.replay()] == [1]
    log.close()
