"""Time for the whole program: Unix milliseconds that never step back.

The wall clock is read once, at the start, and never again: an NTP step or a hand on the system clock changes no score.
"""

import time
from typing import Protocol

from portal.domain.ids import Millis


class Clock(Protocol):
    """What the rest of the program needs of time. Tests hold it still."""

    def now(self) -> Millis: ...

    def at(self, monotonic: float) -> Millis:
        """The moment that ``time.monotonic()`` called ``monotonic`` (seconds)."""
        ...


class AnchoredClock:
    """The wall clock at the start, or ``not_before`` if that is later, carried on by the monotonic one."""

    def __init__(self, not_before: Millis) -> None:
        wall = int(time.time() * 1000)
        self._anchor = max(wall, not_before) - time.monotonic() * 1000

    def now(self) -> Millis:
        return self.at(time.monotonic())

    def at(self, monotonic: float) -> Millis:
        return Millis(int(self._anchor + monotonic * 1000))
