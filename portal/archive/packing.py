"""Writes the archive: the database, each run's spreadsheets and a page about it that opens in any browser.

Everything is made from one copy of the file, so that all of it tells of the same moment. No secret is in it: not the
key, not the password, no sign-in (:mod:`portal.store.copying` says what is left out).
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from portal import exports
from portal.archive import DATABASE, SUMS
from portal.archive.disk import sync
from portal.archive.offline import offline
from portal.archive.readme import readme
from portal.audit.report import NO_RUN
from portal.domain.competition.state import ContestState
from portal.domain.ids import Millis
from portal.domain.quiz.scoreboard import scoreboard
from portal.render import Renderer
from portal.store import copying, reports
from portal.store.reading import LogReader
from portal.store.reports import RunSummary
from portal.views.report import minute, quiz_report
from portal.views.team_report import contest_report


class Exists(Exception):
    """A file of that name is there already, and nothing is overwritten."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A run as the index lists it. ``files`` are those in ``folder`` beside the report; ``began`` in UTC.

    Without ``files`` there is no report either: events of the run cannot be read, and ``portal.db`` alone has them.
    """

    run: RunSummary
    folder: str
    began: str
    files: tuple[str, ...]


def pack(database: Path, to: Path, now: Millis, version: str) -> list[Packed]:
    """Writes the archive of ``database``, which may be in use, to ``to``; answers with its runs, the newest first.

    ``to`` appears when it is complete and on disk, and its owner alone may read it. Raises :class:`Exists`,
    :class:`copying.NoCopy`, :class:`NewerFile` or ``OSError``.
    """
    if to.exists():
        raise _exists(to)
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".portal-archive-", dir=to.parent) as folder:
        copy, partial = Path(folder) / DATABASE, Path(folder) / "partial.zip"
        copying.copy(database, copy)
        sums: dict[str, str] = {DATABASE: _digest(copy)}
        with ZipFile(partial, "w", ZIP_DEFLATED) as archive:
            archive.write(copy, DATABASE)
            packed = []
            for run in reports.runs(LogReader(copy)):
                about, files = _packed(LogReader(copy), run)
                packed.append(about)
                for name, content in files.items():
                    sums[name] = _put(archive, name, content)
            index = Renderer().fragment("report/index.html", runs=packed, made=minute(now), version=version)
            sums["index.html"] = _put(archive, "index.html", index.encode())
            sums["README.txt"] = _put(archive, "README.txt", readme(minute(now), version).encode())
            _put(archive, SUMS, "".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode())
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.chmod(0o600)
        _into_place(partial, to)
    sync(to.parent)
    return packed


def _into_place(partial: Path, to: Path) -> None:
    """Gives ``partial`` its name, which nobody else may have taken meanwhile: a rename would overwrite theirs."""
    try:
        try:
            os.link(partial, to)
        except FileExistsError:
            raise
        except OSError:  # a memory stick knows no links: there the name is taken first, and our own replaced
            to.touch(exist_ok=False)
            partial.rename(to)
    except FileExistsError as there:
        raise _exists(to) from there


def _exists(to: Path) -> Exists:
    return Exists(f"{to} exists already; give the archive another name, or move that file away")


def _packed(log: LogReader, run: RunSummary) -> tuple[Packed, dict[str, bytes]]:
    """What the index says of a run, and its files by their names in the archive."""
    folder, makes = f"run-{run.run}", (exports.CONTEST if run.is_contest else exports.QUIZ)
    try:
        files = dict(_files(log, run, folder, makes))
    except NO_RUN:
        return Packed(run, folder, minute(run.began), ()), {}
    return Packed(run, folder, minute(run.began), tuple(makes)), files


def _files(log: LogReader, run: RunSummary, folder: str, makes: dict[str, exports.Make]) -> Iterator[tuple[str, bytes]]:
    for name, make in makes.items():
        if (content := exports.made(make, log, run.run)) is not None:
            yield f"{folder}/{name}", content
    yield f"{folder}/report.html", _report(log, run).encode()


def _report(log: LogReader, run: RunSummary) -> str:
    state, renderer = reports.rebuilt(log, run.run), Renderer()
    assert state is not None, "the file lists the run"
    if isinstance(state, ContestState):
        html = renderer.fragment("report/contest.html", view=contest_report(state))
    else:
        html = renderer.fragment("report/quiz.html", view=quiz_report(state, scoreboard(state)))
    return offline(html)


def _put(archive: ZipFile, name: str, content: bytes) -> str:
    archive.writestr(name, content)
    return hashlib.sha256(content).hexdigest()


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
