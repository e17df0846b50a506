"""Nothing that people read stands bare in a template: it is inside ``_("…")``, where a translator finds it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment, TemplateAssertionError, nodes
from markupsafe import Markup

from portal.phrasing import PhrasedEnvironment
from portal.render import environment, linked, tagged
from portal.wording import ENGLISH, catalogs
from tests.test_templates import TEMPLATES
from tests.wording.heard import READ_ALOUD

SAID = {"Portal", "min"}  # the product's name, a unit
ATTRIBUTE = re.compile(r"""&\w+;|[\w-]*=(?:"[^"]*"|'[^']*')|\bdata-[\w-]+""")
TELLING = re.compile(rf'\b(?:{"|".join(READ_ALOUD)})="([^"]*)"')
SENTENCE = re.compile(r"^[A-Z][a-z]|[a-z] [a-z]+ [a-z]|[a-z][.:,] ")


def bare(source: str) -> list[str]:
    """Words of a template that no translator would see."""
    tree = Environment(autoescape=True).parse(source)
    text = re.sub(r"<!--.*?-->|<style>.*?</style>", "", "".join(_pieces(tree)), flags=re.DOTALL)
    shown = ATTRIBUTE.sub(" ", re.sub(r"</?[a-zA-Z!][^<>]*>", " ", text))
    found = [word for word in re.findall(r"[^\W\d_]{2,}", shown) if word not in SAID]
    found += [value for value in TELLING.findall(text) if re.search(r"[A-Za-z]", value)]
    return found + list(_literals(tree))


def _pieces(node: nodes.Node) -> Iterator[str]:
    """The template as it is sent, a dot for each expression; the names of blocks' ids are not for people."""
    if isinstance(node, nodes.Block) and node.name == "main_id":
        return
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Expr):
        yield "·"
    else:
        for child in node.iter_child_nodes():
            yield from _pieces(child)


def _literals(node: nodes.Node) -> Iterator[str]:
    """Texts inside expressions that look like something to be read."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in ("_", "ngettext"):
        for keyword in node.kwargs:
            yield from _literals(keyword)
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and SENTENCE.search(node.value):
        yield node.value
    for child in node.iter_child_nodes():
        yield from _literals(child)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: "/".join(path.parts[-2:]))
def test_a_template_says_nothing_of_its_own(path: Path) -> None:
    assert bare(path.read_text()) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<p class="row">{{ name }} wins</p>', ["wins"]),
        ('<p aria-label="Time left"></p>', ["Time left"]),
        ('{{ stat("Rank", 1) }}', ["Rank"]),
        ('{{ "team" if n == 1 else "of the teams" }}', ["of the teams"]),
        ("{% if a %}<b>one</b>{% endif %}", ["one"]),
    ],
)
def test_bare_words_are_seen(source: str, words: list[str]) -> None:
    assert bare(source) == words


def said(source: str, tag: str = "de", **values: object) -> str:
    spoken = PhrasedEnvironment(autoescape=True, loader=DictLoader({"it": source}))
    spoken.speak(catalogs.language(tag))
    spoken.filters |= {"tagged": tagged, "linked": linked}
    return spoken.get_template("it").render(**values)


def test_a_message_is_put_in_with_its_values_escaped() -> None:
    source = '{{ _("Question %(number)s of %(total)s", number=n, total=3|tagged) }}'
    assert said(source, n="<2>") == "Frage &lt;2&gt; von <b>3</b>"
    assert said(source, "en", n=Markup("<i>2</i>")) == "Question <i>2</i> of <b>3</b>"
    assert said('{{ _("%(percent)s%% chose %(letter)s:", percent=3, letter="<") }}', "en") == "3% chose &lt;:"


def test_a_message_in_an_expression_is_escaped_once() -> None:
    source = '{% macro m(x) %}<p>{{ x }}</p>{% endmacro %}{{ m(_("Edit %(name)s", name=n)) }}{{ m(_("Save")) }}'
    assert said(source, n="<&>") == "<p>&lt;&amp;&gt; bearbeiten</p><p>Speichern</p>"


def test_a_number_takes_its_form() -> None:
    source = '{{ ngettext("%(num)s member, code %(code)s", "%(num)s members, code %(code)s", n, code="<") }}'
    assert said(source, n=1) == "1 Mitglied, Code &lt;"
    assert said(source, n=2) == "2 Mitglieder, Code &lt;"


def test_a_link_stands_where_the_sentence_wants_it() -> None:
    source = '{{ _("[Load it again] to use what it says now.")|linked("/a?b&c") }}'
    assert said(source) == '<a href="/a?b&amp;c">Noch einmal laden</a>, um zu verwenden, was jetzt darin steht.'


@pytest.mark.parametrize("source", ["{{ _(name) }}", '{{ _("a", "b") }}', '{{ _("of %(total)s") }}'])
def test_what_extraction_could_not_find_is_refused(source: str) -> None:
    with pytest.raises(TemplateAssertionError):
        said(source, name="x")


@pytest.mark.parametrize("tag", catalogs.TAGS)
def test_every_template_compiles_in_every_language(tag: str) -> None:
    spoken = environment(catalogs.language(tag))
    for name in spoken.list_templates():
        spoken.get_template(name)


def test_english_is_what_the_sources_say() -> None:
    assert catalogs.language("en") is ENGLISH
