"""At night: random lectures, each under several keys that only the instructor may know. No byte may differ.

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
from itertools import combinations
from pathlib import Path

from tests.crash.lectures import played
from tests.crash.memory import MEMORY

LOTS = 5  # keys drawn for one lecture
PAIRS_EACH = LOTS * (LOTS - 1) // 2


def differences(seed: int) -> tuple[int, list[str]]:
    """How many bytes of the lecture ``seed`` were compared, and a sentence for each pair of keys that differ in it."""
    with tempfile.TemporaryDirectory(prefix="portal-secrecy-", dir=MEMORY) as folder:
        transcripts = {lot: played(Path(folder) / str(lot), seed, lot) for lot in range(1, LOTS + 1)}
    told = []
    for (lot, one), (another, other) in combinations(transcripts.items(), 2):
        apart = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
        if apart:
            told.append(f"seed {seed}, keys {lot} and {another}: what was sent differs for {', '.join(apart)}")
    return sum(map(len, transcripts[1].values())), told


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Lectures that differ only in their keys, compared in pairs.")
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
