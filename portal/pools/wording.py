"""What is wrong with a pool, in sentences for its author: ``questions[3].correct: "E" is not one of the options …``.

They are said in the language of whoever has the pool read; keys, letters and values stay as the author wrote them.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

from pydantic_core import ErrorDetails, PydanticCustomError

from portal.wording import _

Place = tuple[str | int, ...]
"""Keys and list positions that lead to a value; empty for the whole pool."""

_MOST = 1000  # a megabyte can hold a hundred thousand faults; nobody reads on
_SHOWN = 40  # characters of the author's text in a sentence
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")
_NEAR = 0.6  # likeness above which a key is taken for a slip of the pen


class PoolFaults(Exception):
    """A pool that is refused whole. ``faults`` are all its faults, a sentence each, beginning with the place."""

    def __init__(self, faults: Iterable[str]) -> None:
        every = tuple(faults)
        if len(every) > _MOST:
            every = (*every[:_MOST], _("… and %(count)s more faults", count=len(every) - _MOST))
        self.faults = every
        super().__init__("\n".join(self.faults))


def fault(sentence: str) -> PydanticCustomError:
    """A finding of our own, for a validator to raise; the place is added by pydantic."""
    return PydanticCustomError("portal", "{sentence}", {"sentence": sentence})


def told(place: Place, sentence: str) -> str:
    """One fault as its author reads it."""
    return f"{placed(place)}: {sentence}"


def sentence(error: ErrorDetails, known: Mapping[str, Sequence[str]]) -> str:
    """What pydantic found, in the house's words. ``known`` are the keys of the pool ("") and of each of its lists."""
    value: object = error["input"]
    match error["type"]:
        case "missing":
            return _("is missing")
        case "extra_forbidden":
            *parents, key = error["loc"]
            return _unknown(str(key), known[str(parents[0]) if parents else ""])
        case "model_type" | "model_attributes_type" | "dict_type":
            return _("must be an object, {…}, not %(value)s", value=shown(value))
        case "list_type":
            return _("must be a list, […], not %(value)s", value=shown(value))
        case "too_short":
            return _("is empty: at least one question is needed")
        case _:
            return error["msg"]


def nearest(word: str, known: Iterable[str]) -> str:
    """The one of ``known`` that looks most like ``word``."""
    lowered = {one.lower(): one for one in known}
    return lowered[difflib.get_close_matches(word[:_SHOWN].lower(), lowered, n=1, cutoff=0)[0]]


def _unknown(key: str, known: Sequence[str]) -> str:
    best = nearest(key, known)
    if difflib.SequenceMatcher(None, key[:_SHOWN].lower(), best).ratio() >= _NEAR:
        return _('unknown key; did you mean "%(best)s"?', best=best)
    return _('unknown key; the nearest is "%(best)s" of %(known)s', best=best, known=listed(known))


def listed(words: Sequence[str]) -> str:
    """``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s", first=", ".join(words[:-1]), last=words[-1])


def quoted(text: str) -> str:
    """``text`` in double quotes, shortened, with what cannot be printed or encoded escaped."""
    short = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return '"' + "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in short) + '"'


def shown(value: object) -> str:
    """A value of a pool as its author wrote it, or what kind of thing it is when that would be long."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case list():
            return _("a list")
        case dict():
            return _("an object")
        case _:
            return str(value)


def placed(place: Place) -> str:
    """A place as its author would write it: ``questions[3].options.B``."""
    if not place:
        return _("the pool")
    return "".join(f"[{part}]" if isinstance(part, int) else f".{_key(part)}" for part in place).removeprefix(".")


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else quoted(key)
