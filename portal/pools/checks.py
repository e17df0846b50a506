"""One check for each kind of value in a pool: it gives the value back, or raises one sentence about it."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from portal.pools.wording import fault, listed, nearest, quoted, shown

LETTERS = "ABCDEFGH"
FEWEST_OPTIONS = 2
LONGEST_TEXT = 20_000
LONGEST_LINE = 200

_ID = re.compile(r"[A-Za-z0-9._-]{1,32}")
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000\ue001]")
"""Controls but tab and new line; half characters; the marks that ``portal.views.holes`` draws with."""


class AnswerKey(NamedTuple):
    """The correct letters, and whether they were given as a list: then the question takes several."""

    letters: frozenset[str]
    several: bool


POLL = AnswerKey(frozenset(), several=False)


def text(value: object) -> str:
    if not isinstance(value, str):
        raise fault(f"must be text in double quotes, not {shown(value)}")
    if not value.strip():
        raise fault("is empty")
    return _showable(value)


def _showable(value: str) -> str:
    if len(value) > LONGEST_TEXT:
        raise fault(f"has {len(value):,} characters; {LONGEST_TEXT:,} are possible")
    if found := _UNSHOWABLE.search(value):
        raise fault(f"holds a character that cannot be shown: U+{ord(found[0]):04X}")
    return value


def text_or_nothing(value: object) -> str:
    return "" if value is None or value == "" else text(value)


def line(value: object) -> str:
    trimmed = text(value).strip()
    if len(trimmed) > LONGEST_LINE or "\n" in trimmed or "\t" in trimmed:
        raise fault(f"must be one line of at most {LONGEST_LINE} characters")
    return trimmed


def identifier(value: object) -> str:
    if not _ID.fullmatch(text(value)):
        raise fault(f"{shown(value)} is not an id: 1 to 32 of A-Z a-z 0-9 . _ -")
    return str(value)


def whole(lowest: int, highest: int, unit: str) -> Callable[[object], int]:
    def check(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        raise fault(f"must be a whole number of {unit}, {lowest} to {highest}, not {shown(value)}")

    return check


def if_given(check: Callable[[object], int]) -> Callable[[object], int | None]:
    return lambda value: None if value is None else check(value)


def one_of(known: Iterable[str], noun: str) -> Callable[[object], str]:
    names = list(known)

    def check(value: object) -> str:
        if not isinstance(value, str):
            raise fault(f"must be {noun} ({listed(names)}), not {shown(value)}")
        if value not in names:
            raise fault(f'{quoted(value)} is not {noun} ({listed(names)}); did you mean "{nearest(value, names)}"?')
        return value

    return check


def options(value: object) -> dict[str, str]:
    """An object by letter, or a list that is lettered in order; every fault of it at once."""
    if not isinstance(value, (dict, list)):
        raise fault(f"must be an object by letter or a list, not {shown(value)}")
    entries = list(enumerate(value)) if isinstance(value, list) else list(value.items())
    faults: list[InitErrorDetails] = []
    if not FEWEST_OPTIONS <= len(entries) <= len(LETTERS):
        faults.append(
            {"type": fault(f"must be {FEWEST_OPTIONS} to {len(LETTERS)}, not {len(entries)}"), "input": value}
        )
    elif isinstance(value, dict) and list(value) != list(LETTERS[: len(value)]):
        found = listed([quoted(key) for key in value])
        right = ", ".join(LETTERS[: len(value)])
        faults.append({"type": fault(f"must be lettered {right} in this order, not {found}"), "input": value})
    for place, written in entries:
        try:
            text(written)
        except PydanticCustomError as unfit:
            faults.append({"type": unfit, "loc": (place,), "input": written})
    if faults:
        raise ValidationError.from_exception_data("options", faults)
    return dict(zip(LETTERS, (written for _, written in entries), strict=False))


def answer_key(value: object) -> AnswerKey:
    several = isinstance(value, list)
    entries: list[object] = value if isinstance(value, list) else [value]
    letters = [entry for entry in entries if isinstance(entry, str)]
    if len(letters) < len(entries):
        strange = next(entry for entry in entries if not isinstance(entry, str))
        raise fault(f"must be a letter or a list of letters; {shown(strange)} is neither")
    if not letters:
        raise fault('is an empty list; a poll has no "correct" at all')
    if len(letters) > len(LETTERS):
        raise fault(f"holds {len(letters)} letters; there are at most {len(LETTERS)} options")
    if twice := next((letter for letter in letters if letters.count(letter) > 1), None):
        raise fault(f"{quoted(twice)} stands in the list more than once")
    return AnswerKey(frozenset(letters), several)


def answer_key_or_poll(value: object) -> AnswerKey:
    return POLL if value is None else answer_key(value)
