"""Whatever a pool holds, nothing of it is alive on a page."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.markup import faults_in, to_html, to_inline_html, to_plain

BLOCKS = {"p", "pre", "div", "ul", "ol", "li", "table", "blockquote", "hr", "a", "h1", "h2", "h3"}
IMAGE = re.compile(r"/static/[\w./-]+|data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    '[x](https://a.example/"onmouseover="alert(1))',
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    '![" onerror="alert(1)](/static/a.png)',
    '![x](/static/a.png"onerror="alert(1))',
    '![x](/static/a.png "t\\" onerror=alert(1)")',
    r"$\text{<img/src=x/onerror=alert(1)>}$",
    r"$\text{</math><script>alert(1)</script>}$",
    r"$\text{&lt;img src=x onerror=alert(1)&gt;}$",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\style{background:url(https://evil.example)}{x}$",
    r"$\class{evil}{x}$",
    r"$\unicode{<script>}$",
    r"$\rule{1em\" onload=\"alert(1)}{1em}$",
    r"$\color{red\" onclick=\"alert(1)}x$",
    r"$\begin{array}{c\" onload=\"alert(1)}x\end{array}$",
    r"$\mathrm{<style>*{display:none}</style>}$",
    "$</mtext></math><img src=x onerror=alert(1)>$",
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "`<script>alert(1)</script>`",
    "# <img src=x onerror=alert(1)>",
    "| <script> |\n|-|\n| <img src=x onerror=alert(1)> |",
    "\ud800<script>\udfff",
]


class _Alive(HTMLParser):
    """Collects everything in a piece of HTML that could run, load or leave."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag in {"script", "style", "iframe", "svg", "object", "form", "input", "link", "meta", "annotation-xml"}:
            self.found.append(tag)
        for name, value in attrs:
            allowed = {
                "href": tag == "a" and bool(re.match(r"https?://", value or "", re.I)),
                "src": tag == "img" and bool(IMAGE.fullmatch(value or "")),
            }
            if name.startswith("on") or name in {"style", "id", "srcdoc"} or not allowed.get(name, True):
                self.found.append(f"{tag} {name}={value}")


def parsed(made: str) -> _Alive:
    reader = _Alive()
    reader.feed(made)
    reader.close()
    return reader


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_in_a_text_is_alive(attack: str) -> None:
    for made in (to_html(attack), to_inline_html(attack)):
        assert not parsed(made).found
        assert "<script" not in made


SNIPPETS = st.sampled_from(
    [
        *ATTACKS,
        "$",
        "$$",
        "`",
        "```",
        "\n\n",
        "\\",
        "{",
        "}",
        "[",
        "](",
        "![",
        "<",
        ">",
        '"',
        "&",
        "|",
        "\\text{",
        "x^2",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=20), SNIPPETS), max_size=12).map("".join))
@example("$" + "{" * 3000 + "$")
@example("![" * 500)
@example("> " * 500 + "x")
def test_any_text_is_drawn_and_nothing_of_it_is_alive(text: str) -> None:
    for made in (to_html(text), to_inline_html(text)):
        assert not parsed(made).found
        made.encode()
    assert not BLOCKS & set(parsed(to_inline_html(text)).tags)
    assert "\n" not in to_plain(text)
    assert all("\n" not in fault for fault in faults_in(text))
