"""The pools at hand: the one given at the start, and those of the folder that the console offers."""

from pathlib import Path

from portal import pools
from portal.domain.question import Quiz
from portal.live.run import StartPool


class Shelf:
    """Reads pool files. Every reading may raise :class:`portal.pools.PoolFaults`; what was loaded before stays."""

    def __init__(self, start: Path, folder: Path) -> None:
        self._start, self._folder = start, folder

    def start_pool(self) -> StartPool:
        return StartPool(_quiz(pools.read_pool_file(self._start)), str(self._start))


def _quiz(pool: object) -> Quiz:
    assert isinstance(pool, Quiz)
    return pool
