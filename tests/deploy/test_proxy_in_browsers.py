"""A quiz over TLS and HTTP/2 in real browsers, through the real Caddy, with a restart in the middle of a question."""

import threading
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Page, TimeoutError, expect, sync_playwright

from tests.browser.conftest import FLAGS, LAPTOP, Screens, installed_chromium
from tests.browser.people import expect_state, join, press_primary, project, sign_in
from tests.deploy.fronted import fronted
from tests.serving import pool_text


def test_two_browsers_play_over_tls_and_the_program_restarts_under_them(tmp_path: Path) -> None:
    with fronted(tmp_path, pool_text("B", "C", seconds=120), patience=60) as front, sync_playwright() as playwright:
        # The certificate is from an authority of this test's own.
        args = [*FLAGS, "--ignore-certificate-errors"]
        students, staff = (
            playwright.chromium.launch(executable_path=installed_chromium(), args=args) for _ in range(2)
        )
        phones, desk = Screens(students), Screens(staff)
        ada, ben = join(phones, front.url, "ada", "Ada"), join(phones, front.url, "ben", "Ben")
        console, hall = sign_in(desk, front.url, LAPTOP), project(desk, front.url)
        assert ada.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol") == "h2"

        press_primary(console)
        for page in (ada, ben, hall):
            expect_state(page, "question_open")
        front.portal.kill()
        back = threading.Timer(1.0, front.start)
        back.start()
        ada.locator("button[value=B]").click()
        back.join()
        tap_until_saved(ada, "B")
        ben.locator("button[value=A]").click()
        expect(ben.locator("#stage")).to_have_attribute("data-answer", "A")
        expect(console.locator("#answered")).to_contain_text("2", timeout=30_000)

        press_primary(console)
        for page in (ada, ben, hall):
            expect_state(page, "question_closed")
        expect(ada.locator("#stage")).to_have_attribute("data-points", "100")
        # While the program was away, what was asked of it failed or took too long.
        for screens in (phones, desk):
            screens.forgive("ERR_", " 503 ", "htmx:error", "htmx:sse:error")
        broken = phones.complaints + desk.complaints
        students.close()
        staff.close()
    assert broken == []


def tap_until_saved(page: Page, choice: str) -> None:
    """The form waits at the proxy for the program; if that took longer than a phone waits, its owner taps again.

    The first tap may be saved at any moment of this: the button is then gone before a click could reach it, which is
    what was hoped for.
    """
    for _ in range(6):
        with suppress(TimeoutError):
            page.locator(f"button[value={choice}]").click(timeout=2_000)
        with suppress(AssertionError):
            expect(page.locator("#stage")).to_have_attribute("data-answer", choice, timeout=3_000)
            return
    raise AssertionError(f"never saved: {page.locator('#stage').inner_text()}")
