"""Jinja: views to pages and fragments, and fragments to the messages of a stream.

``StrictUndefined`` and views that are frozen dataclasses make a template that asks for too much fail in the tests.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from jinja2 import FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from portal import markup
from portal.assets import integrity, static_url
from portal.paths import TEMPLATES
from portal.phrasing import PhrasedEnvironment
from portal.views.holes import MARK, Hole, Mark, mark, ordinal, seconds, suffix, unmarked
from portal.views.student import Reviewed
from portal.views.team_projector import signed
from portal.wording import Language, decimal, hundredths, spoken

MOST_STENCILS = 4096  # far more than one state of a run has shapes
MOST_KEPT = 8192  # of table rows and the like, whose shapes seldom change; older ones are only memory


class Values(Protocol):
    """What goes into the holes of a page, by their names."""

    def __getitem__(self, hole: str, /) -> str: ...


class Row(Hashable, Protocol):
    """A row of a table. ``shape`` is what a template draws, with holes; ``values`` is the HTML that goes into them."""

    @property
    def shape(self) -> Hashable: ...

    @property
    def values(self) -> Values: ...


class Partial(NamedTuple):
    """HTML for one place of an open page. ``target`` is a CSS selector, ``swap`` one of htmx's swap styles."""

    target: str
    html: str
    swap: str = "outerHTML"


NO_SKIP = Partial(".skip", "", "delete")
"""With a page whose head is gone: there is nothing left to skip, and the link would lead nowhere."""


class Renderer:
    """Draws views in the language spoken; keeps what was drawn for many, apart for each language."""

    def __init__(self) -> None:
        self._stencils: dict[Hashable, Stencil] = {}
        self._kept: dict[Hashable, Stencil] = {}
        self._rows: dict[tuple[str, str, Row], str] = {}
        self._moment: Hashable = None  # the state of the run that all of them are drawn from

    def fragment(self, template: str, **context: Any) -> str:  # noqa: ANN401 (whatever the template names)
        return environment(spoken()).get_template(template).render(**context)

    def rows(self, template: str, rows: Iterable[Row]) -> Markup:
        """Each of ``rows`` as ``template`` draws it: what is as it was is at hand, those of a shape are drawn once."""
        if len(self._rows) >= MOST_KEPT:
            self._rows.clear()
        known, drawn, tag = self._rows, [], spoken().tag
        for row in rows:
            html = known.get((tag, template, row))
            if html is None:
                known[tag, template, row] = html = self._row(template, row.shape).fill(row.values)
            drawn.append(html)
        return as_html("".join(drawn))

    def kept(self, key: Hashable, draw: Callable[[], str]) -> "Stencil":
        """As :meth:`stencil`, for what looks the same at every moment."""
        key = spoken().tag, key
        known = self._kept.get(key)
        if known is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = known = Stencil(draw())
        return known

    def stencil(self, moment: Hashable, key: Hashable, draw: Callable[[], str]) -> "Stencil":
        """The page of ``key`` at ``moment``, drawn by ``draw`` when it is asked for first.

        Those of an earlier moment are only memory, and a class leaves hundreds behind at every reveal.
        """
        if moment != self._moment or len(self._stencils) >= MOST_STENCILS:
            self._stencils.clear()
            self._moment = moment
        key = spoken().tag, key
        known = self._stencils.get(key)
        if known is None:
            self._stencils[key] = known = Stencil(draw())
        return known

    @property
    def known(self) -> int:
        """How many pages and parts of pages are remembered; of the parts, those of the whole process."""
        parts = _review.cache_info().currsize + _drawn.cache_info().currsize
        return len(self._stencils) + len(self._kept) + len(self._rows) + parts

    def forget(self) -> None:
        """Remembers none from here on, in the whole process; each is drawn once more when it is asked for again."""
        for each in (self._stencils, self._kept, self._rows):
            each.clear()
        for part in (_review, _drawn):
            part.cache_clear()

    def _row(self, template: str, shape: Hashable) -> "Stencil":
        return self.kept((template, shape), lambda: self.fragment(template, row=shape))


@cache
def environment(language: Language) -> PhrasedEnvironment:
    """The templates in ``language``: compiling all of them takes a second, so it is done once a process."""
    made = PhrasedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.speak(language)
    made.globals |= {"static_url": static_url, "integrity": integrity, "drawn": drawn}
    made.filters |= {
        "seconds": seconds,
        "decimal": decimal,
        "hundredths": hundredths,
        "signed": signed,
        "suffix": suffix,
        "ordinal": ordinal,
        "rich": rich,
        "rich_block": rich_block,
        "plain": plain,
        "review": review,
        "tagged": tagged,
        "linked": linked,
    }
    return made


