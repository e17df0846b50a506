"""Markdown to HTML that still has to be cleaned: two dialects and one way to draw each kind of token.

*Block* is CommonMark with tables. *Inline* is for options: there ``5. May`` and ``# comment`` are what they look like,
so only paragraphs, blocks of code and formulas are recognised. In both a new line is a line break, because nobody
wraps the lines of a JSON string, and raw HTML is text.
"""

import html
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.dollarmath import dollarmath_plugin

from portal.markup.formula import BadFormula, to_line_of_text, to_mathml
from portal.markup.highlight import to_spans
from portal.markup.sanitise import IMAGE_SOURCE, LINK_TARGET

FORMULAS = {"math_inline", "math_inline_double", "math_block"}
CODE = {"fence", "code_block"}

_WITH_WORDS = CODE | {"text", "code_inline", "text_special"}
_NOT_IN_OPTIONS = ["blockquote", "code", "heading", "hr", "list", "reference"]


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 (the library's name)
        """Accept all here: the drawing decides what may be loaded, so that a refused image leaves its words."""
        return True


class _Block(RendererHTML):
    """Draws tokens; a method a kind of token, found by its name."""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<pre class="code"><code>{_coloured(tokens[idx])}</code></pre>\n'

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return self.fence(tokens, idx, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        words, source = html.escape(alternative(tokens[idx])), target(tokens[idx])
        if not IMAGE_SOURCE.fullmatch(source):
            return f'<span class="no-image">{words}</span>'
        return f'<img src="{html.escape(source)}" alt="{words}">'

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        address = target(tokens[idx])
        return f'<a href="{html.escape(address)}">' if LINK_TARGET.fullmatch(address) else ""

    def link_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        opening = next(token for token in reversed(tokens[:idx]) if token.type == "link_open")  # links do not nest
        return "</a>" if LINK_TARGET.fullmatch(target(opening)) else ""

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return '<p class="heading"><strong>'  # the page's outline is the page's own

    def heading_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</strong></p>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tag = tokens[idx].tag
        if tag == "th":
            tag = _cell(tokens[idx + 1])
            for each in tokens[idx + 1].children or ():
                each.meta["heads"] = True
        style = str(tokens[idx].attrGet("style") or "")  # the policy of the page forbids inline style
        align = f' data-align="{style.removeprefix("text-align:")}"' if style else ""
        return f"<{tag}{align}>"

    def th_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"</{_cell(tokens[idx - 1])}>\n"

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return self.th_open(tokens, idx, options, env)


class _Inline(_Block):
    """The same without block elements and links: an option is a button, and neither may stand in one."""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<code class="code">{_coloured(tokens[idx])}</code>' + _break_after(tokens, idx)

    def paragraph_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return ""

    def paragraph_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _break_after(tokens, idx)

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return ""

    def link_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return ""


def _cell(words: Token) -> str:
    """The element for a cell of a table's first row: without words it heads no column."""
    return "th" if words.content else "td"


def _parser(drawing: type[RendererHTML]) -> _Parser:
    parser = _Parser("commonmark", {"html": False, "breaks": True}, renderer_cls=drawing)
    # "$5 and $6" stays text; a label would become an id, and ids belong to the page.
    parser.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    for kind in FORMULAS:  # after the plugin, which brings drawings of its own
        parser.add_render_rule(kind, _formula)
    parser.disable("lheading")  # a line of dashes under a sentence is no heading
    return parser


def _formula(drawing: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    display = is_display(tokens[idx])
    try:
        made = to_mathml(tokens[idx].content.strip(), display=display)
    except BadFormula:
        return f'<code class="bad-formula">{html.escape(tokens[idx].content.strip())}</code>'
    if tokens[idx].meta.get("heads"):  # not every screen reader takes a formula alone for a column's name
        words = html.escape(_formula_words(tokens[idx].content.strip()))
        made = made.replace("<math ", f'<math aria-label="{words}" ', 1)
    return f'<span class="formula">{made}</span>' if display else made


def _coloured(token: Token) -> str:
    return to_spans(token.content.removesuffix("\n"), language(token))


def _break_after(tokens: Sequence[Token], idx: int) -> str:
    return "<br>" if idx + 1 < len(tokens) else ""


_block = _parser(_Block).enable("table")
_inline = _parser(_Inline).disable(_NOT_IN_OPTIONS)
_line = _parser(_Inline).disable(_NOT_IN_OPTIONS).enable("table")


def block(text: str) -> str:
    """HTML with block elements, to be cleaned."""
    return str(_block.render(text))


def inline(text: str) -> str:
    """HTML without block elements and links, to be cleaned."""
    return str(_inline.render(text))


def plain(text: str) -> str:
    """The words alone. Read as an option is, so that no number at the start of a line is taken for a list; but a table
    is read as one, whose cells' words follow one another."""
    return "".join(_words(_line.parse(text)))


def tokens_of(text: str) -> Iterator[Token]:
    """All tokens of the block dialect, each before what it holds."""
    return _flat(_block.parse(text))


def _flat(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or ())


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in FORMULAS:
            yield _formula_words(token.content.strip())
        elif token.type in _WITH_WORDS:
            yield token.content
        elif token.children:
            yield from _words(token.children)
        if token.block or token.type in {"softbreak", "hardbreak"}:
            yield " "


def _formula_words(latex: str) -> str:
    try:
        return to_line_of_text(latex)
    except BadFormula:
        return latex


def is_display(token: Token) -> bool:
    """Whether a formula stands alone, on lines of its own."""
    return token.type != "math_inline"


def language(token: Token) -> str:
    """The language that a block of code names: the first word after the fence."""
    return next(iter(token.info.split()), "")


def alternative(image: Token) -> str:
    """The words that stand for an image."""
    return " ".join("".join(_words(image.children or ())).split())


def target(token: Token) -> str:
    """Where an image is loaded from or a link leads to."""
    return str(token.attrGet("src") or token.attrGet("href") or "")
