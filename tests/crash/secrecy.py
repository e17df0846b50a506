"""T-3 at night: random lectures in pairs that differ in what only the instructor may know. No byte may differ.

    python -m tests.crash.secrecy [--pairs 10000] [--seed 1]

A pair is one lecture played twice: keys (and for some, whether there is one), and explanations of the question that is
open and of all that follow are drawn anew. What phones, projector and strangers were sent before the close is compared.
"""

import argparse
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.crash.lectures import played

MEMORY = Path("/dev/shm")  # noqa: S108 (a disk that costs nothing; each pair has a folder of its own there)


def differences(seed: int) -> tuple[int, list[str]]:
    """How many bytes of the pair ``seed`` were compared, and who was sent something else."""
    with tempfile.TemporaryDirectory(prefix="portal-secrecy-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        first, second = (played(Path(folder) / str(lot), seed, lot) for lot in (1, 2))
    names = sorted(first.keys() | second.keys())
    told = [f"seed {seed}: what {name} was sent differs" for name in names if first.get(name) != second.get(name)]
    return sum(map(len, first.values())), told


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Lectures in pairs that differ only in their keys.")
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first pair; each next one has the next number")
    chosen = parser.parse_args(arguments)
    began, compared, told = time.monotonic(), 0, list[str]()
    with ProcessPoolExecutor(2) as pool:
        for size, found in pool.map(differences, range(chosen.seed, chosen.seed + chosen.pairs), chunksize=4):
            compared += size
            told += found
    for line in told[:20]:
        sys.stdout.write(f"{line}\n")
    pace = chosen.pairs / (time.monotonic() - began)
    mib = round(compared / 2**20)
    sys.stdout.write(f"secrecy: {chosen.pairs} pairs, {mib} MiB compared, {len(told)} different, {pace:.1f} pairs/s\n")
    return 1 if told or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
