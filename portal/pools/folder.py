"""The pools of a folder, by name: what the console's picker offers."""

from dataclasses import dataclass
from pathlib import Path

from portal.domain.question import Quiz
from portal.pools.reading import read_pool_file
from portal.pools.shapes import COMPETITION, QUIZ
from portal.pools.wording import PoolFaults


@dataclass(frozen=True, slots=True)
class PoolListing:
    """One file of the folder. With ``faults`` it cannot be chosen, and nothing else of it is known."""

    name: str
    title: str = ""
    mode: str = ""
    questions: int = 0
    faults: tuple[str, ...] = ()


def list_pools(folder: Path) -> list[PoolListing]:
    """Every pool of ``folder`` by name; empty when there is no such folder. Reads all files: not for the event loop."""
    return [_listing(folder / name) for name in _names(folder)]


def pool_file(folder: Path, name: str) -> Path | None:
    """The file of ``folder`` that is called ``name``, or None. Names are compared, never followed: none leads out."""
    return folder / name if name in _names(folder) else None


def _names(folder: Path) -> list[str]:
    try:
        return sorted(
            file.name
            for file in folder.iterdir()
            if file.suffix == ".json" and not file.name.startswith(".") and file.name.isprintable() and file.is_file()
        )
    except OSError:
        return []


def _listing(file: Path) -> PoolListing:
    try:
        pool = read_pool_file(file)
    except PoolFaults as refused:
        return PoolListing(file.name, faults=refused.faults)
    mode = QUIZ if isinstance(pool, Quiz) else COMPETITION
    return PoolListing(file.name, pool.title, mode, len(pool.questions))
