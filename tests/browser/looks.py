"""The screens on which each audience sees its pages, and how an open page is put on one of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

from playwright.sync_api import CDPSession, Page


@dataclass(frozen=True, slots=True)
class Look:
    """A screen of ``width`` x ``height`` CSS pixels in one theme; ``touch``: used with a finger."""

    width: int
    height: int
    dark: bool = False
    touch: bool = False

    def __str__(self) -> str:
        return f"{self.width}x{self.height}-{'dark' if self.dark else 'light'}"

    def put_on(self, page: Page) -> None:
        """Shows ``page`` on this screen, with nothing hovered over and nothing half-way in its motion."""
        page.mouse.move(0, 0)
        if page.viewport_size != {"width": self.width, "height": self.height}:
            page.set_viewport_size({"width": self.width, "height": self.height})
        theme: Literal["dark", "light"] = "dark" if self.dark else "light"
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.evaluate(HALL_THEME, theme)
        _debugger(page).send("Emulation.setTouchEmulationEnabled", {"enabled": self.touch})


HALL_THEME = """theme => {  // the hall's is chosen by its address, everybody else's by the system
  const {dataset, className} = document.documentElement
  if (className === 'projector') dataset.theme = theme
}"""
_debuggers: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()


def _debugger(page: Page) -> CDPSession:
    """The page's one session: what it emulates ends with it."""
    if page not in _debuggers:
        _debuggers[page] = page.context.new_cdp_session(page)
    return _debuggers[page]


PHONES = ((320, 568), (360, 640), (390, 844))
SIZES = {
    "student": PHONES,
    "team": PHONES,
    "console": ((1280, 800), (390, 844)),
    "projector": ((1024, 768), (1280, 720), (1920, 1080), (3840, 2160)),
}


def audience_of(name: str) -> str:
    """Whose page a scene called ``name`` shows."""
    return name.partition("-")[0]


def looks(name: str) -> Iterator[Look]:
    """Every screen and theme in which the scene called ``name`` is pictured."""
    for width, height in SIZES[audience_of(name)]:
        for dark in (False, True):
            yield Look(width, height, dark, touch=width < 400)
