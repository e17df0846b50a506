"""The pools at hand: the one given at the start, and those of the folder that the console offers."""

import asyncio
from pathlib import Path

from portal import pools
from portal.domain import modes
from portal.domain.modes import Pool, State
from portal.live.run import StartPool
from portal.pools import PoolFaults, PoolListing


class Shelf:
    """Reads pool files, off the event loop wherever a request waits for it.

    Every reading may raise :class:`portal.pools.PoolFaults`; what was loaded before stays.
    """

    def __init__(self, start: Path, folder: Path) -> None:
        self._start, self._folder = start, folder
        self._stamp: tuple[int, int] | None = None  # when the start pool's file was written, and its size
        self._on_disk: Pool | None = None
        self._compared: tuple[Pool | None, Pool, bool] | None = None  # two pools, and whether they differ

    def start_pool(self) -> StartPool:
        return StartPool(pools.read_pool_file(self._start), str(self._start))

    async def offered(self) -> list[PoolListing]:
        """Every pool of the folder, the faulty ones with their faults."""
        return await asyncio.to_thread(pools.list_pools, self._folder)

    async def named(self, name: str) -> Pool | None:
        """The folder's pool of that name; None when there is none."""
        return await asyncio.to_thread(self._named, name)

    async def pasted(self, text: str) -> Pool:
        return await asyncio.to_thread(pools.read_pool, text)

    async def for_a_new_run(self, state: State) -> StartPool:
        """What the next run is played with: the start pool as its file is now, or what the instructor had chosen.

        A file that cannot be used any more is no reason to be without a pool: the present one goes on.
        """
        if state.source == str(self._start):
            try:
                return await asyncio.to_thread(self.start_pool)
            except PoolFaults:
                pass
        return StartPool(modes.pool_of(state), state.source)

    async def look(self) -> None:
        """Notes what the start pool's file says now, if it was written since the last look."""
        await asyncio.to_thread(self._look)

    def is_edited(self, state: State) -> bool:
        """Whether the file of ``state``'s pool said something else at the last look, or could not be used."""
        if self._stamp is None or state.source != str(self._start):
            return False
        on_disk, present, known = self._on_disk, modes.pool_of(state), self._compared
        # a millisecond otherwise, for each page
        if known is None or known[0] is not on_disk or known[1] is not present:
            self._compared = known = (on_disk, present, on_disk != present)
        return known[2]

    def _named(self, name: str) -> Pool | None:
        file = pools.pool_file(self._folder, name)
        return None if file is None else pools.read_pool_file(file)

    def _look(self) -> None:
        try:
            written = self._start.stat()
        except OSError:
            return  # a file that was put away changes nothing for the run that has begun with it
        stamp = (written.st_mtime_ns, written.st_size)
        if stamp == self._stamp:
            return
        try:
            self._on_disk = self.start_pool().pool
        except PoolFaults:
            self._on_disk = None
        self._stamp = stamp
