"""The writer on a real file: groups, order, what is refused after a failure, and who may open the file at all."""

import asyncio
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.domain.ids import Choice, Claim, Millis, ParticipantId, QuestionNumber, Round, RunId, Sequence
from portal.domain.quiz.events import AnswerAccepted, Event, RoomLocked
from portal.store import schema
from portal.store.log import EventLog, InUse, NotSaved
from tests.halls import IMPATIENT, PATIENT, held_by_another, until_taken
from tests.playing import START


class Open:
    """An open log. ``told`` lists what the writer said of each batch, in the order in which it said it."""

    def __init__(self, path: Path, lock_wait: float = PATIENT) -> None:
        self.log = EventLog(path, lock_wait=lock_wait)
        self.log.start()
        self.told: list[tuple[int, str]] = []
        self._waiting: list[asyncio.Event] = []

    def append(self, sequence: int, event: Event | None = None) -> None:
        heard = asyncio.Event()
        self._waiting.append(heard)

        def settled(error: Exception | None) -> None:
            self.told.append((sequence, "saved" if error is None else type(error).__name__))
            heard.set()

        self.log.append(RunId(1), [(Sequence(sequence), event or RoomLocked(START))], settled)

    async def settle(self) -> list[tuple[int, str]]:
        """Waits until everything that was appended has been heard of."""
        async with asyncio.timeout(10):
            for heard in self._waiting:
                await heard.wait()
        return self.told

    async def append_behind_a_lock(self, latest: int) -> None:
        """1 is being written, and waits for another's lock; 2 to ``latest`` wait behind it."""
        self.append(1)
        await until_taken(self.log)
        for sequence in range(2, latest + 1):
            self.append(sequence)

    def sequences(self) -> list[int]:
        return [stored.sequence for stored in self.log.replay()]


def test_batches_are_told_in_the_order_of_appending_and_are_on_disk_by_then(tmp_path: Path) -> None:
    async def scene() -> None:
        place = Open(tmp_path / "portal.db")
        seen: list[bool] = []

        def settled(sequence: int) -> None:
            with place.log.reader() as connection:
                found = connection.execute("SELECT count(*) FROM event WHERE sequence = ?", (sequence,)).fetchone()
            seen.append(found == (1,))

        for sequence in range(1, 51):
            place.append(sequence)
            place.log.append(RunId(1), [], lambda _, sequence=sequence: settled(sequence))  # type: ignore[misc]  # a default binds the number
        assert await place.settle() == [(sequence, "saved") for sequence in range(1, 51)]
        place.log.close()
        await asyncio.sleep(0)
        assert seen == [True] * 50

    asyncio.run(scene())


def test_a_group_of_any_size_is_written_whole_and_in_order_by_a_few_statements(tmp_path: Path) -> None:
    async def scene() -> None:
        place = Open(tmp_path / "portal.db")
        told: list[str] = []
        place.log._connection.set_trace_callback(told.append)  # noqa: SLF001 (to count what SQLite is told)
        with held_by_another(tmp_path / "portal.db"):
            await place.append_behind_a_lock(300)
            beat = asyncio.create_task(place.log.beat(Millis(7)))
            await asyncio.sleep(0)
            for sequence in range(301, 400):
                place.append(sequence)
        await place.settle()
        await beat
        assert place.sequences() == list(range(1, 400))
        assert sum(each.startswith("INSERT INTO event") for each in told) == 1 + 6 + 4
        place.log.close()

    asyncio.run(scene())


def test_what_waits_while_a_commit_is_under_way_is_committed_together(tmp_path: Path) -> None:
    async def scene() -> None:
        place = Open(tmp_path / "portal.db")
        spoken: list[str] = []
        place.log._connection.set_trace_callback(spoken.append)  # noqa: SLF001 (to count what SQLite is told)
        with held_by_another(tmp_path / "portal.db"):
            await place.append_behind_a_lock(300)
        await place.settle()
        place.log.close()
        assert spoken.count("COMMIT") == 2

    asyncio.run(scene())


def test_what_one_turn_of_the_loop_decides_is_one_commit(tmp_path: Path) -> None:
    async def scene() -> None:
        place = Open(tmp_path / "portal.db")
        spoken: list[str] = []
        place.log._connection.set_trace_callback(spoken.append)  # noqa: SLF001 (to count what SQLite is told)
        for sequence in range(1, 21):
            place.append(sequence)
            time.sleep(0.001)  # noqa: ASYNC251 (the loop is busy with the next request, and the writer could run)
        assert await place.settle() == [(sequence, "saved") for sequence in range(1, 21)]
        place.log.close()
        assert spoken.count("COMMIT") == 1

    asyncio.run(scene())


