"""Behind a proxy that lets no stream through: the page asks every ten seconds instead, and says so."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import CUT_OFF, Screens
from tests.browser.people import expect_state, join, press_primary, project, sign_in

BLOCKED = "No live stream"


def hangs_up(route: Route) -> None:
    route.abort()


def never_answers(_: Route) -> None:
    """As a proxy does that collects the whole reply first."""


def refuses(route: Route) -> None:
    route.fulfill(status=403, content_type="text/html", body="No streams here.")


def blocked(page: Page, how: Callable[[Route], None]) -> None:
    """From now on the page's stream is blocked, and its clock is ours."""
    page.route("**/stream*", how)
    page.clock.install()
    page.reload()


@pytest.mark.parametrize("how", [hangs_up, never_answers, refuses])
def test_a_phone_says_that_it_asks_now_and_follows_all_the_same(
    screens: Screens, url: str, how: Callable[[Route], None]
) -> None:
    phone, console = join(screens, url, "ada", "Ada"), sign_in(screens, url)
    blocked(phone, how)
    phone.clock.run_for(1_000)
    expect(phone.locator("#net")).to_be_hidden()
    for _ in range(4):
        phone.clock.run_for(5_000)
        phone.wait_for_timeout(200)  # what was asked is answered in real time
    expect(phone.locator("#net")).to_contain_text(BLOCKED, use_inner_text=True)
    press_primary(console)
    expect_state(console, "question_open")
    phone.clock.run_for(10_000)
    expect_state(phone, "question_open")
    phone.locator("button[value=B]").click()
    expect(phone.locator("#stage")).to_have_attribute("data-answer", "B")
    for _ in range(8):
        phone.clock.run_for(10_000)
        phone.wait_for_timeout(100)
    expect(phone.locator("#net")).to_be_visible()
    expect(phone.locator(".net-long")).to_be_hidden()
    screens.close()
    screens.forgive(*CUT_OFF, "htmx:error: timeout")  # of a stream that never answers


def test_the_hall_s_picture_is_not_covered_while_it_can_ask(screens: Screens, url: str) -> None:
    hall, console = project(screens, url), sign_in(screens, url)
    blocked(hall, hangs_up)
    press_primary(console)
    for _ in range(4):
        hall.clock.run_for(5_000)
        hall.wait_for_timeout(200)
    expect_state(hall, "question_open")
    expect(hall.locator("#net")).to_be_hidden()
    screens.close()
    screens.forgive(*CUT_OFF)


def test_nothing_is_said_while_the_stream_speaks(screens: Screens, url: str) -> None:
    phone = join(screens, url, "ada", "Ada")
    phone.clock.install()
    with phone.expect_response("**/stream*"):
        phone.reload()
    expect(phone.locator("#v")).to_have_count(1)
    for _ in range(4):
        phone.clock.run_for(5_000)
        phone.wait_for_timeout(200)  # as where nothing comes through
    expect(phone.locator("#net")).to_be_hidden()


def test_a_server_that_is_gone_is_not_called_a_blocked_stream(screens: Screens, url: str) -> None:
    phone = join(screens, url, "ada", "Ada")
    phone.route("**/stream*", hangs_up)
    phone.route("**/state*", hangs_up)
    phone.clock.install()
    phone.reload()
    for _ in range(6):
        phone.clock.run_for(5_000)
        phone.wait_for_timeout(100)
    expect(phone.locator("#net")).to_contain_text("Reconnecting", use_inner_text=True)
    for _ in range(4):
        phone.clock.run_for(10_000)
        phone.wait_for_timeout(100)
    expect(phone.locator(".net-long")).to_be_visible()
    screens.close()
    screens.forgive(*CUT_OFF)
