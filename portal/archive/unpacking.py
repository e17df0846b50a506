"""Puts the database of an archive back: looked at first, and nothing is lost that was there."""

import hashlib
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile

from portal.archive import DATABASE, SUMS
from portal.archive.disk import sync
from portal.store.log import locked

BESIDE = ("", "-wal", "-shm")  # a database's own files: left behind, a -wal would be played into the next one


class NotRestored(Exception):
    """Nothing was changed; the message is a sentence that says why."""


def restore(archive: Path, to: Path, looked_at: Callable[[Path], None], *, stamp: str, replace: bool) -> Path | None:
    """Makes ``to`` the database of ``archive``, after ``looked_at`` has seen it and not raised.

    What was there is kept beside it, named with ``stamp``, and answered; that only if ``replace``. Raises
    :class:`NotRestored`, or ``InUse`` while a Portal has ``to`` open.
    """
    if to.exists() and not replace:
        raise NotRestored(
            f"{to} exists already; choose another --db, or say --replace, which keeps it beside the new one"
        )
    _refuse_to_own(to.parent)
    with taken_out(archive, to.parent) as found:
        looked_at(found)
        with locked(to):
            aside, there = to.with_name(f"{to.name}.before-{stamp}"), to.exists()
            for end in BESIDE:
                if (old := to.with_name(to.name + end)).exists():
                    old.rename(f"{aside}{end}")
            found.rename(to)
            sync(to.parent)
    return aside if there else None


def _refuse_to_own(folder: Path) -> None:
    """What root puts into a service's folder, the service cannot open; and a service could lead root astray there."""
    if os.geteuid() == 0 and folder.exists() and folder.stat().st_uid != 0:
        raise NotRestored(
            f"{folder} belongs to another user than root: restore as that user (runuser -u portal -- portal restore …),"
            " or take portal.db out of the zip and give it to deploy/backup.sh restore"
        )


@contextmanager
def taken_out(archive: Path, folder: Path) -> Iterator[Path]:
    """The database of ``archive``, in a place of its own within ``folder``, for as long as the block lasts.

    Nothing else is taken out. Raises :class:`NotRestored`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".portal-restore-", dir=folder) as place:
        found = Path(place) / DATABASE
        try:
            with ZipFile(archive) as opened:
                _check(archive, opened)
                with opened.open(DATABASE) as content, found.open("wb") as copy:
                    shutil.copyfileobj(content, copy)
                    os.fsync(copy.fileno())
        except FileNotFoundError as fault:
            raise NotRestored(f"there is no file {archive}") from fault
        except BadZipFile as fault:
            raise NotRestored(f"{archive} is no zip file, or not a whole one: was it cut short on its way?") from fault
        except (EOFError, zlib.error, RuntimeError) as fault:  # RuntimeError: somebody has put a password on it
            raise NotRestored(f"{archive} cannot be read: {fault}") from fault
        found.chmod(0o600)
        yield found


def _check(archive: Path, opened: ZipFile) -> None:
    """Compares everything with what the archive says of itself."""
    names = opened.namelist()
    if DATABASE not in names or SUMS not in names:
        raise NotRestored(f"{archive} is no archive of Portal: there is no {DATABASE} with its {SUMS} in it")
    for name in names:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or names.count(name) > 1:
            raise NotRestored(
                f"{archive} holds a file called {name}, twice or outside of its folder: no Portal wrote that"
            )
    lines = opened.read(SUMS).decode(errors="replace").splitlines()
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    for name in {DATABASE, *sums}:
        if name not in names:
            raise NotRestored(f"{archive} is not whole: {name} is missing")
        if _digest(opened, name) != sums.get(name):
            raise NotRestored(f"{archive} is damaged or was changed: {name} is not what was written")


def _digest(opened: ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with opened.open(name) as content:
        while piece := content.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