def review(each: Reviewed | Mark) -> Markup:
    """A question of a student's review; what stands for all of them on a page with holes is left as it is."""
    if isinstance(each, Mark):
        return as_html(each)
    return as_html(review_stencil(each).fill({"points": str(each.points), "receipt": escape(each.receipt or "")}))


def review_stencil(each: Reviewed) -> "Stencil":
    """A question of a review, drawn once for all who gave the same answer. Its holes: ``points``, ``receipt``."""
    points, receipt = Hole(each.points > 0, "points"), mark("receipt") if each.receipt else None
    return _review(spoken(), replace(each, points=points, receipt=receipt))


@lru_cache(maxsize=MOST_KEPT)
def _review(language: Language, shape: Reviewed) -> "Stencil":
    return Stencil(environment(language).get_template("student/_review.html").render(each=shape))


def drawn(template: str, **values: Hashable) -> Markup:
    """``template`` as an include would draw it, but once for equal ``values``: for parts that many pages share.

    Not for values with holes: a hole is equal to its number.
    """
    return _drawn(spoken(), template, **values)


@lru_cache(maxsize=MOST_KEPT)
def _drawn(language: Language, template: str, **values: Hashable) -> Markup:
    return as_html(environment(language).get_template(template).render(**values))


def tagged(value: object, tag: str = "b", css: str = "") -> Markup:
    """``value`` in an element, to stand in a message: ``<b class="num">3</b>``. The rest is the template's own."""
    attribute = f' class="{css}"' if css else ""
    return as_html(f"<{tag}{attribute}>{escape(value)}</{tag}>")


def linked(message: str, address: str) -> Markup:
    """``message`` with its first ``[words in brackets]`` as a link to ``address``."""
    before, _, rest = escape(message).partition("[")
    words, _, after = rest.partition("]")
    return Markup('{}<a href="{}">{}</a>{}').format(before, address, words, after)


def rich(text: str) -> Markup:
    """Markdown of a pool as inline HTML, cleaned by :mod:`portal.markup`."""
    return as_html(text if isinstance(text, Mark) else unmarked(markup.to_inline_html(text)))


def rich_block(text: str) -> Markup:
    """Markdown of a pool as paragraphs, code and formulas, cleaned by :mod:`portal.markup`."""
    return as_html(text if isinstance(text, Mark) else unmarked(markup.to_html(text)))


def as_html(text: str) -> Markup:
    """The one door by which a text comes onto a page as it is: drawn by a template, cleaned, or the mark of a hole."""
    return Markup(text)  # noqa: S704 (its makers have escaped or cleaned what a person typed)


def plain(text: str) -> str:
    """Markdown of a pool as one line without markup, to be escaped like any other text."""
    return unmarked(markup.to_plain(text))


def message(*partials: Partial) -> str:
    """What a stream or a form's reply carries: htmx puts each partial in its place."""
    return "".join(
        f'<hx-partial hx-target="{target}" hx-swap="{swap}">{html}</hx-partial>' for target, html, swap in partials
    )


class Stencil:
    """A page drawn once, with holes. Filling it costs a hundredth of drawing it."""

    __slots__ = ("_encoded", "_format", "_found", "_in_places", "_names", "_texts")

    def __init__(self, html: str) -> None:
        self._texts = MARK.split(html)  # a text, the name of a hole, a text, …
        holes = self._texts[1::2]
        self._names = list(dict.fromkeys(holes))  # each once: a rank is on a page four times
        # the values in the order of the page; of one value or none, itemgetter would make no tuple
        self._in_places: Callable[[list[Any]], tuple[Any, ...]] = (
            itemgetter(*(self._names.index(name) for name in holes)) if len(holes) > 1 else tuple
        )
        self._format = b"%b".join([text.encode().replace(b"%", b"%%") for text in self._texts[::2]])
        self._found: list[str] | None = None  # what was last encoded, and from which values
        self._encoded = b""

    def fill(self, values: Values) -> str:
        """The page with ``values`` (HTML) in its holes. Raises ``KeyError`` for a hole that nobody fills."""
        parts = self._texts.copy()
        found = [values[name] for name in self._names]
        parts[1::2] = self._in_places(found)
        return "".join(parts)

    def encoded(self, values: Values) -> bytes:
        """The same in UTF-8: to encode a page for each phone costs more than all else that is done for it.

        Equal values, one after the other, are the same bytes: an unanswered question has only its clock in its holes.
        """
        found = [values[name] for name in self._names]
        if found != self._found:
            self._found, self._encoded = found, self._format % self._in_places([value.encode() for value in found])
        return self._encoded
