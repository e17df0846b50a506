"""What a handler may reach: one value, made at the start and carried by the application."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.types import Scope

from portal.domain.modes import Command
from portal.live.bus import Bus
from portal.live.presence import Presence
from portal.live.run import LiveRun
from portal.live.shelf import Shelf
from portal.render import Renderer
from portal.settings import Settings
from portal.store.log import EventLog
from portal.web.identity import Doors
from portal.web.once import Once


@dataclass(slots=True)
class Portal:
    """The parts of the running program. ``join_url`` is no request's: a forged Host must not reach the QR code.

    ``client_of`` tells the address of whoever asks, also behind a trusted proxy.
    """

    settings: Settings
    log: EventLog
    run: LiveRun
    bus: Bus
    presence: Presence
    shelf: Shelf
    renderer: Renderer
    doors: Doors
    client_of: Callable[[Request], Awaitable[str]]
    join_url: str
    version: str
    once: Once = field(default_factory=Once)

    async def carry_out(self, command: Command) -> None:
        """Does what the instructor asks. The phones have a head start: the reply is drawn when they are told.

        Raises as :meth:`portal.live.run.LiveRun.execute`.
        """
        await self.run.execute(command)
        await self.bus.caught_up()

    async def beat(self) -> None:
        """Notes in the file that the program is alive. Raises :class:`NotSaved` when the file takes no writes."""
        await self.log.beat(self.run.now())


def portal_of(request: Request) -> Portal:
    return parts_of(request.scope)


def parts_of(scope: Scope) -> Portal:
    """Looked up once a request: Starlette's ``app.state`` is a slow way, and each handler asks several times."""
    portal: Portal | None = scope.get("portal.parts")
    if portal is None:
        portal = scope["portal.parts"] = scope["app"].state.portal
    return portal
