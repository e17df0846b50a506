"""``tests/bench/run``: how fast, in a hall of 50 to 10,000, beside the floor on the same machine at the same moment."""

import argparse
import asyncio
import gc
import json
import os
import resource
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from platform import platform, python_version

from tests.bench.bars import Run, markdown, table
from tests.bench.life import FLOOR, PORTAL, lead

SIZES = (50, 200, 500, 1_000, 5_000, 10_000)
PACKAGES = ("starlette", "uvicorn", "sse-starlette", "jinja2", "httptools")
RUNS = Path("runs")


def main() -> int:
    """Returns 0 when every bar is met and nothing was lost on the way, else 1."""
    flags = _parser().parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    gc.set_threshold(100_000, 20, 50)  # phones live until the end: looking through ten thousand finds nothing to free
    run = asyncio.run(_measure(flags.sizes, flags.repeats, None if flags.unpinned else 0))
    told = run.told()
    told["at"] = datetime.now(UTC).isoformat(timespec="seconds")
    told["machine"] = {"cores": os.cpu_count(), "platform": platform(), "python": python_version()}
    told["packages"] = {name: version(name) for name in PACKAGES}
    file = flags.json or RUNS / f"bench-{told['at'].replace(':', '')}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    sys.stdout.write((markdown(run) if flags.markdown else table(run)) + "\n")
    sys.stderr.write(f"written to {file}\n")
    return 0 if run.all_met else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("tests/bench/run", description="Measures the portal beside a floor.")
    add = parser.add_argument
    add("--sizes", type=_sizes, default=SIZES, metavar="N,N,…", help=f"phones ({','.join(map(str, SIZES))})")
    add("--repeats", type=int, default=3, metavar="K", help="lives of each server at each size; medians are told (3)")
    add("--markdown", action="store_true", help="prints the table for the README")
    add("--json", type=Path, metavar="FILE", help="where all figures go (runs/bench-….json)")
    add("--unpinned", action="store_true", help="does not keep the server on core 0")
    return parser


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


async def _measure(sizes: tuple[int, ...], repeats: int, core: int | None) -> Run:
    """The two take turns, so that what the machine does meanwhile happens to both."""
    run = Run(repeats)
    for size in sizes:
        for repeat in range(repeats):
            for side in (FLOOR, PORTAL):
                sys.stderr.write(f"{size} phones, {repeat + 1} of {repeats}: {side.name}\n")
                life = await lead(side, size, core)
                run.add(side.name, size, life)
                gc.collect()
    return run


if __name__ == "__main__":
    sys.exit(main())
