"""Jinja: the messages of a template are put into it when it is compiled, once for each language.

At run time each ``gettext`` costs as much as ten plain values; put in here, a page in German costs what it costs in
English. So a message must be a literal, which extraction needs anyway. ``ngettext`` has to wait for its number.
"""

import re
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from jinja2 import Environment, TemplateAssertionError, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from portal.wording import ENGLISH, Language

_HOLE = re.compile(r"%\((\w+)\)s|%(%)")


def counted(language: Language) -> Callable[..., Markup]:
    """``ngettext`` for templates: its message is ours, its values are escaped."""

    def ngettext(one: str, many: str, number: int, /, **values: object) -> Markup:
        return escape(language.texts.ngettext(one, many, number)) % {"num": number, **values}

    return ngettext


class PhrasedEnvironment(Environment):
    """An environment that puts the messages of its ``language`` into its templates."""

    language = ENGLISH

    def speak(self, language: Language) -> None:
        """To be said before the first template is compiled: from then on its messages are in it."""
        self.language = language
        self.globals |= {"ngettext": counted(language), "lang": language.tag}

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One mapping for all templates, for none has globals of its own.

        A chain of two, as Jinja makes it, is searched name by name at every import of a macro.
        """
        return super().make_globals(d) if d else self.globals

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _Phrases(self.language, name).visit(tree)
        return tree


class _Phrases(NodeTransformer):
    """Replaces ``_("…", x=…)`` by what it says."""

    def __init__(self, language: Language, template: str | None) -> None:
        self._texts, self._template = language.texts, template

    def visit_Output(self, node: nodes.Output) -> nodes.Output:
        """A message of its own becomes plain text of the template, with its values between."""
        said: list[nodes.Expr] = []
        for child in node.nodes:
            if isinstance(child, nodes.Call) and _is_message(child):
                said += [
                    nodes.TemplateData(str(escape(part))) if isinstance(part, str) else part
                    for part in self._parts(child)
                ]
            else:
                said.append(self.visit(child))
        node.nodes = said
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        """A message inside an expression, such as a macro's argument, becomes a text."""
        if not _is_message(node):
            return self.generic_visit(node)
        parts = [nodes.Const(part) if isinstance(part, str) else part for part in self._parts(node)]
        return nodes.Concat(parts, lineno=node.lineno) if len(parts) > 1 else parts[0]

    def _parts(self, call: nodes.Call) -> Iterator[str | nodes.Expr]:
        """The message in its language: texts, and between them the values of its placeholders."""
        message = call.args[0] if len(call.args) == 1 else None
        if not isinstance(message, nodes.Const):
            raise self._fault("a message is one literal", call)
        values = {each.key: each.value for each in call.kwargs}
        text, at = self._texts.gettext(message.value), 0
        for hole in _HOLE.finditer(text):
            yield text[at : hole.start()] + (hole[2] or "")
            at = hole.end()
            if hole[1]:
                if hole[1] not in values:
                    raise self._fault(f"nothing fills %({hole[1]})s", call)
                yield self.visit(values[hole[1]])
        yield text[at:]

    def _fault(self, what: str, node: nodes.Node) -> TemplateAssertionError:
        return TemplateAssertionError(what, node.lineno, self._template)


def _is_message(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name == "_"
