"""A pool file to a quiz or a contest, or every fault of it with its place.

``json_text`` reads the text, ``shapes`` says which keys a pool has and ``checks`` what may stand in them, ``wording``
tells what is wrong, ``reading`` makes the content of :mod:`portal.domain`, ``folder`` lists what is on disk, and
``advice`` says what is allowed and yet unwise.
"""

from portal.pools.advice import advice, texts
from portal.pools.folder import PoolListing, list_pools, pool_file
from portal.pools.json_text import LARGEST_POOL
from portal.pools.reading import read_contest_question, read_pool, read_pool_file
from portal.pools.wording import PoolFaults

__all__ = [
    "LARGEST_POOL",
    "PoolFaults",
    "PoolListing",
    "advice",
    "list_pools",
    "pool_file",
    "read_contest_question",
    "read_pool",
    "read_pool_file",
    "texts",
]
