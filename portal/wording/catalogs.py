"""The languages beside English, read from their catalogues when the program starts."""

import gettext
import io
from functools import cache
from pathlib import Path

from babel.core import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol

from portal.wording import ENGLISH, Language

FOLDER = Path(__file__).parent
TAGS = ("en", *sorted(path.parts[-3] for path in FOLDER.glob("*/LC_MESSAGES/portal.po")))


@cache
def language(tag: str) -> Language:
    """The language of ``tag``, one of :data:`TAGS`. Reading German takes about 50 ms, once."""
    if tag == ENGLISH.tag:
        return ENGLISH
    compiled = io.BytesIO()
    with (FOLDER / tag / "LC_MESSAGES" / "portal.po").open("rb") as written:
        write_mo(compiled, read_po(written, tag))
    compiled.seek(0)
    texts = gettext.GNUTranslations(compiled)
    return Language(tag, texts, get_decimal_symbol(Locale.parse(tag)), _point)


def _point(_: int) -> str:
    """What most of Europe puts behind a rank."""
    return "."
