"""What a text asks for and will not get, told to its author before the class sees it."""

import re
from collections.abc import Iterator

from markdown_it.token import Token

from portal.markup import highlight, markdown
from portal.markup.formula import BadFormula, to_mathml
from portal.markup.sanitise import IMAGE_SOURCE, LINK_TARGET

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
        yield f"the link to {_start(address)} is shown as text: only http and https can be followed"
    elif token.type in markdown.CODE:
        yield from _code_faults(token)
    elif token.type == "text":
        yield from (
            f"{_start(tag)} is shown as it stands: HTML is not used here" for tag in _TAG.findall(token.content)
        )


def _formula_faults(latex: str, *, display: bool) -> Iterator[str]:
    try:
        to_mathml(latex, display=display)
    except BadFormula as fault:
        yield f"the formula {_start(latex)} {fault}"


def _code_faults(token: Token) -> Iterator[str]:
    language = markdown.language(token)
    if not highlight.knows(language):
        yield f"code in {_start(language)} has no colours: the language is not known"
    elif language and len(token.content) > highlight.LONGEST:
        yield f"code of {len(token.content)} characters has no colours: {highlight.LONGEST} are possible"


def _image_faults(token: Token) -> Iterator[str]:
    source = markdown.target(token)
    if not markdown.alternative(token):
        yield f"the image {_start(source)} has no alternative text: write it in the brackets, ![like this](…)"
    if not IMAGE_SOURCE.fullmatch(source):
        yield (
            f"the image {_start(source)} cannot be shown: its source is neither /static/… nor data:image/…;base64,… "
            "(png, jpeg, gif or webp)"
        )


def _start(text: str) -> str:
    """The first characters of ``text`` in quotes, on one line."""
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= _SHOWN else f'"{line[: _SHOWN - 1]}…"'
