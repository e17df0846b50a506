"""The command line: ``portal serve`` (the default) and the other commands."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from portal import __version__, lan, markup, pools, secrets, settings
from portal.app import create_app
from portal.archive import cli as archive_commands
from portal.archive.packing import Exists
from portal.archive.unpacking import NotRestored
from portal.audit import report
from portal.audit.witness import Unreadable
from portal.domain.competition.contest import Contest
from portal.domain.modes import Pool
from portal.live.shelf import Shelf
from portal.paths import POOLS
from portal.pools import PoolFaults
from portal.server import server, spare_the_collector
from portal.settings import SettingFaults, Settings
from portal.store.copying import NoCopy
from portal.store.log import EventLog, InUse
from portal.store.schema import NewerFile
from portal.web import qr
from portal.wording import _, catalogs, ngettext, speak

_AUDIT = "Reads a file, also while it is in use, and recomputes every point, total, rank and receipt."
COMMANDS = ("serve", "check", "audit", "archive", "restore", "rehearse", "stress")
UNUSABLE = os.EX_CONFIG  # what cannot be used today cannot be used in a second: portal.service starts nothing again


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns its exit status: 0; with sentences on stderr 1, or 78 where trying again is no use."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or (given[0] not in COMMANDS and given[0] not in ("-h", "--help", "--version")):
        given = ["serve", *given]
    if given[0] == "stress":  # it has flags of its own
        # A start is what a class waits for after a crash; it is a tenth of a second shorter without the two below.
        from portal.stress import cli as stress  # noqa: PLC0415 (see above: a server starts without it)

        return stress.main(given[1:])
    flags = _parser(given[0]).parse_args(given)
    run: Callable[[argparse.Namespace], int] = flags.run
    try:
        return run(flags)
    except PoolFaults as refused:
        return _complain("the pool cannot be used:", *refused.faults, status=UNUSABLE)
    except SettingFaults as refused:
        return _complain("settings that cannot be used:", *refused.faults, status=UNUSABLE)
    except NewerFile as refused:
        return _complain(str(refused), status=UNUSABLE)
    except (InUse, Unreadable, NoCopy, Exists, NotRestored, OSError) as refused:
        return _complain(str(refused))


def _parser(command: str) -> argparse.ArgumentParser:
    """Of all commands; where ``command`` is to serve, of that one: the others need not be imported for it."""
    parser = argparse.ArgumentParser("portal", description="A live quiz for lectures.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="run a quiz (the default)", description="Runs a quiz.")
    settings.add_flags(serve)
    serve.set_defaults(run=_serve)
    if command == "serve":
        return parser
    from portal.rehearsal import cli as rehearsal  # noqa: PLC0415 (as the harness above: a server starts without it)

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
    return parser


def _serve(flags: argparse.Namespace) -> int:
    chosen = settings.from_flags(flags)
    os.umask(0o077)  # the file holds names, answers and keys: it is its owner's alone
    shelf = Shelf(chosen.pool or POOLS / "demo.json", chosen.pools)
    shelf.start_pool()  # a pool that cannot be used stops the start, before anything is opened
    keys = secrets.load(chosen)
    log = EventLog(chosen.db)
    join_url = chosen.public_url or lan.address(chosen.port)
    app = create_app(chosen, keys, log, shelf, join_url)
    serving = server(app, chosen, partial(_welcome, chosen, keys, join_url))
    spare_the_collector()
    # uvicorn raises Ctrl-C once more after it has ended everything in order
    with suppress(KeyboardInterrupt):
        asyncio.run(serving.serve())
    return 0 if serving.started else 1


def _welcome(chosen: Settings, keys: secrets.Secrets, join_url: str) -> None:
    """What the operator needs in the next minute: where to go, with which password, and what phones scan."""
    console = join_url if chosen.public_url else f"http://127.0.0.1:{chosen.port}"
    print(f"\nPortal {__version__}\n")
    print(f"  Console     {console}/admin/")
    if keys.made:
        print(f"  Password    {keys.password}")
    print(f"  Projector   {console}/projector")
    print(f"  Phones join {join_url}\n")
    print(qr.in_text(join_url), end="")
    print("\nStop with Ctrl-C. Everything is kept in", chosen.db, flush=True)


def _check(flags: argparse.Namespace) -> int:
    speak(catalogs.language(flags.language))
    faulty = 0
    for file in flags.files:
        try:
            pool = pools.read_pool_file(file)
        except PoolFaults as refused:
            faulty += 1
            _complain(_("%(file)s: %(count)s to mend", file=file, count=len(refused.faults)), *refused.faults)
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
        return _complain(
            f"the receipts in {flags.file} cannot be checked without the secret key:"
            f" put the file {secrets.KEY_FILE} beside it, or give --secret-key"
        )
    found = report.audit(flags.file, key)
    for fault in found.faults:
        print(fault)
    print(report.line(found))
    return 1 if found.faults else 0


def _complain(headline: str, *sentences: str, status: int = 1) -> int:
    print(f"portal: {headline}", file=sys.stderr)
    for sentence in sentences:
        print(f"  {sentence}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
