"""The command line of the harness: which server, how many phones, which scenes, how often."""

import argparse
import asyncio
import gc
import json
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from portal.stress.console import Refused
from portal.stress.cycle import HAPPY, Cycles, Line
from portal.stress.http import Site
from portal.stress.plan import Plan
from portal.stress.scenarios import NEEDS_OWN_SERVER, SCENARIOS
from portal.stress.server import PASSWORD, NotStarted, Server, free_port, given_command, own_command, until_idle
from portal.stress.wire import Dropped
from portal.stress.workloads import WORKLOADS, play, pool

RUNS = Path("runs")
SETTLED = 3  # cycles until memory must be flat
GROWTH = 1.1  # times what it was then, at most


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the harness; returns 0, or 1 when anything was lost, wrong or late."""
    flags = _parser().parse_args(arguments)
    allow_many_sockets()
    often = gc.get_threshold()
    gc.set_threshold(100_000, 20, 50)  # phones live until the end: looking through ten thousand finds nothing to free
    try:
        return asyncio.run(_run(flags))
    except (NotStarted, Refused, Dropped, OSError, ValueError) as fault:
        sys.stderr.write(f"portal stress: {fault}\n")
        return 1
    finally:
        gc.set_threshold(*often)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("portal stress", description="A hall of phones that checks all it is shown.")
    add = parser.add_argument
    add("--url", help="the server to test; without it one is started on a scratch database")
    add("--password", default=PASSWORD, help="the console's password")
    add("--students", type=int, metavar="N", help="phones in the hall (100), or users of a workload (as published)")
    names = f"{HAPPY} (the default), all, steady (all but those that restart the server), {', '.join(SCENARIOS)}"
    names += f"; or a workload of a contest: {', '.join(WORKLOADS)}"
    known = (HAPPY, "all", "steady", *SCENARIOS, *WORKLOADS)
    add("--scenario", default=HAPPY, choices=known, metavar="NAME", help=names)
    add("--loop", type=int, metavar="K", help="K cycles; each appends a line to runs/")
    add(
        "--seconds",
        type=float,
        metavar="S",
        help="cycles for S seconds; each appends a line to runs/; a workload lasts so long (30)",
    )
    add("--server", metavar="CMD", help="starts the server instead; {db}, {port} and {password} are filled in")
    add("--pool", type=Path, help="quiz of the server that is started (the demo)")
    add("--score-fn", help="how the pool scores where it cannot be read; points are worked out for accuracy (accuracy)")
    add("--spread", type=float, default=1.0, metavar="S", help="seconds over which the class taps; 0: all at once (1)")
    add(
        "--late", type=float, metavar="S", help="seconds after which what has not come is late (10, and 1 for each 200)"
    )
    add("--seed", type=int, default=1, help="of the random taps (1)")
    add("--yes-this-is-my-server", action="store_true", help="needed where the server is not on this machine")
    return parser


def allow_many_sockets() -> None:
    """Two sockets a phone; the server that is started inherits the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _run(flags: argparse.Namespace) -> int:
    if flags.scenario in WORKLOADS:
        return await _work(flags)
    lines: list[Line] = []
    looping = flags.loop is not None or flags.seconds is not None
    async with _hall(flags) as (site, server):
        cycles = Cycles(_plan(flags, server), site, server)
        await cycles.sign_in()
        until = time.monotonic() + (flags.seconds or 0.0)
        while not lines or len(lines) < (flags.loop or 0) or time.monotonic() < until:
            lines.append(await cycles.play())
            _check_memory(lines)
            sys.stdout.write(json.dumps(lines[-1]) + "\n")
            sys.stdout.flush()
            if looping:
                _keep(lines[-1])
    return 0 if all(line["passed"] for line in lines) else 1


async def _work(flags: argparse.Namespace) -> int:
    """One run of a workload, against a contest in its lobby; without ``--url`` on a server and a pool of its own."""
    with tempfile.TemporaryDirectory(prefix="portal-stress-") as scratch:
        if not flags.url:
            flags.pool = Path(scratch) / "pool.json"
            flags.pool.write_text(pool(flags.scenario), "utf-8")
        async with _hall(flags) as (site, server):
            if server is not None:
                await until_idle(server.pid)
            line = await play(flags.scenario, site, flags.password, flags.students, flags.seconds or 30.0)
    sys.stdout.write(json.dumps(line) + "\n")
    return 0 if line["passed"] else 1


@asynccontextmanager
async def _hall(flags: argparse.Namespace) -> AsyncIterator[tuple[Site, Server | None]]:
    """The site to test, and the server if it is ours to start."""
    if flags.url and not flags.server:
        yield _permitted(Site.at(flags.url), flags.yes_this_is_my_server), None
        return
    with tempfile.TemporaryDirectory(prefix="portal-stress-") as scratch:
        site = _permitted(Site.at(flags.url), False) if flags.url else Site("http", "127.0.0.1", free_port())
        folder, given = Path(scratch), flags.server
        own = own_command(flags.pool, folder, site.port, flags.password)
        command = given_command(given, folder, site.port, flags.password) if given else own
        server = Server(command, site, folder)
        try:
            await server.start()
            yield site, server
        finally:
            await server.stop()


def _permitted(site: Site, is_mine: bool) -> Site:
    if not site.is_loopback and not is_mine:
        hint = "This is a load test: say --yes-this-is-my-server if it is yours."
        raise Refused(f"{site.host} is not this machine. {hint}")
    return site


def _plan(flags: argparse.Namespace, server: Server | None) -> Plan:
    chosen = (HAPPY, *SCENARIOS) if flags.scenario in ("all", "steady") else (flags.scenario,)
    if flags.scenario == "steady" or (flags.scenario == "all" and server is None):
        chosen = tuple(name for name in chosen if name not in NEEDS_OWN_SERVER)
    if server is None and NEEDS_OWN_SERVER & set(chosen):
        raise Refused(f"{flags.scenario} kills the server, so it must be one that the harness started")
    scoring = flags.score_fn
    if scoring is None and flags.pool is not None:
        scoring = json.loads(flags.pool.read_text("utf-8")).get("score_fn")
    exact = scoring in (None, "accuracy")
    students = flags.students or 100
    late = flags.late or 10 + students / 200
    return Plan(chosen, students, flags.password, flags.spread, late, exact, flags.seed)


def _check_memory(lines: list[Line]) -> None:
    """Memory of the server is flat from the third cycle on; only where one process lived through all of them."""
    sizes = [line["server"]["rss_mib"] for line in lines if line.get("server")]
    restarted = any("crash" in line["scenes"] for line in lines)
    if len(sizes) > SETTLED and not restarted and sizes[-1] > sizes[SETTLED - 1] * GROWTH:
        lines[-1]["passed"] = False
        lines[-1]["memory"] = f"the server grew from {sizes[SETTLED - 1]} to {sizes[-1]} MiB since cycle {SETTLED}"


def _keep(line: Line) -> None:
    RUNS.mkdir(exist_ok=True)
    day = datetime.now().astimezone().date().isoformat()
    with (RUNS / f"stress-{day}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
