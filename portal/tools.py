"""The commands beside ``portal serve``: imported for them alone, so that a server starts without what they need."""

import argparse
from pathlib import Path

from portal import markup, pools, secrets, settings
from portal.archive import cli as archive_commands
from portal.archive.packing import Exists
from portal.archive.unpacking import NotRestored
from portal.audit import report
from portal.audit.witness import Unreadable
from portal.complaint import complain
from portal.domain.competition.contest import Contest
from portal.domain.modes import Pool
from portal.pools import PoolFaults
from portal.rehearsal import cli as rehearsal
from portal.store.copying import NoCopy
from portal.stress import cli as stress
from portal.wording import _, catalogs, ngettext, speak

REFUSALS = (Unreadable, NoCopy, Exists, NotRestored)
"""What they raise with a sentence for whoever called them, beside what a server does."""

_AUDIT = "Reads a file, also while it is in use, and recomputes every point, total, rank and receipt."

harness = stress.main
"""``portal stress``, which has flags of its own; answers with its exit status."""


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Each sets ``run``, which takes the flags and answers with the exit status."""
    check = commands.add_parser("check", help="say what is wrong with pool files", description="Checks pool files.")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.add_argument("--language", choices=catalogs.TAGS, default="en", help="of what it says of them (en)")
    check.set_defaults(run=_check)
    audit = commands.add_parser("audit", help="reckon a file again from its raw answers", description=_AUDIT)
    audit.add_argument("file", type=Path, metavar="FILE", help="the file with everything that happened")
    audit.add_argument("--secret-key", metavar="KEY", help="what its receipts were made with [PORTAL_SECRET_KEY]")
    audit.set_defaults(run=_audit)
    archive_commands.add_commands(commands)
    rehearsal.add_command(commands)
    commands.add_parser("stress", help="a hall of phones that checks all it is shown (portal stress --help)")


def _check(flags: argparse.Namespace) -> int:
    speak(catalogs.language(flags.language))
    faulty = 0
    for file in flags.files:
        try:
            pool = pools.read_pool_file(file)
        except PoolFaults as refused:
            faulty += 1
            complain(_("%(file)s: %(count)s to mend", file=file, count=len(refused.faults)), *refused.faults)
            continue
        print(_("%(file)s: %(title)s, %(held)s, ready", file=file, title=pool.title, held=_held(pool)))
        marked = [f"{place}: {fault}" for place, text in pools.texts(pool) for fault in markup.faults_in(text)]
        for advice in (*marked, *pools.advice(pool)):
            print(" ", _("note: %(advice)s", advice=advice))
    return 1 if faulty else 0


def _held(pool: Pool) -> str:
    questions = ngettext("%(num)s question", "%(num)s questions", len(pool.questions))
    if not isinstance(pool, Contest):
        return questions
    mysteries = ngettext("%(num)s mystery", "%(num)s mysteries", len(pool.mysteries))
    return _("%(first)s and %(last)s", first=questions, last=mysteries)


def _audit(flags: argparse.Namespace) -> int:
    key = secrets.known_key(settings.from_flags(argparse.Namespace(db=flags.file, secret_key=flags.secret_key)))
    if key is None:
        return complain(
            f"the receipts in {flags.file} cannot be checked without the secret key:"
            f" put the file {secrets.KEY_FILE} beside it, or give --secret-key"
        )
    found = report.audit(flags.file, key)
    for fault in found.faults:
        print(fault)
    print(*report.lines(found), sep="\n")
    return 1 if found.faults else 0
