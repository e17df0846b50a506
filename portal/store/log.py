"""The event log: one writer thread commits in groups, and nothing is acknowledged before its commit.

Coroutines hand a batch of rows over and are told, in order, whether it is on disk. What one turn of the event loop has
decided goes to the writer together: one by one, a class that taps at the same instant was written in dozens of commits,
while loop and writer took Python's lock from one another. When a commit fails, that group and everything that was
decided on top of it is refused: ``generation`` tells which batches those are.
"""

import asyncio
import fcntl
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import IO

from portal.domain.ids import Millis, RunId, Sequence
from portal.domain.modes import Event, Start
from portal.store import codec, schema
from portal.store.reading import LogReader

Statement = tuple[str, tuple[object, ...]]
_INSERT = "INSERT INTO event (sequence, run, at, kind, participant, body) VALUES (?, ?, ?, ?, ?, ?)"
_ANOTHER = ", (?, ?, ?, ?, ?, ?)"
_MOST_ROWS = 128  # of one statement; SQLite takes 32,766 values
SLICE = 0.004  # seconds of telling those who wait, without a pause; a slice of live.bus may come in the same turn
_ALIVE = "INSERT INTO alive (id, at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at"
_SAYS_NOTHING: Statement = ("PRAGMA user_version = 0", ())  # all the same a page that is written


class NotSaved(Exception):
    """The write did not reach the disk, and nothing of it is kept."""


class InUse(Exception):
    """Another process has the file."""


@dataclass(slots=True, eq=False)
class _Batch:
    """Statements that are committed together or not at all; ``settled`` hears the error, or None."""

    statements: list[Statement]
    generation: int
    settled: Callable[[Exception | None], None]


