"""Which language a request is answered in: the one that its browser asks for, or the one that the operator set."""

from functools import lru_cache

from starlette.types import Scope

from portal.web.asked import said
from portal.web.headers import Headers
from portal.wording import ENGLISH, Language, catalogs, speak

AUTO = "auto"
LONGEST = 200  # characters of Accept-Language that are looked at; browsers send fewer than 100
_VARY = b"Accept-Language"
_VARIES = (b"vary", _VARY)


class Spoken:
    """Which language a request is answered in. ``choice``: ``auto``, or the one language for everybody."""

    def __init__(self, choice: str) -> None:
        ours = {tag: catalogs.language(tag) for tag in catalogs.TAGS}  # all now: none is read while somebody waits
        self._fixed = None if choice == AUTO else ours[choice]

    def listen(self, scope: Scope) -> None:
        """What is said from here on is said as the request of ``scope`` asks for it."""
        speak(self._fixed or asked_for(_header(scope)))

    def varying(self, path: str, status: int, headers: Headers) -> Headers:
        """``headers`` whose ``Vary`` names the language beside what it named before, unless nobody is asked for it."""
        is_file = path.startswith("/static/") and status < 400  # which has no language
        return headers if self._fixed is not None or is_file else _varying(headers)


def _varying(headers: Headers) -> Headers:
    named = [value for name, value in headers if name == b"vary"]
    if not named:
        return [*headers, _VARIES]
    return [*(each for each in headers if each[0] != b"vary"), (b"vary", b", ".join([*named, _VARY]))]


@lru_cache(maxsize=1000)
def asked_for(accepted: str) -> Language:
    """The language of ours that ``Accept-Language`` likes best; English when it likes none, or does not say.

    Ranges match by their first part (RFC 4647 lookup: ``de-AT`` is ``de``); of equal ones the first counts.
    What has ``q=0`` or cannot be read is passed over.
    """
    best, liked = ENGLISH.tag, 0.0
    for part in accepted.split(","):
        tag, _, parameters = part.partition(";")
        tag, quality = tag.strip().lower().partition("-")[0], _quality(parameters)
        if quality > liked and (tag in catalogs.TAGS or tag == "*"):
            best, liked = (ENGLISH.tag if tag == "*" else tag), quality
    return catalogs.language(best)


def _quality(parameters: str) -> float:
    """The ``q`` of a range: 1 without one, 0 when it cannot be read."""
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if name.strip().lower() == "q" and 0 <= quality <= 1 else 0.0


def _header(scope: Scope) -> str:
    return said(scope).get(b"accept-language", b"")[:LONGEST].decode("latin-1")
