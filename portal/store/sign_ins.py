"""The instructor's live sign-ins, kept so that a restart in class does not ask for the password again."""

from portal.domain.ids import Millis
from portal.store.log import EventLog


def load(log: EventLog, now: Millis) -> dict[str, Millis]:
    """Token hashes with the moment at which each expires, without those that have."""
    with log.reader() as connection:
        rows = connection.execute("SELECT token_hash, expires_at FROM sign_in WHERE expires_at > ?", (now,))
        return {token_hash: Millis(expires_at) for token_hash, expires_at in rows}


async def keep(log: EventLog, token_hash: str, expires_at: Millis) -> None:
    """Raises :class:`NotSaved` when the disk does not take it."""
    await log.execute([("INSERT OR REPLACE INTO sign_in VALUES (?, ?)", (token_hash, expires_at))])


async def forget(log: EventLog, token_hash: str) -> None:
    """Raises :class:`NotSaved` when the disk does not take it."""
    await log.execute([("DELETE FROM sign_in WHERE token_hash = ?", (token_hash,))])
