"""One check for each kind of value in a pool: it gives the value back, or raises one sentence about it."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from portal.pools.wording import fault, listed, nearest, quoted, shown
from portal.wording import _, grouped

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
        raise fault(_("must be text in double quotes, not %(value)s", value=shown(value)))
    if not value.strip():
        raise fault(_("is empty"))
    return _showable(value)


def _showable(value: str) -> str:
    if len(value) > LONGEST_TEXT:
        raise fault(
            _(
                "has %(length)s characters; %(most)s are possible",
                length=grouped(len(value)),
                most=grouped(LONGEST_TEXT),
            )
        )
    if found := _UNSHOWABLE.search(value):
        raise fault(_("holds a character that cannot be shown: %(code)s", code=f"U+{ord(found[0]):04X}"))
    return value


def text_or_nothing(value: object) -> str:
    return "" if value is None or value == "" else text(value)


def line(value: object) -> str:
    trimmed = text(value).strip()
    if len(trimmed) > LONGEST_LINE or "\n" in trimmed or "\t" in trimmed:
        raise fault(_("must be one line of at most %(most)s characters", most=LONGEST_LINE))
    return trimmed


def identifier(value: object) -> str:
    if not _ID.fullmatch(text(value)):
        raise fault(_("%(value)s is not an id: 1 to 32 of A-Z a-z 0-9 . _ -", value=shown(value)))
    return str(value)


def whole(lowest: int, highest: int, sentence: str) -> Callable[[object], int]:
    """Whole numbers from ``lowest`` to ``highest``; ``sentence`` says so, with its unit, of any other ``value``."""

    def check(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        raise fault(_(sentence, lowest=lowest, highest=highest, value=shown(value)))

    return check


def if_given(check: Callable[[object], int]) -> Callable[[object], int | None]:
    return lambda value: None if value is None else check(value)


def one_of(known: Iterable[str], must: str, unknown: str) -> Callable[[object], str]:
    """Texts of ``known``; ``must`` says so of a ``value`` that is no text, ``unknown`` of one that is another."""
    names = list(known)

    def check(value: object) -> str:
        if not isinstance(value, str):
            raise fault(_(must, known=listed(names), value=shown(value)))
        if value not in names:
            raise fault(_(unknown, known=listed(names), value=quoted(value), nearest=nearest(value, names)))
        return value

    return check


def options(value: object) -> dict[str, str]:
    """An object by letter, or a list that is lettered in order; every fault of it at once."""
    if not isinstance(value, (dict, list)):
        raise fault(_("must be an object by letter or a list, not %(value)s", value=shown(value)))
    entries = list(enumerate(value)) if isinstance(value, list) else list(value.items())
    faults: list[InitErrorDetails] = []
    if not FEWEST_OPTIONS <= len(entries) <= len(LETTERS):
        words = _(
            "must be %(lowest)s to %(highest)s, not %(count)s",
            lowest=FEWEST_OPTIONS,
            highest=len(LETTERS),
            count=len(entries),
        )
        faults.append({"type": fault(words), "input": value})
    elif isinstance(value, dict) and list(value) != list(LETTERS[: len(value)]):
        found = listed([quoted(key) for key in value])
        right = ", ".join(LETTERS[: len(value)])
        words = _("must be lettered %(right)s in this order, not %(found)s", right=right, found=found)
        faults.append({"type": fault(words), "input": value})
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
        raise fault(_("must be a letter or a list of letters; %(value)s is neither", value=shown(strange)))
    if not letters:
        raise fault(_('is an empty list; a poll has no "correct" at all'))
    if len(letters) > len(LETTERS):
        raise fault(
            _("holds %(count)s letters; there are at most %(most)s options", count=len(letters), most=len(LETTERS))
        )
    if twice := next((letter for letter in letters if letters.count(letter) > 1), None):
        raise fault(_("%(letter)s stands in the list more than once", letter=quoted(twice)))
    return AnswerKey(frozenset(letters), several)


def answer_key_or_poll(value: object) -> AnswerKey:
    return POLL if value is None else answer_key(value)
