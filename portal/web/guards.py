"""A form that a page of another site sends is refused before a handler sees it."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.types import Scope

from portal.wording import N_

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ASKED = frozenset({b"sec-fetch-site", b"origin", b"host"})
FOREIGN = N_("This form was sent from another site. Open the quiz in this browser and try again.")


class SameOrigin:
    """Refuses unsafe requests that a page of another origin made (the logic of Go's ``CrossOriginProtection``).

    ``Sec-Fetch-Site`` decides where the browser sends it (https and loopback); else ``Origin`` must name this host. A
    request with neither comes from no browser that could be led astray: cookies are ``SameSite=Lax`` besides.
    """

    def __init__(self, public_url: str | None) -> None:
        self._public = urlsplit(public_url).netloc if public_url else None

    def refuses(self, scope: Scope) -> bool:
        return scope["method"] not in SAFE and not self._is_ours(scope["headers"])

    def _is_ours(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        said: dict[bytes, str] = {}
        for name, value in headers:
            if name in ASKED:
                said.setdefault(name, value.decode("latin-1"))
        site, origin = said.get(b"sec-fetch-site"), said.get(b"origin")
        if site is not None:
            return site in ("same-origin", "none")
        return origin is None or _host_of(origin) in {said.get(b"host"), self._public} - {None}


def _host_of(origin: str) -> str | None:
    """The host that an ``Origin`` names; None for ``null`` and for what is no address."""
    try:
        return urlsplit(origin).netloc or None
    except ValueError:  # such as "http://["
        return None
