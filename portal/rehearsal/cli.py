"""``portal rehearse``: what it asks for, and what it says."""

import argparse
import asyncio
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from portal import pools, settings
from portal.paths import POOLS
from portal.rehearsal import verdict
from portal.rehearsal.play import Course, NotStarted, Refused, play
from portal.stress.cli import allow_many_sockets
from portal.stress.wire import Dropped

WHAT = (
    "Plays your quiz or contest with bots on this machine, through a program and a proxy of its own, on a scratch file:"
    " the real run and its file are not touched, but the machine is busy, so do it before class. Exit 1 when it is not"
    " ready."
)
MOST = 20_000  # bots; each takes two sockets and as many ports
INTERRUPTED = 130  # as shells say it


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """``rehearse``; it sets ``run``, which answers with the exit status."""
    rehearse = commands.add_parser("rehearse", help="is this machine ready for the class?", description=WHAT)
    rehearse.add_argument("pool", nargs="?", type=Path, metavar="POOL", help="the quiz or contest [PORTAL_POOL]")
    rehearse.add_argument(
        "--students",
        type=_students,
        default=300,
        metavar="N",
        help="bots in the class (300); in a contest each is a team",
    )
    rehearse.set_defaults(run=_rehearse)


def _students(typed: str) -> int:
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0
    if not 1 <= number <= MOST:
        raise argparse.ArgumentTypeError(f"a class has 1 to {MOST} students")
    return number


def _rehearse(flags: argparse.Namespace) -> int:
    file = flags.pool or settings.from_flags(flags).pool or POOLS / "demo.json"
    course = Course(file, pools.read_pool_file(file), flags.students, shutil.which("caddy"))
    way = "the program and Caddy, over TLS" if course.caddy else "the program alone: there is no Caddy on this machine"
    _say(f'Rehearsing "{course.pool.title}" with {course.students} {course.who}, through {way}.')
    allow_many_sockets()
    # a polite kill is as good as Ctrl-C: what was started is ended
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with tempfile.TemporaryDirectory(prefix="portal-rehearsal-") as folder:
            outcome = asyncio.run(play(course, Path(folder), sys.stdout))
    except KeyboardInterrupt:
        _say("", "Stopped. Nothing is left behind.")
        return INTERRUPTED
    except (NotStarted, Refused, Dropped) as fault:
        return _complain(f"not ready: {fault}")
    _say(*verdict.table(outcome))
    _say("The bots ran on this machine, too: a class that brings its own phones leaves it more to serve with.")
    if not course.caddy:
        _say("There was no proxy in the way: what TLS costs is not in these figures.")
    _say("", verdict.sentence(outcome))
    return 1 if verdict.reasons(outcome) else 0


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _complain(sentence: str) -> int:
    sys.stderr.write(f"portal: {sentence}\n")
    return 1
