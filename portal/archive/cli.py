"""``portal archive`` and ``portal restore``: what they ask for, and what they say."""

import argparse
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from portal import __version__, secrets, settings
from portal.archive import packing
from portal.archive.unpacking import NotRestored, restore, taken_out
from portal.audit import report
from portal.domain.ids import Millis
from portal.wording import ENGLISH, catalogs, speak

ARCHIVE = "One zip to take home: the database, every run's spreadsheets, and a page about each to read or print."
RESTORE = "Makes the database of an archive the one that `portal serve` runs on, once the audit has found it whole."
UNCHECKED = "Its receipts were not checked: they are signed with a key that is not here (--secret-key)."
FIRST = 3  # faults that are told; `portal audit` tells them all


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """``archive`` and ``restore``; each sets ``run``, which answers with the exit status."""
    archive = commands.add_parser("archive", help="one zip with everything, to take home", description=ARCHIVE)
    archive.add_argument("to", nargs="?", type=Path, metavar="OUT.zip", help="where to (default: here, by the time)")
    _add_database(archive, "the file to archive, which may be in use")
    archive.add_argument("--language", metavar="LANGUAGE", help="of the pages in it: en or de (en) [PORTAL_LANGUAGE]")
    archive.set_defaults(run=_archive)
    back = commands.add_parser("restore", help="put an archive back", description=RESTORE)
    back.add_argument("archive", type=Path, metavar="ARCHIVE.zip")
    _add_database(back, "the file to make")
    back.add_argument("--replace", action="store_true", help="also where there is one: it is kept beside the new one")
    back.set_defaults(run=_restore)


def _add_database(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("--db", metavar="DB", help=f"{what} [PORTAL_DB]")
    parser.add_argument("--secret-key", metavar="KEY", help="what its receipts were made with [PORTAL_SECRET_KEY]")


def _archive(flags: argparse.Namespace) -> int:
    chosen, now = settings.from_flags(flags), datetime.now(UTC)
    to: Path = flags.to or Path(f"portal-archive-{now:%Y%m%dT%H%M%SZ}.zip")
    speak(ENGLISH if chosen.language == "auto" else catalogs.language(chosen.language))
    packed = packing.pack(chosen.db, to, Millis(int(now.timestamp() * 1000)), __version__)
    # what was written is looked at, not what was meant to be
    with tempfile.TemporaryDirectory(prefix="portal-archive-") as folder, taken_out(to, Path(folder)) as database:
        verdict = _audited(database, secrets.known_key(chosen))
    runs = "1 run" if len(packed) == 1 else f"{len(packed)} runs"
    _say(f"{to}", f"  {runs}, {to.stat().st_size} bytes{f'; {verdict.told}' if verdict.told else ''}")
    _say("  The key that signs cookies and receipts is not in it: keep that one elsewhere (README.txt says which).")
    untold = [str(each.run.run) for each in packed if not each.files]
    if untold:
        sys.stderr.write(
            f"portal: events of run {', '.join(untold)} cannot be read: the database in the archive has them as they"
            " are, but there is no page and no spreadsheet of it\n"
        )
    if verdict.faults:
        sys.stderr.write(f"portal: the archive is complete, but {verdict.faults}\n")
    return 1 if verdict.faults or untold else 0


def _restore(flags: argparse.Namespace) -> int:
    chosen, stamp = settings.from_flags(flags), f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    told = ""

    def looked_at(database: Path) -> None:
        nonlocal told
        verdict = _audited(database, secrets.known_key(chosen))
        if verdict.faults:
            raise NotRestored(f"{flags.archive} was not restored: {verdict.faults}")
        told = verdict.told

    aside = restore(flags.archive, chosen.db, looked_at, stamp=stamp, replace=flags.replace)
    _say(f"{chosen.db}", f"  restored from {flags.archive}; {told}")
    if aside:
        _say(f"  what was there is kept as {aside}")
    return 0


@dataclass(frozen=True, slots=True)
class _Verdict:
    """``told`` is what the audit counted; ``faults`` is empty where it found none."""

    told: str
    faults: str


def _audited(database: Path, key: str | None) -> _Verdict:
    found = report.audit(database, key)
    unchecked = key is None or found.faults == [report.NO_RECEIPT]
    if found.faults and found.faults != [report.NO_RECEIPT]:
        more = f"; and {len(found.faults) - FIRST} more" if len(found.faults) > FIRST else ""
        return _Verdict("", f"the audit finds faults in the database: {'; '.join(found.faults[:FIRST])}{more}")
    if unchecked:
        return _Verdict(f"{found.answers + found.team_answers} answers, no mismatch. {UNCHECKED}", "")
    return _Verdict(", ".join(report.lines(found)), "")


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
