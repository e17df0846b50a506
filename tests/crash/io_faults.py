"""T-5: the n-th write or sync of the real writer fails, for every n: told as not saved, nothing kept, and it goes on.

    python -m tests.crash.io_faults [--most 60] [--answers 80]

Faults are injected into the system calls by strace: ``EIO`` on syncs, ``ENOSPC`` and ``EIO`` on writes, one at a
time and in a row.
"""

import argparse
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

FAULTS = (
    ("fdatasync", "EIO", 1),
    ("fdatasync", "EIO", 3),
    ("pwrite64", "ENOSPC", 1),
    ("pwrite64", "ENOSPC", 9),
    ("pwrite64", "EIO", 1),
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


def run_with_fault(folder: Path, answers: int, call: str, error: str, when: str) -> Outcome:
    """The writer on a fresh file, with ``call`` failing by ``error`` at its ``when``-th time (strace's syntax)."""
    file = folder / "portal.db"
    for old in folder.iterdir():
        old.unlink()
    subprocess.run([sys.executable, "-m", "tests.crash.writer", str(file), "0"], check=True, stdout=subprocess.DEVNULL)
    command = ["strace", "-f", "-o", "/dev/null", "-P", f"{file}-wal", "-e", f"trace={call}"]
    command += ["-e", f"inject={call}:error={error}:when={when}"]
    command += [sys.executable, "-m", "tests.crash.writer", str(file), str(answers)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.split("\n")
    acknowledged = [int(line[4:]) for line in said if line.startswith("ack ")]
    refused = [place for place, line in enumerate(said) if line.startswith("refused ")]
    went_on = bool(refused) and any(line.startswith("ack ") for line in said[refused[-1] :])
    connection = sqlite3.connect(file)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        kept = frozenset(row[0] for row in connection.execute("SELECT sequence FROM answers"))
    finally:
        connection.close()
    assert len(acknowledged) == len(set(acknowledged)), "a number was given twice"
    return Outcome(frozenset(acknowledged), len(refused), kept, went_on)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Every n-th write or sync of the writer fails.")
    parser.add_argument("--most", type=int, default=60, help="the highest n")
    parser.add_argument("--answers", type=int, default=80)
    chosen = parser.parse_args(arguments)
    runs = refusals = failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for call, error, length in FAULTS:
            for n in range(1, chosen.most + 1):
                when = f"{n}..{n + length - 1}"
                outcome = run_with_fault(Path(folder), chosen.answers, call, error, when)
                if not outcome.refused:
                    break  # the writer makes fewer calls than n: every one of them has failed once
                runs, refusals = runs + 1, refusals + outcome.refused
                for fault in outcome.faults:
                    failures += 1
                    sys.stdout.write(f"{call} {error} when {when}: {fault}\n")
    sys.stdout.write(f"I/O faults: {runs} runs, {refusals} answers told as not saved, {failures} wrong\n")
    return 1 if failures or not runs else 0


if __name__ == "__main__":
    sys.exit(main())
