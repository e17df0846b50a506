"""The hall's stream, of a quiz and of a contest alike: public, and so limited in number."""

from starlette.responses import PlainTextResponse, Response

from portal.live.bus import Subscriber
from portal.views import regions
from portal.web.context import Portal
from portal.web.streams import Draw, stream
from portal.wording import _


def hall_stream(portal: Portal, draw: Draw, pace: float) -> Response:
    """For one more screen. Where too many look on already, the page is told so and asks every ten seconds."""
    if not portal.presence.has_room_for_a_screen:
        return PlainTextResponse(_("Too many screens are open.") + "\n", 429)
    return stream(portal.bus, Subscriber((regions.PROJECTOR,)), draw, portal.presence.watching(), pace=pace)
