"""A form that a page of another site sends is refused before a handler sees it."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.types import Scope

from portal.web.asked import said
from portal.wording import N_

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FOREIGN = N_("This form was sent from another site. Open the quiz in this browser and try again.")


class SameOrigin:
    """Refuses unsafe requests that a page of another origin made (the logic of Go's ``CrossOriginProtection``).

    ``Sec-Fetch-Site`` decides where the browser sends it (https and loopback); else ``Origin`` must name this host. A
    request with neither comes from no browser that could be led astray: cookies are ``SameSite=Lax`` besides.
    """

    def __init__(self, public_url: str | None) -> None:
        self._public = urlsplit(public_url).netloc if public_url else None

    def refuses(self, scope: Scope) -> bool:
        return scope["method"] not in SAFE and not self._is_ours(said(scope))

    def _is_ours(self, headers: Mapping[bytes, bytes]) -> bool:
        site, origin = headers.get(b"sec-fetch-site"), headers.get(b"origin")
        if site is not None:
            return site in (b"same-origin", b"none")
        here = headers.get(b"host", b"").decode("latin-1")
        return origin is None or _host_of(origin) in {here, self._public} - {None, ""}


def _host_of(origin: bytes) -> str | None:
    """The host that an ``Origin`` names; None for ``null`` and for what is no address."""
    try:
        return urlsplit(origin.decode("latin-1")).netloc or None
    except ValueError:  # such as "http://["
        return None
