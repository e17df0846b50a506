"""A student plays and an instructor runs a whole quiz without touching a mouse or a screen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, Screens
from tests.browser.people import expect_state, press_key
from tests.serving import PASSWORD, pool_text, serving

RING = """() => {
  const at = document.activeElement, style = getComputedStyle(at.closest('label') ?? at)
  return [style.outlineStyle, parseFloat(style.outlineWidth)]
}"""
MOST_TABS = 40  # a page that needs more to come anywhere is no page for a keyboard


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path, pool_text("B", ["A", "C"])) as address:
        yield address


def tab_to(page: Page, target: str) -> None:
    """Presses Tab until ``target`` has the focus, and sees that the focus can be seen."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("css => document.activeElement.matches(css)", target):
            assert page.evaluate(RING) == ["solid", 3], f"{target} has the focus, and nobody sees it"
            return
    raise AssertionError(f"{target} is not reached by {MOST_TABS} tabs")


def test_a_student_joins_and_plays_by_keys_alone(screens: Screens, url: str) -> None:
    phone, console = screens.open(url), instructor(screens, url)
    tab_to(phone, "[name=student_id]")
    phone.keyboard.type("20240142")
    tab_to(phone, "[name=name]")
    phone.keyboard.type("Ada")
    phone.keyboard.press("Enter")
    expect_state(phone, "lobby")

    remote(console, "question_open")
    expect_state(phone, "question_open")
    expect(phone.locator("h1[data-focus]")).to_be_focused()
    tab_to(phone, "button[value=B]")
    phone.keyboard.press("Enter")
    expect(phone.locator("#stage")).to_have_attribute("data-answer", "B")
    remote(console, "question_closed")
    expect_state(phone, "question_closed")
    expect(phone.locator("#stage [data-focus]")).to_be_focused()

    remote(console, "standings")
    remote(console, "question_open")
    expect(phone.locator("#stage")).to_have_attribute("data-question", "1")
    for letter in "AC":
        tab_to(phone, f"input[value={letter}]")
        phone.keyboard.press("Space")
    tab_to(phone, ".s-answers > .btn")
    phone.keyboard.press("Space")
    expect(phone.locator("#stage")).to_have_attribute("data-answer", "A,C")


def test_an_instructor_runs_a_quiz_by_tab_and_enter(screens: Screens, url: str) -> None:
    console, phone = instructor(screens, url), screens.open(url)
    phone.fill("[name=student_id]", "ada")
    phone.fill("[name=name]", "Ada")
    phone.keyboard.press("Enter")
    expect_state(phone, "lobby")
    for state in ("question_open", "question_closed", "standings", "question_open", "question_closed"):
        press_by_tab(console, "[data-primary]")
        expect_state(console, state)
        expect_state(phone, state)
    tab_to(console, "nav a[href='/admin/people']")
    console.keyboard.press("Enter")
    expect(console.locator("#rows, .table")).to_be_visible()
    tab_to(console, "a[href*='/release']")
    console.keyboard.press("Enter")
    dialog = console.locator("dialog[open]")
    expect(dialog).to_be_visible()
    assert console.evaluate("document.querySelector('dialog[open]').contains(document.activeElement)")
    console.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    tab_to(console, "a[href='/admin/']:not(.brand)")
    console.keyboard.press("Enter")
    while console.locator("#stage").get_attribute("data-state") != "finished":
        before = console.locator("#stage").get_attribute("data-turn") or ""
        press_by_tab(console, "[data-primary]")
        expect(console.locator("#stage")).not_to_have_attribute("data-turn", before)
    expect_state(phone, "finished")


def test_the_skip_link_passes_over_the_head_of_the_console(screens: Screens, url: str) -> None:
    console = instructor(screens, url)
    console.reload()
    console.keyboard.press("Tab")
    expect(console.locator(".skip")).to_be_focused()
    expect(console.locator(".skip")).to_be_in_viewport()
    console.keyboard.press("Enter")
    console.keyboard.press("Tab")
    assert console.evaluate("document.activeElement.closest('.i-top')") is None


def instructor(screens: Screens, url: str) -> Page:
    """Signs in as everything here is done."""
    console = screens.open(f"{url}/admin/", LAPTOP)
    tab_to(console, "[name=password]")
    console.keyboard.type(PASSWORD)
    console.keyboard.press("Enter")
    expect(console.locator("#stage")).to_be_visible()
    return console


def remote(console: Page, brings: str) -> None:
    """A press on the presenter's remote, and what it brings."""
    press_key(console, "ArrowRight")
    expect_state(console, brings)


def press_by_tab(console: Page, button: str) -> None:
    while console.evaluate("document.querySelector('[data-primary]').getAnimations().length"):
        console.wait_for_timeout(50)  # a new button is deaf for its first quarter second
    tab_to(console, button)
    console.keyboard.press("Enter")
