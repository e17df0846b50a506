"""What a run will need and its first page does not: done soon after the start, before a class has to wait for it.

Imports of what draws texts and QR codes, and the templates, which are compiled when they are first used: half a second
in all, of which a question's first reveal would otherwise take its share while 500 look at their phones.
"""

import asyncio
import importlib

from portal.render import environment
from portal.wording import ENGLISH, catalogs

AFTER = 1.5  # seconds; the phones that come back after a restart go first
NEEDED = ("portal.markup.markdown", "portal.markup.sanitise", "qrcode.image.svg", "portal.web.attempts")


PHONES = ("student/", "team/", "kit/", "base.html")


def prepare(choice: str) -> None:
    """What phones need that come back to a question, all at once. ``choice``: as of :func:`warm`."""
    _import()
    _compile(choice, PHONES)


async def warm(choice: str) -> None:
    """Everything, in a thread. ``choice``: the language of all pages, or ``auto``: English, others when asked for."""
    await asyncio.sleep(AFTER)
    await asyncio.to_thread(_import)
    await asyncio.to_thread(_compile, choice, ("",))


def _import() -> None:
    for name in NEEDED:
        importlib.import_module(name)


def _compile(choice: str, folders: tuple[str, ...]) -> None:
    templates = environment(catalogs.language(choice if choice in catalogs.TAGS else ENGLISH.tag))
    for name in templates.list_templates(extensions=["html"]):
        if name.startswith(folders):
            templates.get_template(name)
