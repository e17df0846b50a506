"""What a run will need and its first page does not: done soon after the start, before a class has to wait for it.

Imports of what draws texts and QR codes, and the templates, which are compiled when they are first used: a second
a language, of which a question's first reveal would otherwise take its share while 500 look at their phones.
"""

import asyncio
import importlib

from portal.render import environment
from portal.wording import catalogs

AFTER = 1.5  # seconds; the phones that come back after a restart go first
NEEDED = ("portal.markup.markdown", "portal.markup.sanitise", "qrcode.image.svg", "portal.web.attempts")
PHONES = ("student/", "team/", "kit/", "base.html")


def prepare(choice: str) -> None:
    """What phones need that come back to a question, all at once. ``choice``: as of :func:`warm`."""
    _import()
    _compile(_spoken_in(choice)[0], PHONES)


async def warm(choice: str) -> None:
    """Everything, in a thread. ``choice``: the language of all pages, or ``auto``: English first, then the others."""
    await asyncio.sleep(AFTER)
    await asyncio.to_thread(_import)
    for tag in _spoken_in(choice):
        templates = environment(catalogs.language(tag))
        for name in templates.list_templates(extensions=["html"]):  # one by one: a stop waits for what a thread does
            await asyncio.to_thread(templates.get_template, name)


def _import() -> None:
    for name in NEEDED:
        importlib.import_module(name)


def _spoken_in(choice: str) -> tuple[str, ...]:
    """The tags of the languages that pages may be asked for in, English first."""
    return (choice,) if choice in catalogs.TAGS else catalogs.TAGS


def _compile(tag: str, folders: tuple[str, ...]) -> None:
    templates = environment(catalogs.language(tag))
    for name in templates.list_templates(extensions=["html"]):
        if name.startswith(folders):
            templates.get_template(name)
