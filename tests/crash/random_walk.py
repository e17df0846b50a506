"""``tests/crash/model``: random lectures, each from a seed of its own, until enough steps agreed with the oracle."""

import argparse
import json
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random

from tests.model import FUNCTIONS, Model, pool
from tests.walk import walk
from tests.worlds import Disk, Rules

LECTURE = 120  # steps


def lecture(seed: int, steps: int, *, disk: bool) -> bool:
    """Whether one lecture agreed with the oracle; says where it did not."""
    lot, function = Random(seed), FUNCTIONS[seed % len(FUNCTIONS)]  # noqa: S311 (a seed that can be walked again)
    with tempfile.TemporaryDirectory(prefix="portal-model-") as folder:
        model = Model(Disk(Path(folder), pool(function)) if disk else Rules(pool(function)), function)
        try:
            walk(model, lot, steps)
            model.close()
        except Exception:
            sys.stderr.write(f"seed {seed}, step {model.steps}:\n{traceback.format_exc()}")
            return False
    return True


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests/crash/model", description=__doc__)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first lecture; each next one has the next number")
    parser.add_argument("--disk", action="store_true", help="the live run on a real file, with crashes and full stops")
    asked = parser.parse_args()
    done = lectures = violations = 0
    began = time.monotonic()
    while done < asked.steps:
        steps = min(LECTURE, asked.steps - done)
        violations += not lecture(asked.seed + lectures, steps, disk=asked.disk)
        lectures, done = lectures + 1, done + steps
    pace = round(done / (time.monotonic() - began))
    report = {"steps": done, "violations": violations, "lectures": lectures, "disk": asked.disk, "steps_a_second": pace}
    sys.stdout.write(json.dumps(report) + "\n")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
