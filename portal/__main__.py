"""The command line: ``portal serve`` (the default) and the other commands."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from portal import __version__, lan, secrets, settings
from portal.app import create_app
from portal.complaint import complain
from portal.live.shelf import Shelf
from portal.paths import POOLS
from portal.pools import PoolFaults
from portal.server import server, spare_the_collector
from portal.settings import SettingFaults, Settings
from portal.store.log import EventLog, InUse
from portal.store.schema import NewerFile
from portal.web import qr

COMMANDS = ("serve", "check", "audit", "archive", "restore", "rehearse", "stress")
UNUSABLE = os.EX_CONFIG  # what cannot be used today cannot be used in a second: portal.service starts nothing again


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns its exit status: 0; with sentences on stderr 1, or 78 where trying again is no use."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or (given[0] not in COMMANDS and given[0] not in ("-h", "--help", "--version")):
        given = ["serve", *given]
    parser, commands = _parser()
    refusals: tuple[type[Exception], ...] = (InUse, OSError)
    if given[0] != "serve":
        # A start is what a class waits for after a crash: it does without the archive, the audit and the harness.
        from portal import tools  # noqa: PLC0415 (a server starts without what only other commands need)

        if given[0] == "stress":
            return tools.harness(given[1:])
        tools.add_commands(commands)
        refusals = (*refusals, *tools.REFUSALS)
    flags = parser.parse_args(given)
    run: Callable[[argparse.Namespace], int] = flags.run
    try:
        return run(flags)
    except PoolFaults as refused:
        return complain("the pool cannot be used:", *refused.faults, status=UNUSABLE)
    except SettingFaults as refused:
        return complain("settings that cannot be used:", *refused.faults, status=UNUSABLE)
    except NewerFile as refused:
        return complain(str(refused), status=UNUSABLE)
    except refusals as refused:
        return complain(str(refused))


def _parser() -> tuple[argparse.ArgumentParser, "argparse._SubParsersAction[argparse.ArgumentParser]"]:
    """The parser with ``serve``, and where the other commands are added."""
    parser = argparse.ArgumentParser("portal", description="A live quiz for lectures.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="run a quiz (the default)", description="Runs a quiz.")
    settings.add_flags(serve)
    serve.set_defaults(run=_serve)
    return parser, commands


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


if __name__ == "__main__":
    sys.exit(main())
