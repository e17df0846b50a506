"""A copy of the file to take home: one moment of it, while the program may be writing."""

import sqlite3
from contextlib import closing
from pathlib import Path

from portal.store import schema


class NoCopy(Exception):
    """There is nothing that could be copied; the message is a sentence that says why."""


def copy(path: Path, to: Path) -> None:
    """Writes ``path`` as it is at this moment to ``to``, one file that is whole by itself. Nobody who writes waits.

    Everything of every run is in the copy, claims included: the receipts and the audit rest on them, and a cookie with
    a claim is worth nothing without the key that signs it. The instructor's live sign-ins are left out. Raises
    :class:`NoCopy` or :class:`schema.NewerFile`.
    """
    if not path.is_file():
        raise NoCopy(f"there is no file {path}")
    try:
        with closing(_reader(path)) as source, closing(sqlite3.connect(to, isolation_level=None)) as target:
            source.backup(target)
            damage = [row[0] for row in target.execute("PRAGMA integrity_check")]
            if damage != ["ok"]:
                raise NoCopy(f"{path} is damaged: {'; '.join(damage[:3])}")
            schema.refuse_newer(target)
            target.execute("SELECT sequence, run, at, kind, participant, body FROM event LIMIT 1")
            target.execute("PRAGMA journal_mode = DELETE")
            if target.execute("SELECT 1 FROM sqlite_master WHERE name = 'sign_in'").fetchone():
                target.execute("DELETE FROM sign_in")
            target.execute("VACUUM")  # what was deleted is gone from the pages, too
    except sqlite3.Error as fault:
        raise NoCopy(f"{path} is not the file of a Portal, or cannot be read: {fault}") from fault


def _reader(path: Path) -> sqlite3.Connection:
    # A file that nobody has open is read as it is: SQLite would else leave two files beside it, and those of a root
    # who copies could not be opened by the program afterwards.
    mode = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "mode=ro&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=30.0)
