"""The bell: closes what is running when its time and the grace are over, even if no console is there."""

import asyncio
import logging
from contextlib import suppress

from portal.domain import modes
from portal.domain.ids import Millis
from portal.domain.quiz.rules import Terms
from portal.live.run import LiveRun
from portal.store.log import EventLog, NotSaved

# Taps that reached the machine before the bell may still wait for their turn on the loop when it rings.
DRAIN = Millis(60)
BEAT = 0.4  # seconds between two notes that the program is alive: how exactly a restart knows when it died
logger = logging.getLogger("portal.timer")


class Timer:
    """Watches one run. A tick costs nothing while no time is counted."""

    def __init__(self, run: LiveRun, log: EventLog, terms: Terms) -> None:
        self._run, self._log, self._grace = run, log, terms.grace

    async def watch(self) -> None:
        """Runs until it is cancelled: rings on time, and notes while time is counted that the program lives."""
        while True:
            state = self._run.state
            if not modes.is_running(state):
                await asyncio.sleep(0.05)
                continue
            deadline = modes.deadline(state)
            left = BEAT * 1000 if deadline is None else deadline + self._grace + DRAIN - self._run.now()
            if left > 0:
                await asyncio.gather(self._beat(), asyncio.sleep(min(BEAT, left / 1000)))
            else:
                await self._ring()

    async def _ring(self) -> None:
        try:
            await self._run.execute(modes.bell(self._run.state))
        except NotSaved:
            logger.warning("the bell could not be written; trying again")
            await asyncio.sleep(1)

    async def _beat(self) -> None:
        # a failed beat is no news: answers fail too, and say so
        with suppress(NotSaved):
            await self._log.beat(self._run.now())
