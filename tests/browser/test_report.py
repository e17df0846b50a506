"""A report of the archive in a browser, as a file without a server: it asks for nothing, runs nothing, and prints."""

import re
import zipfile
from pathlib import Path

from playwright.sync_api import Browser, Request, expect

from portal.__main__ import main
from tests.browser.conftest import Screens
from tests.serving import ROOT, Console, serving, student

EVIL = "<img src=x onerror=alert(1)>"


def archived(folder: Path) -> Path:
    """The unpacked archive of a quiz that shows everything a question can be."""
    with serving(folder, (ROOT / "pools" / "showcase.json").read_text()) as url:
        console, eve = Console(url), student(url, "eve", EVIL)
        for question in range(13):
            console.command("next")
            eve.tap("/answer", question=question, answer="A")
            console.command("close")
        console.command("end")
        assert main(["archive", str(folder / "home.zip"), f"--db={folder / 'portal.db'}"]) == 0
    with zipfile.ZipFile(folder / "home.zip") as archive:
        archive.extractall(folder / "home")
    return folder / "home"


def test_a_report_opens_from_a_folder_and_prints(tmp_path: Path, chromium: Browser) -> None:
    home, screens, asked = archived(tmp_path), Screens(chromium), list[str]()

    def note(request: Request) -> None:
        asked.append(request.url)

    page = screens.open((home / "index.html").as_uri())
    page.on("request", note)
    page.get_by_role("link", name="Everything a question can be").click()
    expect(page.get_by_role("heading", name="Standings")).to_be_visible()
    expect(page.get_by_role("rowheader", name=EVIL)).to_be_visible()
    assert [url for url in asked if not url.startswith("data:")] == [(home / "run-1" / "report.html").as_uri()]
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    assert page.evaluate("document.images.length") > 0, "there are pictures to look at"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "a phone shows it without panning"
    pages = len(re.findall(rb"/Type ?/Page\b", page.pdf(format="A4")))
    assert 3 <= pages <= 12, "thirteen questions on a few sheets"
    page.context.close()
    assert screens.complaints == []
