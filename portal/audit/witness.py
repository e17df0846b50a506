"""The file as the audit reads it: raw rows, read-only, also while the program writes."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class Unreadable(Exception):
    """The file cannot be audited at all; the message is a sentence that says why."""


@dataclass(slots=True)
class Findings:
    """What the audit of a run, or of a whole file, came to. ``receipts`` counts those that fit; ``unfit`` are others.

    ``teams``, their answers and the ``entries`` of their ledgers are those of contests.
    """

    answers: int = 0
    receipts: int = 0
    unfit: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    teams: int = 0
    team_answers: int = 0
    entries: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One event as it stands in the file. ``body`` is empty when it is not JSON."""

    sequence: int
    run: int
    at: int
    kind: str
    participant: str | None
    text: str
    body: dict[str, Any]

    @property
    def place(self) -> str:
        return f"run {self.run}, event {self.sequence} ({self.kind})"


def rows_of(file: Path) -> list[Row]:
    """Every event, as one moment of the file. Raises :class:`Unreadable`."""
    try:
        with closing(_connect(file)) as connection:
            damage = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            if damage != ["ok"]:
                raise Unreadable(f"{file} is damaged: {'; '.join(damage[:3])}")
            sql = "SELECT sequence, run, at, kind, participant, body FROM event ORDER BY sequence"
            found = connection.execute(sql)
            return [Row(place, run, at, kind, who, text, _object(text)) for place, run, at, kind, who, text in found]
    except sqlite3.Error as fault:
        raise Unreadable(f"{file} is not the file of a Portal, or cannot be read: {fault}") from fault


def faults_of_order(rows: list[Row]) -> Iterator[str]:
    """Holes in the sequence, rows that cannot be read or say two things, and time that goes back."""
    for row, before in zip(rows, [None, *rows], strict=False):
        expected = 1 if before is None else before.sequence + 1
        if row.sequence != expected:
            missing = f"{expected}" if row.sequence == expected + 1 else f"{expected} to {row.sequence - 1}"
            yield f"event {missing}: not in the file"
        if before is not None and (row.run < before.run or row.at < before.at):
            what = "belongs to an earlier run" if row.run < before.run else f"is {before.at - row.at} ms earlier"
            yield f"{row.place}: {what} than the event before it"
        if not row.body:
            yield f"{row.place}: its body is empty or no JSON object"
        elif (row.body.get("at"), row.body.get("participant")) != (row.at, row.participant):
            yield f"{row.place}: its columns say something else than its body"


def _connect(file: Path) -> sqlite3.Connection:
    if not file.is_file():
        raise Unreadable(f"there is no file {file}")
    # A file that nobody has open is read as it is: SQLite would else leave two files beside it, and those of a root
    # who audits could not be opened by the program afterwards.
    mode = "mode=ro" if file.with_name(f"{file.name}-wal").exists() else "mode=ro&immutable=1"
    return sqlite3.connect(f"{file.absolute().as_uri()}?{mode}", uri=True, timeout=5.0)


def _object(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
