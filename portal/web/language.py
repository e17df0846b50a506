"""Which language a request is answered in: the one that its browser asks for, or the one that the operator set."""

from collections.abc import Iterable
from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.wording import ENGLISH, Language, catalogs, speak

AUTO = "auto"
LONGEST = 200  # characters of Accept-Language that are looked at; browsers send fewer than 100
_VARY = b"Accept-Language"


class Spoken:
    """Sets the language before anything is said. ``choice``: ``auto``, or the one language for everybody."""

    def __init__(self, app: ASGIApp, choice: str) -> None:
        self._app = app
        ours = {tag: catalogs.language(tag) for tag in catalogs.TAGS}  # all now: none is read while somebody waits
        self._fixed = None if choice == AUTO else ours[choice]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._fixed is not None:
            speak(self._fixed)
            await self._app(scope, receive, send)
            return
        speak(asked_for(_header(scope)))

        async def send_saying_so(message: Message) -> None:
            if message["type"] == "http.response.start":
                is_file = scope["path"].startswith("/static/") and message["status"] < 400  # which has no language
                if not is_file:
                    message["headers"] = _varying(message.get("headers", ()))
            await send(message)

        await self._app(scope, receive, send_saying_so)


def _varying(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """``headers`` whose ``Vary`` names the language, beside what it named before."""
    given = list(headers)
    vary = b", ".join([*(value for name, value in given if name == b"vary"), _VARY])
    return [*(each for each in given if each[0] != b"vary"), (b"vary", vary)]


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
    values = [value for name, value in scope["headers"] if name == b"accept-language"]
    return b",".join(values)[:LONGEST].decode("latin-1")
