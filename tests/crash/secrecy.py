"""T-3 at night: random lectures in pairs that differ in what only the instructor may know. No byte may differ.

    python -m tests.crash.secrecy [--pairs 10000] [--seed 1]

One lecture is played five times: keys (and for some, whether there is one), and explanations of the question that is
open and of all that follow are drawn anew. What phones, projector and strangers were sent before the close is compared;
five transcripts that are all the same are ten pairs of keys that nobody could tell apart.
"""

import argparse
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.crash.lectures import played

MEMORY = Path("/dev/shm")  # noqa: S108 (a disk that costs nothing; each pair has a folder of its own there)


LOTS = 5  # keys drawn for one lecture
PAIRS_EACH = LOTS * (LOTS - 1) // 2


def differences(seed: int) -> tuple[int, list[str]]:
    """How many bytes of the lecture ``seed`` were compared, and who was sent something else."""
    with tempfile.TemporaryDirectory(prefix="portal-secrecy-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        first, *others = (played(Path(folder) / str(lot), seed, lot) for lot in range(1, LOTS + 1))
    told = [
        f"seed {seed}: what {name} was sent differs"
        for other in others
        for name in sorted(first.keys() | other.keys())
        if first.get(name) != other.get(name)
    ]
    return sum(map(len, first.values())), told


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Lectures in pairs that differ only in their keys.")
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first lecture; each next one has the next number")
    chosen = parser.parse_args(arguments)
    began, compared, told = time.monotonic(), 0, list[str]()
    lectures = -(-chosen.pairs // PAIRS_EACH)
    with ProcessPoolExecutor(2) as pool:
        for size, found in pool.map(differences, range(chosen.seed, chosen.seed + lectures), chunksize=4):
            compared += size
            told += found
    for line in told[:20]:
        sys.stdout.write(f"{line}\n")
    pairs, mib, took = lectures * PAIRS_EACH, round(compared / 2**20), time.monotonic() - began
    pace = pairs / took
    sys.stdout.write(f"secrecy: {pairs} pairs of keys, {mib} MiB compared, {len(told)} different, {pace:.1f}/s\n")
    return 1 if told or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
