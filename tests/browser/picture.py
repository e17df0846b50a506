"""Makes the README's picture: phone, console and projector in the middle of a question, side by side.

python -m tests.browser.picture [FILE]      (static/screens.jpg by default)
"""

import base64
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import FLAGS, Screens, installed_chromium
from tests.browser.people import expect_state, join, press_primary, project, sign_in
from tests.serving import ROOT, serving, student

CLASS = ["Léa Fontaine", "Kwame Mensah", "Priya Raghunathan", "Jonas Berg", "Sofía Núñez", "Tariq al-Masri", "Ben Okri"]
LAYOUT = """<body style="margin:0;display:grid;grid-template-columns:200px 1fr 1fr;gap:14px;padding:14px;
background:#8a8f99;align-items:center">{}</body>"""


def picture(browser: Browser, url: str) -> bytes:
    """A class of eight, most of whom have answered."""
    screens = Screens(browser)
    phone = join(screens, url, "20240142", "Ada Byron")
    others = [student(url, f"202401{number}", name) for number, name in enumerate(CLASS, start=50)]
    console, hall = sign_in(screens, url), project(screens, url)
    press_primary(console)
    for page in (phone, console, hall):
        expect_state(page, "question_open")
    for other, choice in zip(others[:6], "BBABDB", strict=True):
        other.tap("/answer", question=0, answer=choice)
    phone.wait_for_timeout(2500)
    shown = [_image(page) for page in (phone, console, hall)]
    sheet = browser.new_page(viewport={"width": 1240, "height": 400})
    sheet.set_content(LAYOUT.format("".join(shown)))
    return sheet.screenshot(type="jpeg", quality=82)


def _image(page: Page) -> str:
    shot = base64.b64encode(page.screenshot()).decode()
    return f'<img src="data:image/png;base64,{shot}" style="width:100%;border-radius:8px">'


def main(arguments: list[str]) -> int:
    file = Path(arguments[0]) if arguments else ROOT / "static" / "screens.jpg"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed_chromium(), args=FLAGS)
        with serving(Path(folder), (ROOT / "pools" / "demo.json").read_text()) as url:
            file.write_bytes(picture(browser, url))
        browser.close()
    sys.stdout.write(f"{file}: {file.stat().st_size // 1024} KiB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
