"""The file's tables, by append-only migrations: a newer program opens an older file, never the other way round."""

import sqlite3
from pathlib import Path

from sqlite_utils import Database, Migrations

migrations = Migrations("portal")


class NewerFile(Exception):
    """The file was written by a newer program than this one."""


@migrations()
def m001_events(db: Database) -> None:
    """Everything that happened, in order. ``body`` is the event as JSON; the columns beside it are for finding."""
    db.table("event").create(
        {"sequence": int, "run": int, "at": int, "kind": str, "participant": str, "body": str},
        pk="sequence",
        not_null={"run", "at", "kind", "body"},
        strict=True,
    )
    db.table("event").create_index(["run", "sequence"])
    # The second guard of "one accepted answer": the rules are the first.
    db.execute(
        "CREATE UNIQUE INDEX one_answer ON event (run, participant, json_extract(body, '$.claim'),"
        " json_extract(body, '$.question'), json_extract(body, '$.round')) WHERE kind = 'AnswerAccepted'"
    )


@migrations()
def m002_alive(db: Database) -> None:
    """One row: when the program was last known to be alive, so that a restart knows how long it was away."""
    db.table("alive").create({"id": int, "at": int}, pk="id", not_null={"at"}, strict=True)


@migrations()
def m003_sign_ins(db: Database) -> None:
    """The instructor's live sign-ins, by the hash of their token, until they are signed out or expire."""
    db.table("sign_in").create(
        {"token_hash": str, "expires_at": int}, pk="token_hash", not_null={"expires_at"}, strict=True
    )


@migrations()
def m004_views(db: Database) -> None:
    """What a person with an SQL prompt asks for first. Answers of cleared participants are in ``answers`` too."""
    db.create_view(
        "answers",
        "SELECT sequence, run, at, participant, json_extract(body, '$.question') AS question,"
        " json_extract(body, '$.round') AS round, json_extract(body, '$.choice') AS choice,"
        " json_extract(body, '$.elapsed') AS elapsed_ms FROM event WHERE kind = 'AnswerAccepted'",
    )
    db.create_view(
        "joins",
        "SELECT sequence, run, at, kind, participant, json_extract(body, '$.name') AS name"
        " FROM event WHERE kind IN ('Joined', 'ClaimMoved', 'JoinRefused')",
    )


@migrations()
def m005_contests(db: Database) -> None:
    """A contest's second guard, and its ledger: a question is answered once in a run, whoever holds it."""
    db.execute(
        "CREATE UNIQUE INDEX one_outcome ON event (run, json_extract(body, '$.question')) WHERE kind = 'TeamAnswered'"
    )
    db.create_view(
        "ledger",
        "SELECT sequence, run, at, json_extract(body, '$.team') AS team, json_extract(body, '$.entry.delta') AS delta,"
        " json_extract(body, '$.entry.balance') AS balance, json_extract(body, '$.entry.cause') AS cause,"
        " coalesce(json_extract(body, '$.entry.question'), json_extract(body, '$.question')) AS question,"
        " json_extract(body, '$.entry.note') AS note FROM event WHERE json_extract(body, '$.entry') IS NOT NULL",
    )


def connect(path: Path, *, lock_wait: float = 5.0) -> sqlite3.Connection:
    """A connection that may write, to a file of this program's schema: an older one is brought to it.

    ``lock_wait`` (seconds) is how long another program's lock is waited for. The file is in WAL mode with
    ``synchronous=FULL``: a commit that returned survives a power cut. Raises :class:`NewerFile` or ``OSError``.
    """
    connection = sqlite3.connect(path, timeout=lock_wait, isolation_level=None, check_same_thread=False)
    try:
        _make_durable(connection, path)
        _migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _make_durable(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    settled = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    if settled != ["wal", 2]:
        message = f"{path} cannot promise that what is saved stays saved: journal and sync are {settled}"
        raise OSError(message)


def refuse_newer(connection: sqlite3.Connection) -> None:
    """Raises :class:`NewerFile` for what this program cannot read."""
    database = Database(connection, execute_plugins=False)
    ours = {migration.name for migration in migrations._migrations}  # noqa: SLF001 (the only list that there is)
    unknown = [migration.name for migration in migrations.applied(database) if migration.name not in ours]
    if unknown:
        message = f"this file was written by a newer Portal (it has {', '.join(unknown)}); use that one to open it"
        raise NewerFile(message)


def _migrate(connection: sqlite3.Connection) -> None:
    refuse_newer(connection)
    migrations.apply(Database(connection, execute_plugins=False))
