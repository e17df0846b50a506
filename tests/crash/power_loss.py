"""What is left after a power cut, at every moment of a real writer's life.

Replays the writer's system calls into disk images as a disk might leave them: what was not synced is all lost, partly
there in any order, or torn in the middle of a sector. Every image is opened by SQLite and compared with what the writer
had said by then to be saved. The shape is that of ALICE and of SQLite's own crash tests.

    python -m tests.crash.power_loss [--images 100000] [--answers 400] [--synchronous FULL|NORMAL|OFF] [--seed 1]

Not modelled: directory entries, and disks that lie about a sync.
"""

import argparse
import random
import shutil
import sqlite3
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.memory import MEMORY
from tests.crash.trace import Removed, Said, Step, Synced, Truncated, Wrote, run_traced

SECTOR = 512
FILE = "portal.db"


@dataclass(slots=True)
class Disk:
    """What is surely on the disk, and what was written since the last sync of each file."""

    synced: dict[str, bytearray] = field(default_factory=lambda: defaultdict(bytearray))
    pending: dict[str, list[Wrote | Truncated]] = field(default_factory=lambda: defaultdict(list))
    acknowledged: int = 0

    def take(self, step: Step) -> None:
        match step:
            case Wrote() | Truncated():
                self.pending[step.file].append(step)
            case Synced(file=file):
                for each in self.pending.pop(file, []):
                    _apply(self.synced[file], each)
            case Removed(file=file):  # at once: directory entries are not modelled
                self.synced.pop(file, None)
                self.pending.pop(file, None)
            case Said(line=line) if line.startswith("ack "):
                self.acknowledged = max(self.acknowledged, int(line[4:]))

    def image(self, folder: Path, chance: random.Random) -> None:
        """One way in which the disk may look after a power cut now."""
        way = chance.choice(("lost", "some", "torn"))
        for file in {*self.synced, *self.pending}:
            content = bytearray(self.synced[file])
            for each in self._survivors(file, way, chance):
                _apply(content, each)
            (folder / file).write_bytes(content)

    def _survivors(self, file: str, way: str, chance: random.Random) -> list[Wrote | Truncated]:
        waiting = self.pending.get(file, [])
        if way == "lost":
            return []
        kept = [each for each in waiting if chance.random() < 0.5]
        chance.shuffle(kept)
        return [_torn(each, chance) for each in kept] if way == "torn" else kept


def _torn(step: Wrote | Truncated, chance: random.Random) -> Wrote | Truncated:
    if isinstance(step, Truncated):
        return step
    sectors = chance.randrange(0, len(step.data) // SECTOR + 1)
    return Wrote(step.file, step.offset, step.data[: sectors * SECTOR])


def _apply(content: bytearray, step: Wrote | Truncated) -> None:
    if isinstance(step, Truncated):
        del content[step.size :]
        content.extend(bytes(step.size - len(content)))
        return
    end = step.offset + len(step.data)
    content.extend(bytes(max(0, end - len(content))))
    content[step.offset : end] = step.data


@dataclass(slots=True)
class Verdict:
    """How many images lost an acknowledged answer, or cannot be read at all."""

    images: int = 0
    syncs: int = 0
    lost: int = 0
    worst: int = 0
    unreadable: int = 0

    def line(self) -> str:
        return (
            f"{self.images} images, {self.syncs} syncs: {self.lost} lost an acknowledged answer"
            f" (worst {self.worst}), {self.unreadable} unreadable"
        )


def examine(steps: list[Step], images: int, seed: int) -> Verdict:
    """Spreads ``images`` evenly over the moments after the writer was ready."""
    chance, disk = random.Random(seed), Disk()  # noqa: S311 (a seed that can be repeated, no secret)
    verdict = Verdict(syncs=sum(1 for step in steps if isinstance(step, Synced)))
    ready = next(index for index, step in enumerate(steps) if step == Said("ready"))
    each = images / (len(steps) - ready)
    owed = 0.0
    folder = Path(tempfile.mkdtemp(prefix="power-loss-", dir=MEMORY))
    try:
        for index, step in enumerate(steps):
            disk.take(step)
            owed += each if index >= ready else 0
            while owed >= 1:
                owed -= 1
                _judge(disk, folder, chance, verdict)
    finally:
        shutil.rmtree(folder)
    return verdict


def _judge(disk: Disk, folder: Path, chance: random.Random, verdict: Verdict) -> None:
    for old in folder.iterdir():
        old.unlink()
    disk.image(folder, chance)
    verdict.images += 1
    try:
        kept = _answers(folder / FILE)
    except sqlite3.DatabaseError:
        verdict.unreadable += 1
        return
    missing = disk.acknowledged - len([number for number in kept if number <= disk.acknowledged])
    verdict.lost += missing > 0
    verdict.worst = max(verdict.worst, missing)


def _answers(file: Path) -> list[int]:
    connection = sqlite3.connect(file)
    try:
        if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("integrity")
        return [row[0] for row in connection.execute("SELECT sequence FROM answers")]
    finally:
        connection.close()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Power loss at every moment of the writer's life.")
    parser.add_argument("--images", type=int, default=100_000)
    parser.add_argument("--answers", type=int, default=1200)
    parser.add_argument("--synchronous", choices=("FULL", "NORMAL", "OFF"), default="FULL")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        steps = run_traced(Path(folder) / FILE, chosen.answers, chosen.synchronous, Path(folder) / "trace")
        verdict = examine(steps, chosen.images, chosen.seed)
    sys.stdout.write(f"power loss, synchronous={chosen.synchronous}, {chosen.answers} answers: {verdict.line()}\n")
    return 1 if verdict.lost or verdict.unreadable else 0


if __name__ == "__main__":
    sys.exit(main())
