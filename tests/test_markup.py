"""A pool's text on a page: what an author writes is shown as meant, and nothing in it is ever alive."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.markup import faults_in, to_html, to_inline_html, to_plain
from portal.markup.highlight import LONGEST as LONGEST_CODE

PIXEL = "data:image/png;base64,iVBORw0KGgo="
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


def colours(made: str) -> set[str]:
    return set(re.findall(r'class="(hl-\w)"', made))


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


def test_raw_html_is_shown_as_text() -> None:
    assert to_inline_html("a <b>c</b> & d") == "a &lt;b&gt;c&lt;/b&gt; &amp; d"


def test_a_new_line_is_a_line_break() -> None:
    assert to_html("one\ntwo") == "<p>one<br>\ntwo</p>\n"


def test_prices_are_no_formula() -> None:
    assert to_inline_html("It costs $5 and $6.") == "It costs $5 and $6."


def test_a_formula_becomes_mathml() -> None:
    made = to_html("Let $x^2$ be")
    assert '<math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>' in made


@pytest.mark.parametrize("text", ["$$\nx\n$$", "so $$x$$ is"])
def test_a_formula_between_double_dollars_stands_alone(text: str) -> None:
    for made in (to_html(text), to_inline_html(text)):
        assert '<span class="formula"><math display="block">' in made


def test_text_in_a_formula_keeps_its_signs() -> None:
    assert "<mtext>a&lt;b&nbsp;&amp;&nbsp;c</mtext>" in to_html(r"$\text{a<b & c}$")


def test_aligned_equations_are_drawn_as_a_table() -> None:
    text = r"$$\begin{aligned} a &= b \\ c &= d \end{aligned}$$"
    assert to_html(text).count("<mtr>") == 2
    assert faults_in(text) == []


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        (r"\foo x", r"uses \foo"),
        (r"\ce{H2O}", r"uses \ce"),
        (r"\frac{1}", "lacks an argument"),
        ("{", "missing brace"),
        (r"\left( x", "missing brace"),
        ("a & b", "an & outside"),
        (r"\newcommand{\a}{xx}\a", "defines a command"),
        ("x" * 2001, "longer than 2000"),
    ],
)
def test_a_formula_that_cannot_be_drawn_shows_its_source_and_is_told(latex: str, reason: str) -> None:
    assert '<code class="bad-formula">' in to_html(f"${latex}$")
    assert "<math" not in to_html(f"${latex}$")
    (fault,) = faults_in(f"${latex}$")
    assert reason in fault


def test_code_is_coloured_by_six_classes_and_no_style() -> None:
    code = '@app\ndef f(x):\n    """Doc."""\n    return len("a") + 1  # why\n\n\nclass C: pass'
    made = to_html(f"```python\n{code}\n```")
    assert colours(made) == {"hl-k", "hl-n", "hl-s", "hl-o", "hl-m", "hl-c"}
    assert "style" not in made


def test_code_keeps_its_blank_lines_and_spaces() -> None:
    made = to_html("```python\n\n  x\n\n\ny\n```")
    assert re.sub("<[^>]+>", "", made) == "\n  x\n\n\ny\n"


@pytest.mark.parametrize("language", ["", "nonsense"])
def test_code_in_no_known_language_has_no_colours(language: str) -> None:
    assert to_html(f"```{language}\ndef f\n```") == '<pre class="code"><code>def f</code></pre>\n'


def test_a_language_that_is_not_known_is_told() -> None:
    assert faults_in("```pyhton\nx\n```") == ['code in "pyhton" has no colours: the language is not known']


def test_code_of_many_pages_has_no_colours_and_that_is_told() -> None:
    text = "```java\n" + "a " * LONGEST_CODE + "\n```"
    assert not colours(to_html(text))
    assert len(faults_in(text)) == 1


def test_an_option_holds_no_block_element_and_keeps_its_code() -> None:
    made = to_inline_html("```python\nif x:\n    y\n```\n\nand *more*")
    assert made.startswith('<code class="code">')
    assert made.endswith("<br>and <em>more</em>")
    assert "\n    y" in made


@pytest.mark.parametrize("option", ["5. May", "- 5", "# comment", "+ 1", "---", "[a]: b"])
def test_an_option_that_looks_like_markdown_is_what_it_looks_like(option: str) -> None:
    assert to_inline_html(option) == option
    assert to_plain(option) == option


def test_a_greater_sign_before_an_option_stays() -> None:
    assert to_inline_html("> 3") == "&gt; 3"


def test_a_link_opens_beside_the_quiz() -> None:
    made = to_html("[here](https://a.example/b)")
    assert 'href="https://a.example/b"' in made
    assert 'target="_blank"' in made
    assert 'rel="noopener noreferrer"' in made


@pytest.mark.parametrize("address", ["javascript:alert(1)", "/admin/", "mailto:a@b.example", "//a.example"])
def test_a_link_that_is_not_to_a_site_keeps_its_words_only(address: str) -> None:
    assert to_html(f"[words]({address})") == "<p>words</p>\n"
    assert len(faults_in(f"[words]({address})")) == 1


def test_a_link_in_an_option_is_its_words() -> None:
    assert to_inline_html("[words](https://a.example/)") == "words"


@pytest.mark.parametrize("source", [PIXEL, "/static/pictures/a-1.png"])
def test_an_image_of_ours_is_shown_with_its_words(source: str) -> None:
    assert to_inline_html(f"![A *red* dot]({source})") == f'<img src="{source}" alt="A red dot">'
    assert faults_in(f"![A red dot]({source})") == []


@pytest.mark.parametrize(
    "source",
    [
        "https://a.example/x.png",
        "//a.example/x.png",
        "x.png",
        "/admin/",
        "/static/../admin",
        "/static//a.example",
        "data:image/svg+xml;base64,PHN2Zz4=",
    ],
)
def test_an_image_from_elsewhere_leaves_its_words_and_is_told(source: str) -> None:
    assert to_inline_html(f"![A dot]({source})") == '<span class="no-image">A dot</span>'
    (fault,) = faults_in(f"![A dot]({source})")
    assert "cannot be shown" in fault


def test_an_image_without_words_is_told() -> None:
    (fault,) = faults_in(f"![]({PIXEL})")
    assert "no alternative text" in fault


def test_html_that_an_author_hoped_for_is_told() -> None:
    assert len(faults_in("H<sub>2</sub>O")) == 2
    assert faults_in("`<b>` and a<b && c>d") == []


def test_a_heading_is_no_heading_of_the_page() -> None:
    assert to_html("# Big") == '<p class="heading"><strong>Big</strong></p>\n'


def test_a_table_is_aligned_without_style() -> None:
    made = to_html("| a | b |\n|:-:|--|\n| 1 | 2 |")
    assert '<td data-align="center">1</td>' in made
    assert "<td>2</td>" in made


def test_plain_text_has_no_markup() -> None:
    text = f"**Which** `x`\n\n```python\ny = 1\n```\n\n$z^2$ [w](https://a.example) ![v]({PIXEL}) <b>"
    assert to_plain(text) == "Which x y = 1 z^2 w v <b>"