def test_what_was_decided_in_the_last_turn_of_the_loop_is_written_at_the_end(tmp_path: Path) -> None:
    async def scene() -> None:
        place = Open(tmp_path / "portal.db")
        place.append(1)
        place.log.close()
        assert place.sequences() == [1]

    asyncio.run(scene())


def test_a_crowd_is_told_in_order_and_the_loop_does_other_things_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.store.log.SLICE", 0.0)  # no time at all: a pause before each but the first of a turn

    async def scene() -> None:
        place = Open(tmp_path / "portal.db")
        ticks: list[int] = []

        async def tick() -> None:
            while len(place.told) < 50:
                ticks.append(len(place.told))
                await asyncio.sleep(0)

        for sequence in range(1, 51):
            place.append(sequence)
        ticking = asyncio.create_task(tick())
        assert await place.settle() == [(sequence, "saved") for sequence in range(1, 51)]
        await ticking
        assert len(set(ticks)) > 25
        place.log.close()

    asyncio.run(scene())


def test_one_that_cannot_be_told_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    async def scene() -> None:
        faults: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, told: faults.append(told["exception"]))

        def breaks(_: Exception | None) -> None:
            raise ValueError

        place = Open(tmp_path / "portal.db")
        place.append(1)
        place.log.append(RunId(1), [(Sequence(2), RoomLocked(START))], breaks)
        place.append(3)
        assert await place.settle() == [(1, "saved"), (3, "saved")]
        assert [type(fault) for fault in faults] == [ValueError]
        place.log.close()

    asyncio.run(scene())


def test_a_failed_commit_refuses_its_group_and_whatever_was_decided_on_top_of_it(tmp_path: Path) -> None:
    async def scene() -> None:
        place = Open(tmp_path / "portal.db", IMPATIENT)
        order: list[str] = []
        place.log.lost = lambda: order.append(f"lost after {len(place.told)}")
        with held_by_another(tmp_path / "portal.db"):
            place.append(1)
            await until_taken(place.log)
            place.append(2)
            place.append(3)
            assert await place.settle() == [(1, "NotSaved"), (2, "NotSaved"), (3, "NotSaved")]
        assert order == ["lost after 0"], "who holds the state hears it before those who wait"
        assert place.sequences() == []
        place.log.close()

    asyncio.run(scene())


def test_when_the_cause_is_gone_the_next_try_works(tmp_path: Path) -> None:
    async def scene() -> None:
        place = Open(tmp_path / "portal.db", IMPATIENT)
        for _ in range(3):
            with held_by_another(tmp_path / "portal.db"):
                place.append(1)
                await until_taken(place.log)
                place.append(2)
                await place.settle()
            assert place.log.failing is not None
        assert place.sequences() == []
        place.append(1)
        assert (await place.settle())[-1] == (1, "saved")
        assert place.log.failing is None
        assert place.sequences() == [1]
        place.log.close()

    asyncio.run(scene())


def test_a_fault_that_is_not_the_disks_is_told_and_the_writer_lives_on(tmp_path: Path) -> None:
    async def scene() -> None:
        place = Open(tmp_path / "portal.db")
        place.append(1, RoomLocked(Millis(2**70)))  # more than SQLite's integers hold
        await place.settle()
        place.append(1)
        assert await place.settle() == [(1, "NotSaved"), (1, "saved")]
        place.log.close()

    asyncio.run(scene())


def test_an_event_that_cannot_be_written_as_json_is_refused_at_once(tmp_path: Path) -> None:
    async def scene() -> None:
        place = Open(tmp_path / "portal.db")
        with pytest.raises(ValueError, match="surrogate"):
            place.log.append(RunId(1), [(Sequence(1), answer("B", participant="\ud800"))], lambda _: None)
        place.append(1)
        assert await place.settle() == [(1, "saved")]
        place.log.close()

    asyncio.run(scene())


def answer(choice: str, *, participant: str = "ada") -> AnswerAccepted:
    who, claim = ParticipantId(participant), Claim("claim")
    return AnswerAccepted(START, who, claim, QuestionNumber(0), Round(1), Choice(choice), Millis(10), "RECEIPT")


