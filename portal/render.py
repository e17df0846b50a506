"""Jinja: views to pages and fragments, and fragments to the messages of a stream.

``StrictUndefined`` and views that are frozen dataclasses make a template that asks for too much fail in the tests.
"""

import hashlib
from functools import cache
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from portal import markup
from portal.paths import STATIC, TEMPLATES


class Partial(NamedTuple):
    """HTML for one place of an open page. ``target`` is a CSS selector, ``swap`` one of htmx's swap styles."""

    target: str
    html: str
    swap: str = "outerHTML"


class Renderer:
    """One compiled template environment for the whole program."""

    def __init__(self) -> None:
        self._env = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._env.globals["static_url"] = static_url
        self._env.filters["rich"] = rich
        self._env.filters["rich_block"] = rich_block
        self._env.filters["plain"] = markup.to_plain

    def fragment(self, template: str, **context: Any) -> str:  # noqa: ANN401 (whatever the template names)
        return self._env.get_template(template).render(**context)


def rich(text: str) -> Markup:
    """Markdown of a pool as inline HTML, cleaned by :mod:`portal.markup`."""
    return Markup(markup.to_inline_html(text))  # noqa: S704 (cleaned)


def rich_block(text: str) -> Markup:
    """Markdown of a pool as paragraphs, code and formulas, cleaned by :mod:`portal.markup`."""
    return Markup(markup.to_html(text))  # noqa: S704 (cleaned)


def message(*partials: Partial) -> str:
    """What a stream or a form's reply carries: htmx puts each partial in its place."""
    return "".join(
        f'<hx-partial hx-target="{target}" hx-swap="{swap}">{html}</hx-partial>' for target, html, swap in partials
    )


@cache
def static_url(name: str) -> str:
    """The address of a static file; it changes with the content, so browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"
