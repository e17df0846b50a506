"""``tests/crash/night``: every promise with the command that tries to break it, and one table of what came of it.

Exit 1 when a promise was broken. A part that was not tried is no failure, but the table says so.
"""

import argparse
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.serving import ROOT


@dataclass(frozen=True, slots=True)
class Part:
    """``command`` ends with the amount. ``breaks``: it must fail, to show that the test can see the fault.

    ``as_root``: it makes and boots a system of its own, which only root may; the table says when nobody tried.
    """

    promise: str
    command: str
    amount: int | None = None
    breaks: bool = False
    as_root: bool = False

    def with_amount(self, divisor: int) -> str:
        return self.command if self.amount is None else f"{self.command} {max(1, self.amount // divisor)}"


PYTHON = ".venv/bin/python -m tests.crash."
PARTS = {
    "kill": Part("What a phone shows as saved survives kill -9, and is all there is", f"{PYTHON}kill --cycles", 1_000),
    "power": Part("… and a power cut at any moment", f"{PYTHON}power_loss --images", 100_000),
    "lazy": Part("(that test sees a lazier sync)", f"{PYTHON}power_loss --synchronous NORMAL --images", 5_000, True),
    "io": Part(
        "A write that fails is told as not saved, and nothing of it is kept", f"{PYTHON}io_faults --most", 1_000
    ),
    "model": Part("Every number is the oracle's, after every step", "tests/crash/model --steps", 1_000_000),
    "disk": Part("… on a real file, with crashes and a full disk", "tests/crash/model --disk --steps", 20_000),
    "secrecy": Part("Nothing sent before the close depends on the key", f"{PYTHON}secrecy --pairs", 10_000),
    "timing": Part("… nor does the time of a reply", f"{PYTHON}timing --taps", 100_000),
    "fuzz": Part("No request makes a 5xx", f"{PYTHON}fuzz --requests", 1_000_000),
    "sockets": Part("Silent and trickling sockets harm nobody", f"{PYTHON}sockets --sockets", 10_000),
    "contest": Part(
        "A contest's question has one holder, and its ledger is its points",
        f"{PYTHON}contest --kills 20 --rounds",
        1_000,
    ),
    "planted": Part("The tests see it when a promise is broken", f"{PYTHON}planted"),
    "proxy": Part(
        "Behind the proxy 500 phones are back in 5 s, and stay in silence",
        ".venv/bin/python -m tests.deploy.long_streams --minutes",
        10,
    ),
    "deploy": Part(
        "A bare Debian becomes a class, also when any step fails first",
        "tests/deploy/bootstrap_in_debian",
        as_root=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """``held`` is None when it was not tried."""

    held: bool | None
    figure: str
    took: float = 0.0

    @property
    def verdict(self) -> str:
        if self.held is None:
            return "NOT TRIED"
        return f"{'kept' if self.held else '**BROKEN**'}, {self.took:.0f} s"


def run(part: Part, divisor: int) -> Outcome:
    """Its figure is the last line that it prints; the rest is shown when it fails."""
    if part.as_root and os.geteuid() != 0:
        return Outcome(None, "needs root")
    began = time.monotonic()
    done = subprocess.run(
        shlex.split(part.with_amount(divisor)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    held = (done.returncode == 1) if part.breaks else (done.returncode == 0)
    *before, figure = done.stdout.strip().splitlines() or [f"nothing was said, exit {done.returncode}"]
    if not held:
        sys.stdout.write("\n".join(before[-60:]) + "\n")
    return Outcome(held, figure, time.monotonic() - began)


def table(outcomes: dict[str, Outcome], divisor: int) -> str:
    """Markdown, as it stands in the README."""
    lines = ["| promise | test | figure | |", "|---|---|---|---|"]
    for name, outcome in outcomes.items():
        part = PARTS[name]
        command = part.with_amount(divisor).removeprefix(".venv/bin/")
        lines.append(f"| {part.promise} | `{command}` | {outcome.figure} | {outcome.verdict} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests/crash/night", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all when none is named")
    parser.add_argument("--hundredth", action="store_true", help="a hundredth of each amount: does it all work?")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.parts) - PARTS.keys():
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    divisor = 100 if chosen.hundredth else 1
    outcomes = {}
    for name in chosen.parts or PARTS:
        sys.stdout.write(f"{name}: {PARTS[name].with_amount(divisor)}\n")
        sys.stdout.flush()
        outcomes[name] = run(PARTS[name], divisor)
    sys.stdout.write(table(outcomes, divisor) + "\n")
    return 1 if any(outcome.held is False for outcome in outcomes.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
