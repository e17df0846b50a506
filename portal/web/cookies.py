"""Cookies of ours: how they are signed, known again, written and read."""

import hashlib
import hmac
from functools import lru_cache

from itsdangerous import Signer
from starlette.requests import Request
from starlette.responses import Response

from portal.web.asked import header

LONGEST = 256  # characters of a cookie of ours; the longest that we give has some 130
MOST_KNOWN = 20_000  # each phone has one
_EXAMPLE = "1/x/x.x"  # the slash makes a value stand in quotes


class CookieSigner:
    """Signs what a cookie says. One that it has seen before, or has made, is known again without any arithmetic."""

    def __init__(self, key: str, salt: str) -> None:
        self._signer = Signer(key, salt=salt, digest_method=hashlib.sha256)
        self._known: dict[str, str] = {}

    @property
    def known(self) -> int:
        """How many cookies are remembered."""
        return len(self._known)

    def sign(self, value: str) -> str:
        cookie = self._signer.sign(value).decode()
        self._remember(cookie, value)
        return cookie

    def value(self, cookie: str) -> str | None:
        """What a cookie of ours says; None for any other, of which nothing is remembered.

        Compared whole: base64 has spare bits, and another spelling is not the cookie we gave.
        """
        known = self._known.get(cookie)
        if known is not None or len(cookie) > LONGEST or not cookie.isascii():
            return known
        value, _, _ = cookie.rpartition(".")
        if not value or not hmac.compare_digest(self._signer.sign(value).decode(), cookie):
            return None
        self._remember(cookie, value)
        return value

    def forget(self) -> None:
        """Remembers none from here on; each is reckoned once more when it comes again."""
        self._known.clear()

    def _remember(self, cookie: str, value: str) -> None:
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[cookie] = value


def add(response: Response, name: str, value: str, life: int, *, tls: bool) -> None:
    """A cookie for ``life`` seconds. ``value`` has a ``/``, and else letters, digits, ``._-``: it stands in quotes."""
    before, after = _around(name, life, tls=tls)
    response.raw_headers.append((b"set-cookie", before + value.encode() + after))


@lru_cache(maxsize=8)
def _around(name: str, life: int, *, tls: bool) -> tuple[bytes, bytes]:
    """What Starlette writes before and after a value: to have it written for each took a tenth of a registration."""
    example = Response()
    example.set_cookie(name, _EXAMPLE, max_age=life, path="/", secure=tls, httponly=True, samesite="lax")
    before, _, after = dict(example.raw_headers)[b"set-cookie"].partition(_EXAMPLE.encode())
    return before, after


def given(request: Request, name: str) -> str:
    """The cookie as it was given, the last one if a header has it twice; empty when there is none.

    ``request.cookies`` unquotes every escape of every cookie, for a tenth of an answer; ours have none. Browsers put
    ``; `` between two cookies and send one header: that is looked at first, and all else where it is not found.
    """
    _, found, rest = f"; {header(request, b'cookie')}".rpartition(f"; {name}=")
    value = rest.partition(";")[0].strip() if found else _loosely(request, name)
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value


def _loosely(request: Request, name: str) -> str:
    found = ""
    for header_name, line in request.scope["headers"]:
        if header_name == b"cookie":
            for part in line.decode("latin-1").split(";"):
                key, _, text = part.partition("=")
                if key.strip() == name:
                    found = text.strip()
    return found
