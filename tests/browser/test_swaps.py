"""A push changes what it must and nothing else: not the focus, not the place on the page, not the running clock."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import CUT_OFF, Screens
from tests.browser.people import expect_state, held_back, join, press_primary, project, sign_in
from tests.serving import Console, pool_text, serving, student

LEFT = """() => {  // what the countdown shows, from its geometry and how far it has run; and when: both in seconds
  const cover = document.querySelector('.clock-cover'), [run] = cover.getAnimations()
  return [cover.x.baseVal.value - run.currentTime / 1000, document.timeline.currentTime / 1000]
}"""
GUARD = """at => {  // whether the options take a tap this long after they have come, in ms
  const options = document.querySelector('.opts'), [guard] = options.getAnimations()
  guard.pause()
  guard.currentTime = at
  return getComputedStyle(options.querySelector('.opt')).pointerEvents
}"""
JITTER = 0.35  # seconds from the server's telling the time left until a busy machine has drawn it


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path, pool_text(["A", "C"], "B")) as address:
        yield address


def opened(boss: Console, *pages: Page) -> None:
    boss.command("next")
    for page in pages:
        expect_state(page, "question_open")


def more_time(boss: Console, page: Page) -> None:
    turn = page.locator("#stage").get_attribute("data-turn") or ""
    boss.command("extend", seconds=15)
    expect(page.locator("#stage")).not_to_have_attribute("data-turn", turn)


def test_ticks_focus_and_place_survive_a_push(screens: Screens, url: str) -> None:
    phone, boss = join(screens, url, "ada", "Ada"), Console(url)
    opened(boss, phone)
    phone.set_viewport_size({"width": 360, "height": 300})
    phone.locator("input[value=A]").check()
    phone.locator("input[value=C]").focus()
    phone.evaluate("scrollTo(0, 120)")
    place = phone.evaluate("scrollY")
    assert place > 50, "the page is long enough to scroll"
    more_time(boss, phone)
    expect(phone.locator("input[value=A]")).to_be_checked()
    expect(phone.locator("input[value=C]")).to_be_focused()
    assert phone.evaluate("scrollY") == place


def test_a_push_does_not_take_an_answer_under_way_for_unsent(screens: Screens, url: str) -> None:
    phone, boss = join(screens, url, "ada", "Ada"), Console(url)
    for command in ("next", "close", "next"):
        boss.command(command)
    expect(phone.locator("#stage")).to_have_attribute("data-question", "1")
    expect_state(phone, "question_open")
    held = held_back(phone, "**/answer")
    tile = phone.locator("button[value=B]")
    tile.click()
    expect(tile).to_have_attribute("data-state", "sending")
    more_time(boss, phone)
    expect(tile).to_have_attribute("data-state", "sending")
    expect(tile).to_be_disabled()
    held[0].abort()
    expect(tile).to_have_attribute("data-state", "failed")
    more_time(boss, phone)
    expect(tile).to_have_attribute("data-note", "Not sent. Tap again.")
    phone.unroute_all()
    tile.click()
    expect(phone.locator("#stage")).to_have_attribute("data-answer", "B")
    screens.forgive(*CUT_OFF)


def test_a_button_that_a_push_takes_away_while_it_is_sent_breaks_nothing(screens: Screens, url: str) -> None:
    console = sign_in(screens, url)
    held = held_back(console, "**/admin/next*")
    press_primary(console)
    Console(url).command("next")
    expect_state(console, "question_open")
    held[0].abort()
    console.wait_for_timeout(300)
    screens.forgive(*CUT_OFF)


def test_the_console_keeps_its_place_while_answers_come_in(screens: Screens, url: str) -> None:
    others = [student(url, f"id{number}") for number in range(4)]
    console, boss = sign_in(screens, url, (1280, 420)), Console(url)
    opened(boss, console)
    console.evaluate("document.querySelector('#stage').scrollTo(0, 60)")
    place = console.evaluate("document.querySelector('#stage').scrollTop")
    assert place > 20, "the stage is long enough to scroll"
    console.locator("[data-primary]").focus()
    for other in others:
        other.tap("/answer", question=0, answer=["A", "C"])
    expect(console.locator("#answered")).to_contain_text("4")
    expect(console.locator("[data-primary]")).to_be_focused()
    assert console.evaluate("document.querySelector('#stage').scrollTop") == place


@pytest.mark.parametrize("screen", ["phone", "console", "projector"])
def test_no_swap_restarts_a_countdown(screens: Screens, url: str, screen: str) -> None:
    others, boss = [student(url, f"id{number}") for number in range(3)], Console(url)
    open_page = {"phone": lambda: join(screens, url, "ada", "Ada"), "console": lambda: sign_in(screens, url)}
    page = open_page.get(screen, lambda: project(screens, url))()
    opened(boss, page)
    page.wait_for_timeout(1500)
    before, since = page.evaluate(LEFT)
    assert before < 29, "it runs"
    for other in others:
        other.tap("/answer", question=0, answer=["A", "C"])
    if screen == "phone":
        for letter in "AC":
            page.locator(f"input[value={letter}]").check()
        page.locator(".s-answers > .btn").click()
        expect(page.locator("#stage")).to_have_attribute("data-answer", "A,C")
    else:
        expect(page.locator("#answered, #counts").first).to_contain_text("3")
    left, now = page.evaluate(LEFT)
    assert abs(before - (now - since) - left) < JITTER
    page.reload()
    assert page.evaluate(LEFT)[0] < before, "a reload goes on where the clock is"


def test_new_options_are_deaf_for_a_quarter_second(screens: Screens, url: str) -> None:
    phone, boss = join(screens, url, "ada", "Ada"), Console(url)
    opened(boss, phone)
    assert phone.evaluate(GUARD, 20) == "none"
    assert phone.evaluate(GUARD, 240) == "none"
    assert phone.evaluate(GUARD, 260) == "auto"
    boss.command("close")
    boss.command("next")
    expect(phone.locator("#stage")).to_have_attribute("data-question", "1")
    assert phone.evaluate(GUARD, 240) == "none", "each question's own"


def test_a_tap_that_was_meant_for_the_page_before_chooses_nothing(screens: Screens, url: str) -> None:
    phone, boss = join(screens, url, "ada", "Ada"), Console(url)
    for command in ("next", "close", "next"):
        boss.command(command)
    expect(phone.locator("#stage")).to_have_attribute("data-question", "1")
    expect_state(phone, "question_open")
    assert phone.evaluate(GUARD, 100) == "none"
    box = phone.locator("button[value=B]").bounding_box()
    assert box
    phone.touchscreen.tap(box["x"] + 20, box["y"] + 20)
    phone.wait_for_timeout(200)
    assert phone.locator("#stage").get_attribute("data-answer") in (None, "")
    assert boss.stage("/admin/")["state"] == "question_open"
    phone.evaluate(GUARD, 400)
    phone.touchscreen.tap(box["x"] + 20, box["y"] + 20)
    expect(phone.locator("#stage")).to_have_attribute("data-answer", "B")
