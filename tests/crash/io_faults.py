"""The n-th write or sync of the real writer fails, for every n: told as not saved, nothing kept, and it goes on.

    python -m tests.crash.io_faults [--most 60] [--answers 40]

Faults are injected into the system calls by strace: ``EIO`` on syncs, ``ENOSPC`` and ``EIO`` on writes, one at a
time and in a row; the writer goes on, or dies in the moment in which it has said so.
"""

import argparse
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

FILE = "portal.db"


@dataclass(frozen=True, slots=True)
class Fault:
    """``call`` on the file FILE + ``suffix`` fails ``times`` in a row; then the writer may ``crash``."""

    call: str
    error: str
    times: int = 1
    crash: bool = False
    suffix: str = "-wal"

    def __str__(self) -> str:
        return f"{self.call} of {FILE}{self.suffix} {self.error} x{self.times}{' and a crash' if self.crash else ''}"


FAULTS = (
    Fault("fdatasync", "EIO"),
    Fault("fdatasync", "EIO", times=3),
    Fault("fdatasync", "EIO", crash=True),
    Fault("pwrite64", "ENOSPC"),
    Fault("pwrite64", "ENOSPC", times=9),
    Fault("pwrite64", "EIO"),
    Fault("pwrite64", "ENOSPC", crash=True),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run of the writer with one fault. ``kept`` is what the file holds afterwards."""

    acknowledged: frozenset[int]
    refused: int
    kept: frozenset[int]
    went_on: bool

    @property
    def faults(self) -> list[str]:
        found = []
        if missing := self.acknowledged - self.kept:
            found.append(f"acknowledged but not kept: {sorted(missing)}")
        if ghosts := self.kept - self.acknowledged:
            found.append(f"refused but kept: {sorted(ghosts)}")
        if self.refused and not self.went_on:
            found.append("nothing was saved after the fault was over")
        return found


@dataclass(slots=True)
class Verdict:
    runs: int = 0
    refused: int = 0
    wrong: int = 0

    def line(self) -> str:
        return f"I/O faults: {self.runs} runs, {self.refused} answers told as not saved, {self.wrong} wrong"


def run_with_fault(folder: Path, answers: int, fault: Fault, n: int) -> Outcome:
    """The writer on a fresh file, with ``fault`` at the ``n``-th call."""
    file = _fresh(folder)
    command = ["strace", "-f", "-o", "/dev/null", "-P", f"{file}{fault.suffix}", "-e", f"trace={fault.call}"]
    command += ["-e", f"inject={fault.call}:error={fault.error}:when={n}..{n + fault.times - 1}"]
    writer = [sys.executable, "-m", "tests.crash.writer", str(file), str(answers), "FULL"]
    command += [*writer, "crash"] if fault.crash else writer
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.split("\n")
    acknowledged = [int(line[4:]) for line in said if line.startswith("ack ")]
    refused = [place for place, line in enumerate(said) if line.startswith("refused ")]
    went_on = fault.crash or (bool(refused) and any(line.startswith("ack ") for line in said[refused[-1] :]))
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        kept = frozenset(row[0] for row in connection.execute("SELECT sequence FROM answers"))
    assert len(acknowledged) == len(set(acknowledged)), "a number was given twice"
    return Outcome(frozenset(acknowledged), len(refused), kept, went_on)


def run_all(answers: int, numbers: Iterable[int], faults: Sequence[Fault] = FAULTS) -> Verdict:
    """Every one of ``faults`` at each of ``numbers``, which rise, until the writer makes fewer calls than that."""
    verdict = Verdict()
    with tempfile.TemporaryDirectory() as folder:
        for fault in faults:
            for n in numbers:
                outcome = run_with_fault(Path(folder), answers, fault, n)
                if not outcome.refused:
                    break
                verdict.runs, verdict.refused = verdict.runs + 1, verdict.refused + outcome.refused
                verdict.wrong += len(outcome.faults)
                for wrong in outcome.faults:
                    sys.stdout.write(f"{fault} at the {n}th: {wrong}\n")
    return verdict


def _fresh(folder: Path) -> Path:
    """A file without events, so that every call that fails is one of an answer."""
    file, empty = folder / FILE, folder / "empty.db"
    if not empty.exists():
        command = [sys.executable, "-m", "tests.crash.writer", str(empty), "0"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    for old in folder.glob(f"{FILE}*"):
        old.unlink()
    shutil.copy(empty, file)
    return file


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Every n-th write or sync of the writer fails.")
    parser.add_argument("--most", type=int, default=100_000, help="the highest n; without it every one that there is")
    parser.add_argument("--answers", type=int, default=40)
    chosen = parser.parse_args(arguments)
    verdict = run_all(chosen.answers, range(1, chosen.most + 1))
    sys.stdout.write(verdict.line() + "\n")
    return 1 if verdict.wrong or not verdict.runs else 0


if __name__ == "__main__":
    sys.exit(main())
