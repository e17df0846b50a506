"""A pool's text on a page: shown as its author meant it, and what cannot be is told."""

import re

import pytest

from portal.markup import faults_in, to_html, to_inline_html, to_plain
from portal.markup.highlight import LONGEST as LONGEST_CODE

PIXEL = "data:image/png;base64,iVBORw0KGgo="


def colours(made: str) -> set[str]:
    return set(re.findall(r'class="(hl-\w)"', made))


def test_raw_html_is_shown_as_text() -> None:
    assert to_inline_html("a <b>c</b> & d") == "a &lt;b&gt;c&lt;/b&gt; &amp; d"


def test_a_new_line_is_a_line_break() -> None:
    assert to_html("one\ntwo") == "<p>one<br>\ntwo</p>\n"


@pytest.mark.parametrize("text", ["It costs $5 and $6.", "Write $ or $ here", "US$5 and US$6"])
def test_prices_are_no_formula(text: str) -> None:
    assert to_inline_html(text) == text


def test_a_formula_becomes_mathml() -> None:
    made = to_html("Let $x^2$ be")
    assert '<math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>' in made


@pytest.mark.parametrize("text", ["$$\nx\n$$", "so $$x$$ is"])
def test_a_formula_between_double_dollars_stands_alone(text: str) -> None:
    for made in (to_html(text), to_inline_html(text)):
        assert '<span class="formula"><math display="block">' in made


@pytest.mark.parametrize(
    ("latex", "left", "right"),
    [
        (r"2\sin x", "0.167em", "0.167em"),
        (r"\sin x", "0", "0.167em"),
        (r"a = \log(n)", "0", "0"),
        (r"n \log_2 n", "0.167em", "0.167em"),
        (r"x \sin^2 \frac{1}{2}", "0.167em", "0.167em"),
    ],
)
def test_a_function_stands_apart_from_its_argument(latex: str, left: str, right: str) -> None:
    assert f'<mo lspace="{left}" rspace="{right}">' in to_inline_html(f"${latex}$")


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


@pytest.mark.parametrize("language", ["", "python", "html"])
def test_code_keeps_its_signs(language: str) -> None:
    made = to_html(f"```{language}\nif 1 < 2 & <b>:\n```")
    assert re.sub("<[^>]+>", "", made) == "if 1 &lt; 2 &amp; &lt;b&gt;:\n"


@pytest.mark.parametrize("language", ["", "nonsense"])
def test_code_in_no_known_language_has_no_colours(language: str) -> None:
    assert to_html(f"```{language}\ndef f\n```") == '<pre class="code" tabindex="0"><code>def f</code></pre>\n'


def test_a_language_that_is_not_known_is_told() -> None:
    assert faults_in("```pyhton\nx\n```") == ['code in "pyhton" has no colours: the language is not known']


def test_code_of_many_pages_has_no_colours_and_that_is_told() -> None:
    text = "```java\n" + "1 " * LONGEST_CODE + "\n```"
    assert not colours(to_html(text))
    assert len(faults_in(text)) == 1


@pytest.mark.parametrize(
    ("latex", "line"),
    [
        (r"\frac{x^3}{3}", "(x^3)/3"),
        (r"O(n \log n)", "O(n log n)"),
        (r"\log_2 1024 = 10", "log_2 1024 = 10"),
        (r"\neg A \land \neg B", "¬A ∧ ¬B"),
        (r"\int_0^1 x^2\,dx", "∫_0^1 x^2 dx"),
        (r"\sum_{k=1}^{n} k = \frac{n(n+1)}{2}", "∑_(k = 1)^n k = (n(n + 1))/2"),
        (r"\lvert x\rvert \cdot \sqrt{x+1}", "|x| · √(x + 1)"),
        (r"\sqrt[3]{8} + \bar v", "8^(1/3) + v¯"),
        (r"f'(90^\circ) = \binom{6}{2}", "f\N{PRIME}(90°) = (6 2)"),
        (r"\begin{pmatrix}a&b\\c&d\end{pmatrix}", "(a b; c d)"),
        (r"\frac{1}{", r"\frac{1}{"),  # faulty: its author is told so
    ],
)
def test_a_formula_is_readable_where_only_text_can_stand(latex: str, line: str) -> None:
    assert to_plain(f"${latex}$") == line


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


def test_a_line_of_dashes_under_a_sentence_makes_no_heading() -> None:
    assert "heading" not in to_html("Total\n-----")


def test_a_table_is_aligned_without_style() -> None:
    made = to_html("| a | b |\n|:-:|--|\n| 1 | 2 |")
    assert '<td data-align="center">1</td>' in made
    assert "<td>2</td>" in made


def test_a_column_without_a_name_has_no_empty_heading() -> None:
    made = to_html("| | $p < q$ |\n|:-:|--|\n| 1 | $q$ |")
    assert '<td data-align="center"></td>' in made
    assert '<th><math aria-label="p &lt; q"' in made, "axe, for one, hears no formula"
    assert made.count("aria-label") == 1


def test_a_table_is_the_words_of_its_cells_where_only_a_line_can_stand() -> None:
    table = "Who is older?\n\n| name | age |\n|---|---|\n| Ada | 36 |\n\nThink"
    assert to_plain(table) == "Who is older? name age Ada 36 Think"


def test_plain_text_has_no_markup() -> None:
    text = f"**Which** `x`\n\n```python\ny = 1\n```\n\n$z^2$ [w](https://a.example) ![v]({PIXEL}) <b>"
    assert to_plain(text) == "Which x y = 1 z^2 w v <b>"
