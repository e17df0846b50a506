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
from portal.archive.offline import offline
from portal.archive.readme import readme
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
    """A run as the index lists it. ``files`` are those in ``folder`` beside the report; ``began`` in UTC."""

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
        raise Exists(f"{to} exists already; give the archive another name, or move that file away")
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".portal-archive-", dir=to.parent) as folder:
        copy, partial = Path(folder) / DATABASE, Path(folder) / "partial.zip"
        copying.copy(database, copy)
        sums: dict[str, str] = {DATABASE: _digest(copy)}
        with ZipFile(partial, "w", ZIP_DEFLATED) as archive:
            archive.write(copy, DATABASE)
            packed = []
            for run in reports.runs(LogReader(copy)):
                about = _packed(run)
                packed.append(about)
                for name, content in _files(LogReader(copy), about):
                    sums[name] = _put(archive, name, content)
            index = Renderer().fragment("report/index.html", runs=packed, made=minute(now), version=version)
            sums["index.html"] = _put(archive, "index.html", index.encode())
            sums["README.txt"] = _put(archive, "README.txt", readme(minute(now), version).encode())
            _put(archive, SUMS, "".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode())
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.chmod(0o600)
        partial.rename(to)
    return packed


def _packed(run: RunSummary) -> Packed:
    files = exports.CONTEST if run.is_contest else exports.QUIZ
    return Packed(run, f"run-{run.run}", minute(run.began), tuple(files))


def _files(log: LogReader, about: Packed) -> Iterator[tuple[str, bytes]]:
    """What there is of a run, by its name in the archive."""
    for name, make in {**exports.QUIZ, **exports.CONTEST}.items():
        if name in about.files and (content := exports.made(make, log, about.run.run)) is not None:
            yield f"{about.folder}/{name}", content
    yield f"{about.folder}/report.html", _report(log, about.run).encode()


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
