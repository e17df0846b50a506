"""A real Chromium for the tests: the one that is installed. Nothing that a page logs or refuses goes unnoticed."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.serving import ROOT, serving

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PHONE = (360, 640)
LAPTOP = (1280, 800)
HALL = (1280, 720)
PATIENCE = 10_000  # ms that a page has for what a test waits for; a bell can be 4.5 s away by design
expect.set_options(timeout=PATIENCE)
CUT_OFF = ("Failed to load resource", "Failed to fetch", "ERR_INTERNET_DISCONNECTED")
"""What Chromium itself logs of requests that were refused or cut off; people are told of them on the page."""


def installed_chromium() -> str:
    """Where it is. Raises ``FileNotFoundError`` that says what to do."""
    for name in CHROMIUM:
        if path := shutil.which(name):
            return path
    raise FileNotFoundError("there is no Chromium on this machine: install it (on Debian: apt install chromium)")


@dataclass(slots=True)
class Screens:
    """Opens pages as different people would, each in a browser profile of its own."""

    browser: Browser
    complaints: list[str] = field(default_factory=list)

    def open(self, url: str, size: tuple[int, int] = PHONE, *, script: bool = True, dark: bool = False) -> Page:
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            has_touch=size == PHONE,
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: self.complaints.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.goto(url)
        return page

    def forgive(self, *words: str) -> None:
        """Strikes out the complaints that hold any of ``words``: a test brought them about. Every other one stays."""
        self.complaints[:] = [told for told in self.complaints if not any(word in told for word in words)]

    def close(self) -> None:
        """Closes every page, so that none asks again, and complains again, after it was forgiven."""
        for context in self.browser.contexts:
            context.close()


@pytest.fixture(scope="module")  # Playwright keeps a loop running in this thread: later tests could start none
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """A server with the demo quiz."""
    with serving(tmp_path, (ROOT / "pools" / "demo.json").read_text()) as address:
        yield address


@pytest.fixture
def screens(chromium: Browser, url: str) -> Iterator[Screens]:
    opened = Screens(chromium)
    yield opened
    opened.close()
    assert opened.complaints == [], "a page logged an error or broke its security policy"
