"""What many ask for at the same moment: made for the first of them, and handed to the others as it is."""

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from portal.wording import spoken

TICK = 100  # ms: what was drawn for somebody else may be late by this
T = TypeVar("T")


class Once:
    """Keeps what was made at the present moment, apart for each language, and nothing of any moment before."""

    def __init__(self) -> None:
        self._moment: Hashable = None
        self._made: dict[Hashable, object] = {}

    def made(self, moment: Hashable, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` makes for ``key``. ``moment`` must tell any two apart in which that would not be the same."""
        if moment != self._moment:
            self._made.clear()
            self._moment = moment
        key = spoken().tag, key
        if key not in self._made:
            self._made[key] = make()
        return cast("T", self._made[key])
