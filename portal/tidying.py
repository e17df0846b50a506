"""Looks for garbage when nobody waits: a second after a run has begun, when all have been told.

Python's collector of cycles finds what is old only when it goes through everything, for which it would choose any
moment. A phone that is cut off leaves a ring behind (asyncio's transports know themselves), and a semester has many.
No cookie of a run before is honoured any more, and hardly a page of it is drawn again: those are forgotten as well.
"""

import asyncio
import gc

from portal.live.run import LiveRun
from portal.render import Renderer
from portal.web.identity import Doors

AFTER = 1.0  # seconds; phones, console and projector have been told by then, and have let go of the last run


async def tidy(run: LiveRun, doors: Doors, renderer: Renderer) -> None:
    """Runs until it is cancelled. Holds up the program for as long as it takes: 0.03 to 0.12 s after a class of 500."""
    known = run.state.run
    while True:
        await asyncio.sleep(AFTER)
        if run.state.run != known:
            known = run.state.run
            await asyncio.sleep(AFTER)
            doors.forget_the_known()
            renderer.forget()
            gc.collect()
