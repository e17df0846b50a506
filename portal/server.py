"""uvicorn as this program needs it: one worker, no access log, streams that end first when it is told to stop."""

import asyncio
import gc
import logging
import resource
from collections.abc import Callable
from contextlib import suppress
from socket import socket

import uvicorn
from starlette.applications import Starlette

from portal.live.bus import Bus
from portal.protocol import PunctualProtocol
from portal.settings import Settings

KEEP_ALIVE = 75  # longer than the time between two questions, and than a proxy's own keep-alive
GRACEFUL = 2
MOST_SOCKETS = 65_536
# As of gc.set_threshold: new objects before a look at the young, which is short; looks before one at what they have
# left, which would hold up a hall of 10,000 for half a second, and is made by portal.tidying when nobody waits.
COLLECT_AFTER = (20_000, 500, 20)
logger = logging.getLogger("portal")


class Server(uvicorn.Server):
    """Ends the open streams first when it is told to stop: uvicorn itself would wait for them."""

    def __init__(self, config: uvicorn.Config, bus: Bus, welcome: Callable[[], None]) -> None:
        super().__init__(config)
        self._bus, self._welcome = bus, welcome
        self._telling: asyncio.Future[None] | None = None

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Listens first; only then, and beside the first requests, is the operator told where."""
        await super().startup(sockets)
        if self.started:
            self._telling = asyncio.get_running_loop().run_in_executor(None, self._welcome)
            self._telling.add_done_callback(_told)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        self._bus.close()
        await super().shutdown(sockets)


def _told(telling: asyncio.Future[None]) -> None:
    if not telling.cancelled() and (fault := telling.exception()) is not None:
        logger.error("the operator was not told where the program is", exc_info=fault)


def spare_the_collector() -> None:
    """Python's collector of cycles goes through what was loaded so far no more, and through what is new less often.

    Almost nothing that a request leaves behind is a cycle, and looking for one took a quarter of each answer.
    """
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def _make_room_for_phones() -> None:
    """Each open page is a file to the system, and many give a program 256 or 1024 of them unless it asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_SOCKETS if hard == resource.RLIM_INFINITY else min(hard, MOST_SOCKETS)
    if soft < wanted:
        with suppress(ValueError, OSError):  # then it is as many as there are
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def server(app: Starlette, settings: Settings, welcome: Callable[[], None] = lambda: None) -> Server:
    """``welcome`` is called, in a thread, once the program listens."""
    _make_room_for_phones()
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=PunctualProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=True,
        proxy_headers=False,  # portal.proxies, for the few who ask from where a request comes
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACEFUL,
        backlog=2048,
    )
    return Server(config, app.state.bus, welcome)
