"""What people do with their pages, by clicks and keys."""

from playwright.sync_api import Error, Page, Route, expect

from tests.browser.conftest import HALL, LAPTOP, Screens
from tests.serving import PASSWORD


def join(screens: Screens, url: str, who: str, name: str, *, script: bool = True, dark: bool = False) -> Page:
    phone = screens.open(url, script=script, dark=dark)
    phone.fill("[name=student_id]", who)
    phone.fill("[name=name]", name)
    phone.get_by_role("button", name="Join").click()
    expect(phone.locator("#stage")).to_be_visible()
    return phone


def sign_in(screens: Screens, url: str, size: tuple[int, int] = LAPTOP) -> Page:
    console = screens.open(f"{url}/admin/", size)
    console.fill("[name=password]", PASSWORD)
    console.locator("#login button").click()
    expect(console.locator("#stage")).to_be_visible()
    return console


def project(screens: Screens, url: str, size: tuple[int, int] = HALL) -> Page:
    return screens.open(f"{url}/projector", size)


def load(page: Page, address: str) -> None:
    """Goes there. A page without script refreshes itself; a visit that Chromium aborts for that is made again."""
    try:
        page.goto(address)
    except Error as cut_off:
        if "ERR_ABORTED" not in cut_off.message and "interrupted" not in cut_off.message:
            raise
        page.goto(address)


def press_primary(console: Page) -> str:
    """Presses the one button; answers with what it said that it would do."""
    button = console.locator("[data-primary]")
    label = button.inner_text()
    button.click()
    return label


def press_key(console: Page, key: str) -> None:
    """A key of the presenter's remote, once the button takes it: a new button is deaf for its first quarter second."""
    console.wait_for_load_state()
    while console.evaluate("document.querySelector('[data-primary]').getAnimations().length"):
        console.wait_for_timeout(50)
    console.keyboard.press(key)


def expect_state(page: Page, state: str) -> None:
    expect(page.locator("#stage")).to_have_attribute("data-state", state)


def held_back(page: Page, address: str) -> list[Route]:
    """Where the page's requests to ``address`` gather from now on, until somebody lets them go."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(address, hold)
    return held
