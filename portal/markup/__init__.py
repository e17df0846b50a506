"""A pool's Markdown, code and formulas to HTML that is safe to put on a page as it is.

Pages may print the HTML functions' results unescaped and nothing else. What the style sheet has to know:

- ``pre.code`` (a block of code) and, inside an option, ``code.code`` (the same without a block element);
- code is coloured by six classes on ``span``: ``hl-k`` keyword, ``hl-s`` string, ``hl-c`` comment, ``hl-n`` name of a
  function, class or builtin, ``hl-m`` number, ``hl-o`` operator;
- ``span.formula`` around a ``math`` that stands alone (``$$…$$``): it needs ``display: block`` and its own scrolling;
- ``code.bad-formula`` (the source of a formula that could not be drawn), ``span.no-image`` (the words of an image that
  may not be loaded), ``p.heading``, and ``th``/``td`` with ``data-align`` ``left``, ``center`` or ``right``.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

_KEPT = 4096  # texts: several times the largest pool in use; each is drawn once and shown to hundreds


@lru_cache(_KEPT)
def to_html(text: str) -> str:
    """``text`` as safe block-level HTML: paragraphs, lists, tables, code, formulas, images, links to other sites."""
    return _tools().clean(_tools().block(encodable(text)))


@lru_cache(_KEPT)
def to_inline_html(text: str) -> str:
    """``text`` as safe phrasing HTML, for options, buttons and headings: no ``p``, no list, no link.

    Lines and paragraphs are parted by ``br``; a block of code becomes a ``code`` element with its lines kept.
    """
    return _tools().clean(_tools().inline(encodable(text)))


@lru_cache(_KEPT)
def to_plain(text: str) -> str:
    """``text`` as one line without markup, for labels and lists. Not HTML: escape it as any other text.

    An image is its alternative text, a formula its signs in a row (``1/3``, ``x^2``), or its source if it is faulty.
    """
    return " ".join(_tools().plain(encodable(text)).split())


def faults_in(text: str) -> list[str]:
    """What ``text`` asks for that no page can show as meant: one sentence each, in the order of the text."""
    return _tools().faults(encodable(text))


def encodable(text: str) -> str:
    """``text`` with lone surrogates replaced: the sanitiser, and every page, could not encode them."""
    return text.encode("utf-8", "replace").decode("utf-8")


class _Tools(NamedTuple):
    """What draws a text; all but ``clean`` take Markdown."""

    block: Callable[[str], str]
    inline: Callable[[str], str]
    plain: Callable[[str], str]
    clean: Callable[[str], str]
    faults: Callable[[str], list[str]]


@cache
def _tools() -> _Tools:
    """Imported with the first text that is drawn, which no first page shows; :mod:`portal.warming` comes before it."""
    # An eighth of all that the program imports, and a new start is what 500 phones wait for after a crash.
    from portal.markup import faults, markdown, sanitise  # noqa: PLC0415 (a start takes an eighth longer with them)

    return _Tools(markdown.block, markdown.inline, markdown.plain, sanitise.clean, faults.found_in)
