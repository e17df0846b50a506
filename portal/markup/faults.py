"""What a text asks for and will not get, told to its author before the class sees it."""

import re
from collections.abc import Iterator

from markdown_it.token import Token

from portal.markup import highlight, markdown
from portal.markup.formula import BadFormula, to_mathml
from portal.markup.sanitise import IMAGE_SOURCE, LINK_TARGET
from portal.wording import _

_SHOWN = 40  # characters of the author's text in a sentence: enough to find the place
_TAG = re.compile(
    r"</?(?:a|b|br|code|div|em|font|i|img|p|pre|script|span|strong|style|sub|sup|table|u)(?:\s+[\w-]+=[^<>]*)?\s*/?>",
    re.I,
)


def found_in(text: str) -> list[str]:
    """One sentence for each fault of ``text``, in its order."""
    return [fault for token in markdown.tokens_of(text) for fault in _faults_of(token)]


def _faults_of(token: Token) -> Iterator[str]:
    if token.type in markdown.FORMULAS:
        yield from _formula_faults(token.content.strip(), display=markdown.is_display(token))
    elif token.type == "image":
        yield from _image_faults(token)
    elif token.type == "link_open" and not LINK_TARGET.fullmatch(address := markdown.target(token)):
        yield _(
            "the link to %(address)s is shown as text: only http and https can be followed", address=_start(address)
        )
    elif token.type in markdown.CODE:
        yield from _code_faults(token)
    elif token.type == "text":
        yield from (
            _("%(tag)s is shown as it stands: HTML is not used here", tag=_start(tag))
            for tag in _TAG.findall(token.content)
        )


def _formula_faults(latex: str, *, display: bool) -> Iterator[str]:
    try:
        to_mathml(latex, display=display)
    except BadFormula as fault:
        yield _("the formula %(formula)s %(fault)s", formula=_start(latex), fault=fault)


def _code_faults(token: Token) -> Iterator[str]:
    language = markdown.language(token)
    if not highlight.knows(language):
        yield _("code in %(language)s has no colours: the language is not known", language=_start(language))
    elif language and len(token.content) > highlight.LONGEST:
        yield _(
            "code of %(length)s characters has no colours: %(most)s are possible",
            length=len(token.content),
            most=highlight.LONGEST,
        )


def _image_faults(token: Token) -> Iterator[str]:
    source = markdown.target(token)
    if not markdown.alternative(token):
        yield _(
            "the image %(source)s has no alternative text: write it in the brackets, ![like this](…)",
            source=_start(source),
        )
    if not IMAGE_SOURCE.fullmatch(source):
        yield _(
            "the image %(source)s cannot be shown: its source is neither /static/… nor data:image/…;base64,… "
            "(png, jpeg, gif or webp)",
            source=_start(source),
        )


def _start(text: str) -> str:
    """The first characters of ``text`` in quotes, on one line."""
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= _SHOWN else f'"{line[: _SHOWN - 1]}…"'
