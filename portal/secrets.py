"""The secret key and the console's password: given by the operator, or made once and kept beside the file (0600)."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from portal.settings import Settings

KEY_FILE = "secret-key"
_CONSONANTS, _VOWELS = "bdfghjklmnprstvz", "aeiou"


@dataclass(frozen=True, slots=True)
class Secrets:
    """``made`` says that the password is one that the program chose, so the terminal must show it."""

    key: str
    password: str
    made: bool


def load(settings: Settings) -> Secrets:
    """What the settings give, what an earlier start kept, or new ones. Raises ``OSError`` if they cannot be kept."""
    folder = settings.db.parent
    key = settings.secret_key or _kept(folder / KEY_FILE, lambda: secrets.token_urlsafe(32))
    password = settings.admin_password or _kept(folder / "admin-password", _passphrase)
    return Secrets(key, password, made=settings.admin_password is None)


def known_key(settings: Settings) -> str | None:
    """The key that :func:`load` would take, if there is one: nothing is made."""
    beside = settings.db.parent / KEY_FILE
    return settings.secret_key or (beside.read_text().strip() if beside.exists() else None) or None


def _passphrase() -> str:
    """Three pronounceable words of three syllables: 57 bits that can be read aloud and typed on a phone."""
    return "-".join("".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(3)) for _ in range(3))


def _kept(path: Path, make: Callable[[], str]) -> str:
    if path.exists() and (kept := path.read_text().strip()):
        return kept
    path.parent.mkdir(parents=True, exist_ok=True)
    made = make()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(made + "\n")
    return made
