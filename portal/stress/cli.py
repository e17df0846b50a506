"""The command line of the harness: which server, how many phones, which scenes, how often."""

import argparse
import asyncio
import json
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.stress import figures
from portal.stress.classroom import Classroom
from portal.stress.console import Console, Refused
from portal.stress.http import Site
from portal.stress.lesson import Lesson
from portal.stress.scenarios import NEEDS_OWN_SERVER, SCENARIOS
from portal.stress.server import PASSWORD, NotStarted, Server, free_port, given_command, own_command
from portal.stress.wire import Dropped

HAPPY = "happy"
RUNS = Path("runs")
SETTLED = 3  # cycles until memory must be flat
GROWTH = 1.1  # times what it was then, at most


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the harness; returns 0, or 1 when anything was lost, wrong or late."""
    flags = _parser().parse_args(arguments)
    _allow_many_sockets()
    try:
        return asyncio.run(_run(flags))
    except (NotStarted, Refused, Dropped, ValueError) as fault:
        sys.stderr.write(f"portal stress: {fault}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("portal stress", description="A hall of phones that checks every number it is shown.")
    parser.add_argument("--url", help="the server to test; without it one is started on a scratch database")
    parser.add_argument("--password", default=PASSWORD, help="the console's password")
    parser.add_argument("--students", type=int, default=100, metavar="N", help="phones in the hall (100)")
    parser.add_argument("--scenario", default=HAPPY, choices=(HAPPY, *SCENARIOS, "all"), metavar="NAME", help=_names())
    parser.add_argument("--pool", type=Path, help="quiz of the server that is started (the demo)")
    parser.add_argument("--server", metavar="CMD", help="starts the server instead; {db} {port} {password} are filled in")
    parser.add_argument("--score-fn", help="how the pool scores, where it cannot be read (accuracy)")
    parser.add_argument("--spread", type=float, default=1.0, metavar="S", help="seconds over which a class taps (1)")
    parser.add_argument("--loop", type=int, metavar="K", help="K cycles; each appends a line to runs/")
    parser.add_argument("--seconds", type=float, metavar="S", help="cycles for S seconds; each appends a line to runs/")
    parser.add_argument("--seed", type=int, default=1, help="of the random taps (1)")
    parser.add_argument("--yes-this-is-my-server", action="store_true", help="needed for a server that is not on loopback")
    return parser


def _names() -> str:
    return f"{HAPPY} (the default), all, or one of: {', '.join(SCENARIOS)}"


def _allow_many_sockets() -> None:
    """Two sockets a phone; the server that is started inherits the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _run(flags: argparse.Namespace) -> int:
    async with _hall(flags) as (site, server):
        if not site.is_loopback and not flags.yes_this_is_my_server:
            raise Refused(f"{site.host} is not this machine. This is a load test: add --yes-this-is-my-server if it is yours")
        console = Console(site)
        await console.sign_in(flags.password)
        looping = flags.loop is not None or flags.seconds is not None
        until = time.monotonic() + flags.seconds if flags.seconds is not None else float("inf")
        most = flags.loop if flags.loop is not None else (sys.maxsize if looping else 1)
        lines: list[dict[str, Any]] = []
        while len(lines) < most and (not lines or time.monotonic() < until):
            line = await _cycle(flags, Cycle(site, console, server, len(lines)))
            lines.append(line)
            _check_memory(lines)
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
            if looping:
                _keep(line)
        return 0 if all(line["passed"] for line in lines) else 1
