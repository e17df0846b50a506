"""Code to HTML in six classes (see :mod:`portal.markup`): a style sheet of six lines colours any language."""

import html
from itertools import groupby

from pygments import lex
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Token, _TokenType
from pygments.util import ClassNotFound

LONGEST = 3000  # characters; twenty thousand can keep some lexers busy for a quarter of a minute

# A token takes the class of the nearest kind above it: String.Doc that of String.
_CLASSES: dict[_TokenType, str] = {
    Keyword: "hl-k",
    Operator.Word: "hl-k",
    Name.Tag: "hl-k",
    String: "hl-s",
    Comment: "hl-c",
    Name.Function: "hl-n",
    Name.Class: "hl-n",
    Name.Builtin: "hl-n",
    Name.Decorator: "hl-n",
    Name.Exception: "hl-n",
    Number: "hl-m",
    Operator: "hl-o",
}


def knows(language: str) -> bool:
    """Whether code can be coloured in ``language``; nothing named is nothing wrong."""
    return not language or _lexer(language) is not None


def to_spans(code: str, language: str) -> str:
    """``code`` escaped, its tokens in ``span`` elements; no colours if it is long or its language not known."""
    lexer = _lexer(language) if len(code) <= LONGEST else None
    if lexer is None:
        return html.escape(code)
    tokens = groupby(lex(code, lexer), key=lambda token: _class_of(token[0]))
    return "".join(_span(name, "".join(text for _, text in group)) for name, group in tokens)


def _lexer(language: str) -> Lexer | None:
    try:
        # As written: the defaults trim blank lines and add one at the end.
        return get_lexer_by_name(language, stripnl=False, ensurenl=False) if language else None
    except ClassNotFound:
        return None


def _class_of(kind: _TokenType) -> str:
    while kind is not Token:
        if kind in _CLASSES:
            return _CLASSES[kind]
        if kind.parent is None:
            break
        kind = kind.parent
    return ""


def _span(name: str, text: str) -> str:
    escaped = html.escape(text)
    return f'<span class="{name}">{escaped}</span>' if name else escaped