def test_the_file_itself_refuses_a_second_answer_to_one_question(tmp_path: Path) -> None:
    async def scene() -> None:
        place = Open(tmp_path / "portal.db")
        place.append(1, answer("B"))
        await place.settle()
        place.append(2, answer("C"))
        await place.settle()
        place.append(2, answer("C", participant="bea"))
        assert await place.settle() == [(1, "saved"), (2, "NotSaved"), (2, "saved")]
        place.log.close()

    asyncio.run(scene())


def test_closing_writes_what_waits(tmp_path: Path) -> None:
    async def scene() -> None:
        place = Open(tmp_path / "portal.db")
        for sequence in range(1, 101):
            place.append(sequence)
        place.log.close()
        place.log.close()
        assert place.sequences() == list(range(1, 101))
        assert len(await place.settle()) == 100

    asyncio.run(scene())


def test_what_is_no_event_goes_the_same_way(tmp_path: Path) -> None:
    async def scene() -> None:
        place = Open(tmp_path / "portal.db", IMPATIENT)
        with held_by_another(tmp_path / "portal.db"), pytest.raises(NotSaved):
            await place.log.beat(Millis(5))
        assert place.log.latest() == (0, 0, 0)
        await place.log.beat(Millis(5))
        await place.log.beat(Millis(7))
        assert place.log.latest() == (0, 0, 7)
        place.append(1)
        await place.settle()
        assert place.log.latest() == (1, 1, START), "whichever is later: the latest event, or the latest beat"
        place.log.close()

    asyncio.run(scene())


def test_the_file_is_held_to_full_syncs(tmp_path: Path) -> None:
    connection = schema.connect(tmp_path / "portal.db")
    assert [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")] == [
        "wal",
        2,
    ]
    connection.close()
    with pytest.raises(OSError, match="cannot promise"):
        schema.connect(Path(":memory:"))


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "portal.db")
    with log.reader() as connection, pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM event")
    log.close()


def test_a_file_may_be_called_anything(tmp_path: Path) -> None:
    path = tmp_path / "Prüfung #1, 50% ?" / "portal db?mode=memory.db"
    log = EventLog(path)
    assert log.latest() == (0, 0, 0)
    log.close()
    assert path.exists()


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "portal.db"
    program = f"from pathlib import Path; from portal.store.log import EventLog; EventLog(Path({str(path)!r})).close()"
    log = EventLog(path)
    with pytest.raises(InUse, match="in use by another Portal"):
        EventLog(path)
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "InUse" in other.stderr
    log.close()
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_newer_programs_file_is_refused_by_name_and_let_go_of(tmp_path: Path) -> None:
    path = tmp_path / "portal.db"
    EventLog(path).close()
    newer = sqlite3.connect(path)
    with newer:
        newer.execute("INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('portal', 'm999_telepathy')")
    with pytest.raises(schema.NewerFile, match="m999_telepathy"):
        EventLog(path)
    with newer:
        newer.execute("DELETE FROM _sqlite_migrations WHERE name = 'm999_telepathy'")
    newer.close()
    EventLog(path).close()  # the refusal holds no lock


def test_an_older_programs_file_is_brought_up_to_date_and_keeps_its_events(tmp_path: Path) -> None:
    path = tmp_path / "portal.db"
    EventLog(path).close()
    older = sqlite3.connect(path)
    with older:
        older.execute("INSERT INTO event VALUES (1, 1, 5, 'RoomLocked', NULL, '{\"at\": 5}')")
        older.execute("DROP TABLE alive")
        older.execute("DROP TABLE sign_in")
        older.execute("DROP VIEW answers")
        older.execute("DROP VIEW joins")
        older.execute("DROP VIEW ledger")
        older.execute("DROP INDEX one_outcome")
        older.execute("DELETE FROM _sqlite_migrations WHERE name > 'm001_events'")
    older.close()
    log = EventLog(path)
    assert [(each.sequence, each.event) for each in log.replay()] == [(1, RoomLocked(Millis(5)))]
    assert log.latest() == (1, 1, 5)
    log.close()


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "portal.db"
    path.write_text("Dear diary, today was a day like any other. " * 100)
    for _ in range(2):
        with pytest.raises(sqlite3.DatabaseError):
            EventLog(path)
    assert path.read_text().startswith("Dear diary")
