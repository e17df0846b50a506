"""What people read, in their own language.

English stands where it is used, in code and templates; ``portal/wording/<tag>/LC_MESSAGES/portal.po`` has the same
sentences in another language. Each request speaks one language (:func:`speak`), and so does its stream. Placeholders
are ``%(name)s``, never ``%(name)d``: a number may be a hole of a page that is drawn once for many.

What machines read never changes with the language: ``data-…``, error codes, CSV files, the audit.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from gettext import NullTranslations


def english_suffix(rank: int) -> str:
    """What English puts behind a rank: 1st, 2nd, 3rd, 4th, 11th, 21st."""
    return "th" if rank % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """``tag`` as in ``<html lang>``; ``decimal`` is its decimal mark; ``suffix`` makes a place of a number."""

    tag: str
    texts: NullTranslations
    decimal: str = "."
    suffix: Callable[[int], str] = english_suffix


ENGLISH = Language("en", NullTranslations())
_spoken: ContextVar[Language] = ContextVar("spoken", default=ENGLISH)


def speak(language: Language) -> None:
    """Everything that is said from here on in this request is said in ``language``."""
    _spoken.set(language)


def spoken() -> Language:
    """The language of the present request; English outside of any."""
    return _spoken.get()


def _(message: str, /, **values: object) -> str:
    """``message`` in the language spoken, with ``values`` in its placeholders. A percent sign is written ``%%``."""
    return _spoken.get().texts.gettext(message) % values


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """The form that goes with ``number``, which fills ``%(num)s``."""
    return _spoken.get().texts.ngettext(one, many, number) % {"num": number, **values}


def N_(message: str) -> str:  # noqa: N802 (gettext's word for it)
    """Marks a sentence that is kept in English and said later, by ``_``."""
    return message


def decimal(value: float) -> str:
    """``6.4``, or ``6,4`` where people write it so."""
    return f"{value:.1f}".replace(".", _spoken.get().decimal)


def grouped(number: int) -> str:
    """``20,000``, or ``20.000`` where the comma is the decimal mark."""
    return f"{number:,}".replace(",", "." if _spoken.get().decimal == "," else ",")


def hundredths(value: float) -> str:
    """``0.42``: a coefficient, a negative one with the character called minus."""
    return f"{value:.2f}".replace(".", _spoken.get().decimal).replace("-", "\N{MINUS SIGN}")


def suffix(rank: int) -> str:
    """What stands behind a rank: ``3rd`` in English, ``3.`` in German."""
    return _spoken.get().suffix(rank)