class EventLog(LogReader):
    """The one file. Opens it, locks it against a second process, writes it, reads it."""

    def __init__(self, path: Path, *, lock_wait: float = 5.0) -> None:
        """Raises :class:`InUse`, :class:`schema.NewerFile`, or ``OSError`` when the file cannot be had."""
        super().__init__(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.failing: str | None = None
        self.generation = 0
        self._lock = locked(path)
        try:
            self._connection = schema.connect(path, lock_wait=lock_wait)
        except BaseException:
            self._lock.close()
            raise
        self._decided: list[_Batch] = []  # in this turn of the loop
        self._queue: queue.SimpleQueue[list[_Batch] | None] = queue.SimpleQueue()
        self._due: deque[Callable[[], None]] = deque()  # what is to be told, in order
        self._refused_below = 0  # batches of an older generation rest on events that were never written
        self._thread = threading.Thread(target=self._write, name="portal-writer", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self.lost: Callable[[], None] = lambda: None  # told when a commit failed, before those who wait are

    def start(self) -> None:
        """Begins writing. Called on the event loop that will be told about commits."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def close(self) -> None:
        """Writes what waits, then lets go of the file. Safe to call twice."""
        if self._thread.is_alive():
            self._send_off()
            self._queue.put(None)
            self._thread.join()
        self._connection.close()
        self._lock.close()

    def append(
        self, run: RunId, events: list[tuple[Sequence, Event]], settled: Callable[[Exception | None], None]
    ) -> None:
        """Writes ``events`` in one transaction; ``settled`` is called on the loop, in the order of appending.

        They belong to ``run``, until one of them starts the next.
        """
        rows: list[Statement] = []
        for sequence, event in events:
            run = event.run if isinstance(event, Start) else run
            kind, participant = codec.kind_of(event), getattr(event, "participant", None)
            rows.append((_INSERT, (sequence, run, event.at, kind, participant, codec.encode(event))))
        self._hand_over(_Batch(rows, self.generation, settled))

    async def execute(self, statements: list[Statement]) -> None:
        """Writes something that is no event. Raises :class:`NotSaved`."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._hand_over(_Batch(statements, self.generation, lambda error: resolve(future, error)))
        await future

    async def beat(self, now: Millis) -> None:
        """Notes that the program is alive, and so whether it can write. Raises :class:`NotSaved`."""
        await self.execute([(_ALIVE, (now,))])

    def _hand_over(self, batch: _Batch) -> None:
        assert self._loop is not None, "the log was not started"
        if not self._decided:
            self._loop.call_soon(self._send_off)
        self._decided.append(batch)

    def _send_off(self) -> None:
        if self._decided:
            self._queue.put(self._decided)
            self._decided = []

    def _write(self) -> None:
        """The thread: whatever waits is one group. The longer a commit takes, the larger the next group."""
        while True:
            handed = [self._queue.get()]
            with suppress(queue.Empty):
                while True:
                    handed.append(self._queue.get_nowait())
            group = [batch for batches in handed if batches is not None for batch in batches]
            if group:
                self._commit_group(group)
            if None in handed:
                return

    def _commit_group(self, group: list[_Batch]) -> None:
        standing = [batch for batch in group if batch.generation >= self._refused_below]
        error: NotSaved | None = None
        try:
            if standing:
                self._commit(standing)
        except Exception as fault:  # whatever it was, the thread lives on and those who wait are told
            error = NotSaved(str(fault))
            error.__cause__ = fault
            self._cover(fault)
            self._refused_below = standing[-1].generation + 1
        assert self._loop is not None
        # a loop that is gone has nobody left to tell: what is committed stays committed
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._settle, group, standing, error)

    def _commit(self, group: list[_Batch]) -> None:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            for sql, values in _merged(statement for batch in group for statement in batch.statements):
                connection.execute(sql, values)
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise

    def _cover(self, fault: Exception) -> None:
        """Writes over what a commit that failed at its sync has left in the journal: a crash before the next commit
        would find it there, whole, and the next start would believe what everybody was told is not saved."""
        if getattr(fault, "sqlite_errorname", "").startswith("SQLITE_IOERR"):
            with suppress(sqlite3.Error):
                self._commit([_Batch([_SAYS_NOTHING], self.generation, lambda _: None)])

    def _settle(self, group: list[_Batch], standing: list[_Batch], error: NotSaved | None) -> None:
        """On the loop: begins a new generation after a failure, then tells each batch, in order.

        Batches of an older generation were decided on top of what failed, so they are refused without being tried.
        """
        is_telling = bool(self._due)
        if standing:
            self._due.append(partial(self._note, standing[-1].generation, error))
        tried = set(standing)
        for batch in group:
            self._due.append(partial(batch.settled, error if batch in tried else NotSaved("an earlier write failed")))
        if not is_telling:
            self._tell()

    def _note(self, generation: int, error: NotSaved | None) -> None:
        self.failing = None if error is None else str(error)
        if error is not None:
            self.generation = generation + 1
            self.lost()

    def _tell(self) -> None:
        """Tells some; the loop does what else there is, their replies first, before it goes on with the rest."""
        assert self._loop is not None
        until = self._loop.time() + SLICE
        try:
            while self._due:
                self._due.popleft()()
                if self._loop.time() >= until:
                    break
        finally:  # one that cannot be told must not keep all others waiting
            if self._due:
                self._loop.call_soon(self._tell)


def _merged(statements: Iterable[Statement]) -> Iterator[Statement]:
    """The same, with events that follow one another in one statement.

    Each statement lets go of Python's lock and must get it back from the busy event loop: one a row took twice the time
    of the answers themselves. Sizes are powers of two, so that a few statements are prepared once and for all.
    """
    for sql, run in groupby(statements, key=itemgetter(0)):
        rows = [values for _, values in run]
        if sql != _INSERT:
            yield from ((sql, values) for values in rows)
            continue
        begun = 0
        while left := len(rows) - begun:
            size = min(1 << left.bit_length() - 1, _MOST_ROWS)
            several = rows[begun : begun + size]
            yield _INSERT + _ANOTHER * (size - 1), tuple(chain.from_iterable(several))
            begun += size


def resolve(future: "asyncio.Future[None]", error: Exception | None) -> None:
    """Tells who waits, unless the waiting was given up."""
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)


def locked(path: Path) -> IO[str]:
    """Takes ``path`` against every other Portal, until what it answers with is closed. Raises :class:`InUse`."""
    handle = path.with_name(path.name + ".lock").open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        handle.close()
        message = f"{path} is in use by another Portal; stop that one first, or give this one another file (--db)"
        raise InUse(message) from fault
    return handle
