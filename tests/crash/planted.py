"""Every fault that is planted here must make a test fail that it names.

    python -m tests.crash.planted [--only NAME]

``tests/planted/*.patch`` are the faults of earlier systems and of our own drafts, one each, as small diffs. Each begins
with what it plants and the tests that know of it, one of which at least must fail. It is put into a copy of the tree,
and those tests are run there; without it they have to pass, and a patch that the code has outgrown is a failure too.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.serving import ROOT

PLANTED = ROOT / "tests" / "planted"
COPIED = ("portal", "templates", "static", "tests", "pools", "pyproject.toml", "README.md", "deploy")
AT_ONCE = 2
PATIENCE = 300  # seconds for the tests of one fault
PASSED, FAILED = 0, 1  # pytest's exit codes; any other says that it could not even run
TOO_LONG = -1  # ours: neither caught nor missed


@dataclass(frozen=True, slots=True)
class Fault:
    """One patch: what it plants, and the tests of which one at least must fail with it."""

    file: Path
    says: str
    tests: tuple[str, ...]


def read(file: Path) -> Fault:
    """Raises ``ValueError`` when the two lines at the head are not as they should be."""
    first, second, *_ = file.read_text().splitlines()
    tests = tuple(second.removeprefix("caught by:").split())
    if not re.match(r"[A-Z][^:]{10,}$", first) or not second.startswith("caught by:") or not tests:
        raise ValueError(f"{file.name} does not begin with what it plants and the tests that catch it")
    return Fault(file, first, tests)


def copy_of_the_tree(folder: Path) -> Path:
    tree = folder / "tree"
    tree.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, tree / name)
    return tree


def run(tree: Path, tests: Iterable[str], *flags: str, patience: int = PATIENCE) -> tuple[int, str]:
    """pytest's exit code, or ``TOO_LONG``, for ``tests`` in ``tree``, whose portal they import; and what it wrote."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *flags, *tests]
    try:
        done = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=patience, check=False)
    except subprocess.TimeoutExpired:
        return TOO_LONG, ""
    return done.returncode, done.stdout


def applied(patch: Path, tree: Path, *flags: str) -> str:
    """Plants ``patch`` in ``tree``; what git said when that could not be done, else an empty text."""
    git = ["git", "apply", "-C1", "--whitespace=nowarn", *flags, str(patch)]
    return subprocess.run(git, cwd=tree, capture_output=True, text=True, check=False).stderr.strip()


def outcome(fault: Fault, red: set[str]) -> str:
    """An empty text when the fault was caught; else why not. ``red``: tests that fail without it."""
    if names := red & set(fault.tests):
        return f"is not proved: without it {' '.join(sorted(names))} fails too"
    with tempfile.TemporaryDirectory(prefix="portal-planted-") as folder:
        tree = copy_of_the_tree(Path(folder))
        if outgrown := applied(fault.file, tree):
            return f"does not apply any more, the code has changed there: {outgrown}"
        code, _ = run(tree, fault.tests, "-x")
    told = {
        FAILED: "",
        PASSED: f"was not caught by {' '.join(fault.tests)}",
        TOO_LONG: f"is not proved: with it the tests took longer than {PATIENCE} s",
    }
    return told.get(code, f"is not proved: its tests could not run (exit {code})")


def red_anyway(tests: Iterable[str]) -> set[str]:
    """Which of the named tests fail without any fault, and so would catch nothing.

    Raises ``RuntimeError`` when that cannot be told: they took too long, or could not be collected.
    """
    with tempfile.TemporaryDirectory(prefix="portal-planted-") as folder:
        code, wrote = run(copy_of_the_tree(Path(folder)), tests, "-rfE", patience=PATIENCE * 4)
    if code not in (PASSED, FAILED):
        how = "took too long" if code == TOO_LONG else f"could not run (exit {code})"
        raise RuntimeError(f"nothing is proved: without any fault the tests {how}\n{wrote}")
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", wrote, re.MULTILINE)
    return {test for test in tests if any(each.startswith(test) for each in failed)}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Plants faults in copies of the tree and looks for red tests.")
    parser.add_argument("--only", default="", help="faults whose name holds this")
    chosen = parser.parse_args(arguments)
    faults = [read(file) for file in sorted(PLANTED.glob("*.patch")) if chosen.only in file.name]
    red = red_anyway(sorted({test for fault in faults for test in fault.tests}))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(lambda fault: outcome(fault, red), faults))
    for fault, told in zip(faults, outcomes, strict=True):
        if told:
            sys.stdout.write(f"{fault.file.name} ({fault.says}) {told}\n")
    caught = outcomes.count("")
    sys.stdout.write(f"planted: {caught}/{len(faults)} caught\n")
    return 0 if caught == len(faults) and faults else 1


if __name__ == "__main__":
    sys.exit(main())
