"""The file as those read it who do not write: it needs no lock, and the program may be running."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.domain.ids import Millis, RunId, Sequence
from portal.domain.modes import Event
from portal.store import codec


@dataclass(frozen=True, slots=True)
class Stored:
    """One row of the log."""

    sequence: Sequence
    run: RunId
    event: Event


class LogReader:
    """What is committed in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def replay(self, run: RunId | None = None) -> Iterator[Stored]:
        """Every event of ``run`` (None: of the file) in order, as committed."""
        where, bound = ("", ()) if run is None else ("WHERE run = ?", (run,))
        with self.reader() as connection:
            sql = f"SELECT sequence, run, kind, body FROM event {where} ORDER BY sequence"  # noqa: S608 (fixed texts)
            for sequence, number, kind, body in connection.execute(sql, bound):
                yield Stored(Sequence(sequence), RunId(number), codec.decode(kind, body))

    def latest(self) -> tuple[RunId, Sequence, Millis]:
        """The newest run, the last sequence number, the last moment at which the program was alive; zeros if none."""
        sql = (
            "SELECT coalesce(max(run), 0), coalesce(max(sequence), 0),"
            " max(coalesce((SELECT at FROM event ORDER BY sequence DESC LIMIT 1), 0),"
            " coalesce((SELECT at FROM alive), 0)) FROM event"
        )
        with self.reader() as connection:
            run, sequence, alive = connection.execute(sql).fetchone()
        return RunId(run), Sequence(sequence), Millis(alive)

    def reader(self) -> "_Reader":
        """A connection that sees what is committed and cannot write, for one ``with`` block."""
        return _Reader(self.path)


class _Reader:
    """A read-only connection for the length of a ``with`` block, closed on every way out."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> sqlite3.Connection:
        self._connection = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True, timeout=5.0)
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()
