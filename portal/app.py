"""Puts the program together: settings, then the file, the run, the doors, and the web on top."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.types import ASGIApp, Scope

from portal import __version__
from portal.domain.ids import Millis
from portal.domain.quiz.rules import Terms
from portal.live.bus import Bus
from portal.live.clock import AnchoredClock, Clock
from portal.live.presence import Presence
from portal.live.run import resume
from portal.live.shelf import Shelf
from portal.live.timer import Timer
from portal.proxies import Proxies
from portal.render import Renderer
from portal.secrets import Secrets
from portal.settings import Settings
from portal.store import sign_ins
from portal.store.log import EventLog
from portal.tidying import tidy
from portal.warming import prepare, warm
from portal.web import errors
from portal.web.context import Portal
from portal.web.front import Front, Line
from portal.web.guards import SameOrigin
from portal.web.headers import SecurityHeaders
from portal.web.identity import Doors
from portal.web.language import Spoken
from portal.web.routes import routes, rows

logger = logging.getLogger("portal")


def create_app(
    settings: Settings, secrets: Secrets, log: EventLog, shelf: Shelf, join_url: str, clock: Clock | None = None
) -> Starlette:
    """The ASGI application. ``log`` is open and belongs to it from now on: it is closed when the application ends.

    ``clock`` None is the real one; a test may hold its own.
    """
    clock = clock or AnchoredClock(not_before=log.latest()[2])
    bus = Bus()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        log.start()
        terms = Terms(grace=Millis(settings.grace_ms), seal=secrets.key.encode())
        run = await resume(log, bus, clock, terms, shelf.start_pool(), partial(prepare, settings.language))
        doors = Doors(secrets, tls=settings.has_tls, sign_ins=sign_ins.load(log, clock.now()))
        presence = Presence(bus, clock, settings.streams_each)
        renderer = Renderer()
        app.state.portal = Portal(
            settings,
            log,
            run,
            bus,
            presence,
            shelf,
            renderer,
            doors,
            Proxies(settings.trusted_proxies).client_of,
            join_url=join_url,
            version=__version__,
        )
        works = (Timer(run, log, terms).watch(), warm(settings.language), tidy(run, doors, renderer))
        beside = [_beside(work) for work in works]
        try:
            yield
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            log.close()

    app = _Guarded(routes=routes(), lifespan=lifespan, exception_handlers=dict(errors.HANDLERS))
    # Starlette's redirect to a path with a slash names the Host of the request, whatever that is
    app.router.redirect_slashes = False
    app.state.bus, app.state.clock, app.state.settings = bus, clock, settings
    return app


def _beside(work: Coroutine[None, None, None]) -> asyncio.Task[None]:
    """Does ``work`` beside the requests. What ends it is in the log at once: nobody waits for it before the end."""

    def ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (fault := task.exception()) is not None:
            logger.critical("%s has ended, which it should not", task.get_name(), exc_info=fault)

    task = asyncio.create_task(work, name=getattr(work, "__qualname__", "a task"))
    task.add_done_callback(ended)
    return task


class _Guarded(Starlette):
    """The front stands outside everything, Starlette's own error page included: no response goes without it."""

    _front: Front | None = None  # Starlette builds it for the first request

    def at_once(self, scope: Scope, line: Line, usual: Callable[[], None]) -> bool:
        """As :data:`portal.protocol.AtOnce`."""
        scope["app"] = self
        return self._front is not None and self._front.at_once(scope, line, usual)

    def build_middleware_stack(self) -> ASGIApp:
        settings: Settings = self.state.settings
        self._front = Front(
            super().build_middleware_stack(),
            rows(),
            self.state.clock,
            SameOrigin(settings.public_url),
            Spoken(settings.language),
            SecurityHeaders(tls=settings.has_tls, frame_ancestors=settings.frame_ancestors),
        )
        return self._front
