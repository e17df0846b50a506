"""LaTeX formulas to MathML, and what is wrong with those that cannot be drawn.

The converter knows about forty commands fewer than LaTeX and writes what it does not know into the page as it stands;
its own text output is not even escaped. So the tree is taken from it, searched, and serialised here.
"""

import html
import re
from functools import lru_cache
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import convert_to_element

from portal.markup.linear import to_line
from portal.wording import _

LONGEST = 2000  # characters; the converter needs a tenth of a second for three times as many

# A macro may call a macro: a hundred characters would make a page of any size.
_DEFINES = re.compile(r"\\(?:re|provide)?(?:new)?(?:command|environment)\b|\\[egx]?def\b")

# The converter does not know `aligned`; outside a numbered equation both draw the same.
_ALIGNED = re.compile(r"\\(begin|end)\{aligned\}")

# Those that the converter writes as names, without the thin space that parts them from their argument.
_FUNCTIONS = re.compile(r"(?:arc)?(?:cos|sin|tan)|(?:cos|cot|sin|tan)h|arg|cot|csc|deg|dim|exp|hom|ker|lg|ln|log|sec")
_THIN = "0.167em"

_ARGUMENTS = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3}


class BadFormula(Exception):
    """A formula that cannot be drawn; the text says why, in words for its author."""


@lru_cache(4096)
def to_mathml(latex: str, *, display: bool) -> str:
    """One ``math`` element for ``latex``, well formed but *not* yet safe. Raises :class:`BadFormula`."""
    return tostring(_tree(latex, display=display), encoding="unicode")


@lru_cache(4096)
def to_line_of_text(latex: str) -> str:
    """``latex`` on one line of text. Raises :class:`BadFormula`."""
    return to_line(_tree(latex, display=False))


def _tree(latex: str, *, display: bool) -> Element:
    if len(latex) > LONGEST:
        raise BadFormula(_("is longer than %(most)s characters", most=LONGEST))
    if _DEFINES.search(latex):
        raise BadFormula(_("defines a command, which is not possible here"))
    try:
        tree = convert_to_element(_ALIGNED.sub(r"\\\1{align*}", latex), display="block" if display else "inline")
        _refuse_what_would_show_as_source(tree)
        _unescape(tree)
        _space_functions(tree)
        return tree
    except BadFormula:
        raise
    except Exception as stumble:  # it raises whatever it trips over: IndexError, ValueError, RecursionError and its own
        raise BadFormula(_("is not complete: look for a missing brace or argument")) from stumble


def _refuse_what_would_show_as_source(tree: Element) -> None:
    for element in tree.iter():
        words = element.text or ""
        if element.tag == "mi" and words.startswith("\\"):
            raise BadFormula(_("uses %(command)s, which is not known here", command=words))
        if element.tag == "mi" and words == "&":
            raise BadFormula(_("has an %(sign)s outside of a matrix, an array, cases or align", sign=words))
        if len(element) != _ARGUMENTS.get(element.tag, len(element)):
            raise BadFormula(_("is not complete: a command lacks an argument"))


def _unescape(tree: Element) -> None:
    """The converter writes symbols as character references inside text; serialising would escape them again."""
    for element in tree.iter():
        if element.text:
            element.text = html.unescape(element.text)


def _space_functions(tree: Element) -> None:
    """``2 sin x``, not ``2sinx``: an operator has space of its own; none before a bracket or after another one."""
    for row in tree.iter():
        for position, element in enumerate(row):
            name = element[0] if element.tag in _ARGUMENTS and len(element) else element  # log with a base, sin squared
            if name.tag == "mi" and _FUNCTIONS.fullmatch(name.text or ""):
                before, after = row[position - 1] if position else None, _text_at(row, position + 1)
                name.tag = "mo"
                name.set("lspace", "0" if before is None or before.tag == "mo" else _THIN)
                name.set("rspace", "0" if after in {"", "(", "["} else _THIN)


def _text_at(row: Element, position: int) -> str:
    return (row[position].text or row[position].tag) if position < len(row) else ""
