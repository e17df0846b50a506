"""A pool's text to values, stricter than JSON in Python: no doubled key, no NaN, no number of a thousand digits."""

import json
import math
from collections import Counter
from collections.abc import Iterator

from portal.pools.wording import Place, PoolFaults, told
from portal.wording import N_, _

LARGEST_POOL = 1024 * 1024  # bytes
_LONGEST_NUMBER = 15  # digits; longer ones are not the same number in every program that reads the file

_STUMBLES = {
    "Expecting property name enclosed in double quotes": N_(
        "a key in double quotes is expected here (or there is a comma too many before it)"
    ),
    "Expecting value": N_("expecting value"),
    "Expecting ',' delimiter": N_("expecting ',' delimiter"),
    "Expecting ':' delimiter": N_("expecting ':' delimiter"),
    "Extra data": N_("extra data"),
    "Illegal trailing comma before end of object": N_("illegal trailing comma before end of object"),
    "Illegal trailing comma before end of array": N_("illegal trailing comma before end of array"),
    "Invalid control character at": N_("invalid control character at"),
    "Invalid \\escape": N_("invalid \\escape"),
    "Invalid \\uXXXX escape": N_("invalid \\uXXXX escape"),
    "Unterminated string starting at": N_("unterminated string starting at"),
}
"""What Python says of a text that is not JSON, in the words that its author reads."""


class _Object(dict[str, object]):
    """An object of the text; ``repeated`` are the keys that stand in it more than once; the last value counts."""

    repeated: tuple[str, ...] = ()


class _NoNumber(str):
    """A number, as written, that no pool can mean: endless, or not one at all."""

    __slots__ = ()


def parse(text: str) -> tuple[object, dict[Place, str]]:
    """The values of a JSON text, and by place the faults that JSON in Python would have let through.

    Raises :class:`PoolFaults` when ``text`` is not JSON, is too long, or is nested so deeply that it cannot be read.
    """
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST_POOL:
        raise PoolFaults([too_large()])
    try:
        value = json.loads(
            text.removeprefix("\ufeff"),
            object_pairs_hook=_object,
            parse_constant=_NoNumber,
            parse_int=_whole,
            parse_float=_decimal,
        )
        return value, dict(_faults(value, ()))
    except json.JSONDecodeError as stumble:
        place = _("line %(line)s, column %(column)s", line=stumble.lineno, column=stumble.colno)
        words = _("this is not JSON: %(why)s", why=_in_plain_words(stumble))
        raise PoolFaults([f"{place}: {words}"]) from stumble
    except RecursionError as stumble:
        raise PoolFaults([told((), _("brackets are nested too deeply"))]) from stumble


def too_large() -> str:
    return told((), _("is larger than %(most)s KiB", most=LARGEST_POOL // 1024))


def _in_plain_words(stumble: json.JSONDecodeError) -> str:
    if not stumble.doc.strip():
        return _("there is nothing in it")
    return _(known) if (known := _STUMBLES.get(stumble.msg)) else stumble.msg[:1].lower() + stumble.msg[1:]


def _object(pairs: list[tuple[str, object]]) -> _Object:
    made = _Object(pairs)
    if len(made) < len(pairs):
        made.repeated = tuple(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
    return made


def _whole(digits: str) -> object:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else _NoNumber(digits)


def _decimal(digits: str) -> object:
    return float(digits) if math.isfinite(float(digits)) else _NoNumber(digits)


def _faults(value: object, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, _NoNumber):
        number = value if len(value) <= _LONGEST_NUMBER else f"{value[:_LONGEST_NUMBER]}…"
        yield place, _("%(number)s is not a number that a pool can hold", number=number)
    elif isinstance(value, _Object):
        for key in value.repeated:
            yield (*place, key), _("stands here more than once")
        for key, inner in value.items():
            yield from _faults(inner, (*place, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _faults(inner, (*place, position))
