"""A pool's Markdown, code and formulas to HTML that is safe to put on a page as it is.

Pages may print the HTML functions' results unescaped and nothing else. What the style sheet has to know:

- ``pre.code`` (a block of code) and, inside an option, ``code.code`` (the same without a block element);
- code is coloured by six classes on ``span``: ``hl-k`` keyword, ``hl-s`` string, ``hl-c`` comment, ``hl-n`` name of a
  function, class or builtin, ``hl-m`` number, ``hl-o`` operator;
- ``span.formula`` around a ``math`` that stands alone (``$$…$$``): it needs ``display: block`` and its own scrolling;
- ``code.bad-formula`` (the source of a formula that could not be drawn), ``span.no-image`` (the words of an image that
  may not be loaded), ``p.heading``, and ``th``/``td`` with ``data-align`` ``left``, ``center`` or ``right``.
"""

from functools import lru_cache

# What draws is imported when the first text is drawn: it is an eighth of what the program imports, and no first page
# needs it (portal.warming has it done soon after).
_KEPT = 4096  # texts: several times the largest pool in use; each is drawn once and shown to hundreds


@lru_cache(_KEPT)
def to_html(text: str) -> str:
    """``text`` as safe block-level HTML: paragraphs, lists, tables, code, formulas, images, links to other sites."""
    from portal.markup import markdown, sanitise  # noqa: PLC0415 (not before the first page)

    return sanitise.clean(markdown.block(encodable(text)))


@lru_cache(_KEPT)
def to_inline_html(text: str) -> str:
    """``text`` as safe phrasing HTML, for options, buttons and headings: no ``p``, no list, no link.

    Lines and paragraphs are parted by ``br``; a block of code becomes a ``code`` element with its lines kept.
    """
    from portal.markup import markdown, sanitise  # noqa: PLC0415 (not before the first page)

    return sanitise.clean(markdown.inline(encodable(text)))


@lru_cache(_KEPT)
def to_plain(text: str) -> str:
    """``text`` as one line without markup, for labels and lists. Not HTML: escape it as any other text.

    An image is its alternative text, a formula its LaTeX source.
    """
    from portal.markup import markdown  # noqa: PLC0415 (not before the first page)

    return " ".join(markdown.plain(encodable(text)).split())


def faults_in(text: str) -> list[str]:
    """What ``text`` asks for that no page can show as meant: one sentence each, in the order of the text."""
    from portal.markup import faults  # noqa: PLC0415 (not before the first page)

    return faults.found_in(encodable(text))


def encodable(text: str) -> str:
    """``text`` with lone surrogates replaced: the sanitiser, and every page, could not encode them."""
    return text.encode("utf-8", "replace").decode("utf-8")
