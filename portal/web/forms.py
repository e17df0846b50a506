"""Forms: a bounded body, parsed by the standard library. There is no multipart parser in this process."""

from collections.abc import Iterable
from typing import Protocol
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from portal.web.asked import said
from portal.wording import _

FORM_LIMIT = 16 * 1024
POOL_LIMIT = 1024 * 1024 + 4096  # a pool of 1 MiB and the form around it
MOST_FIELDS = 32
URLENCODED = b"application/x-www-form-urlencoded"


class Sender(Protocol):
    """The connection, which a server may put into the scope as ``portal.line``."""

    def body(self, scope: object) -> bytes | None:
        """The request's, if all of it has come. None: it has to be waited for, or it will not come."""
        ...


class Malformed(Exception):
    """A form that cannot be read. ``status`` is the HTTP status, ``field`` what is wrong, the message says why."""

    def __init__(self, sentence: str, *, field: str = "", status: int = 422) -> None:
        super().__init__(sentence)
        self.sentence, self.field, self.status = sentence, field, status


class Form:
    """The fields of a request, by name, each as often as it was sent."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def text(self, name: str) -> str:
        """The field, or an empty string. A field that was sent twice is refused: which one was meant?"""
        values = self._values.get(name, [""])
        if len(values) > 1:
            raise Malformed(
                _("The field “%(name)s” was sent %(count)s times.", name=name, count=len(values)), field=name
            )
        return values[0]

    def many(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def number(self, name: str) -> int:
        """A whole number in plain digits. ``int()`` alone also takes ``1_0``, ``+1``, other scripts."""
        value = self.text(name)
        if not value:
            raise Malformed(_("The field “%(name)s” is missing.", name=name), field=name)
        if not (value.isascii() and value.isdigit() and len(value) <= 9):
            told = _("The field “%(name)s” must be a whole number, not “%(value)s”.", name=name, value=value[:40])
            raise Malformed(told, field=name)
        return int(value)

    def optional_number(self, name: str) -> int | None:
        return self.number(name) if self.text(name) else None


def one_of(name: str, known: Iterable[str]) -> str:
    """What is said of a field that takes only some words."""
    return _("The field “%(name)s” is one of %(known)s.", name=name, known=", ".join(known))


async def read_form(request: Request, *, limit: int = FORM_LIMIT) -> Form:
    """The request's form, to be read once. Raises :class:`Malformed` for what is no small urlencoded form in UTF-8."""
    return form_of(await read_body(request, limit=limit))


def form_of(body: bytes) -> Form:
    """Raises :class:`Malformed` for what is no urlencoded form in UTF-8."""
    try:
        return Form(
            parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
        )
    except ValueError as fault:  # not ASCII, not UTF-8 once unquoted, or too many fields
        told = _("This form cannot be read: it is not a short urlencoded form in UTF-8.")
        raise Malformed(told, status=400) from fault


async def read_body(request: Request, *, limit: int = FORM_LIMIT) -> bytes:
    """What the request says of itself that it is a form, to be read once. Raises :class:`Malformed`."""
    kind = said(request.scope).get(b"content-type", b"")
    if kind != URLENCODED and kind.partition(b";")[0].strip().lower() not in (URLENCODED, b""):
        raise Malformed(_("Send a form as application/x-www-form-urlencoded."), status=415)
    line: Sender | None = request.scope.get("portal.line")
    body = line.body(request.scope) if line is not None else None
    return body if body is not None and len(body) <= limit else await _received(request, limit)


async def _received(request: Request, limit: int) -> bytes:
    body, more = b"", True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > limit:
            raise Malformed(
                _("That is more than the %(limit)s KiB that a form may have.", limit=limit // 1024), status=413
            )
    return body
