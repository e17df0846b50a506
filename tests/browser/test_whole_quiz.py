"""A whole quiz by clicks: a phone, a phone without script, the console and the projector, open at the same time."""

import json

from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser.conftest import CUT_OFF, Screens
from tests.browser.people import expect_state, join, load, press_key, press_primary, project, sign_in
from tests.serving import ROOT

DEMO = json.loads((ROOT / "pools" / "demo.json").read_text())


def test_a_class_plays_the_demo_quiz_from_the_lobby_to_the_podium(screens: Screens, url: str) -> None:
    phone = join(screens, url, "20240142", "Ada Byron")
    plain = join(screens, url, "20240143", "Ben No-Script", script=False)
    console, hall = sign_in(screens, url), project(screens, url)
    expect(phone.locator("#stage")).to_contain_text("Ada")
    expect(hall.locator("#stage")).to_contain_text("join.test")
    assert "Start" in press_primary(console)

    score = 0
    for number, question in enumerate(DEMO["questions"]):
        for page in (phone, hall, console):
            expect(page.locator("#stage")).to_have_attribute("data-question", str(number))
            expect_state(page, "question_open")
        load(plain, url)
        right = question["correct"]
        mine = right if number % 3 else "D"
        score += 100 if mine == right else 0
        answer(phone, mine)
        plain.locator(f"button[value={right}]").click()
        expect(plain.locator("#stage")).to_have_attribute("data-answer", right)
        expect(console.locator("#answered")).to_contain_text("2")
        assert press_primary(console).startswith("Close and reveal")
        expect_state(phone, "question_closed")
        expect(phone.locator("#stage")).to_have_attribute("data-correct", right)
        expect(phone.locator("#stage")).to_have_attribute("data-total", str(score))
        expect(hall.locator("#stage")).to_contain_text(plain_words(question["options"][right]))
        load(plain, url)
        expect(plain.locator("#stage")).to_have_attribute("data-points", "100")
        move_on(console)

    for page in (phone, hall, console):
        expect_state(page, "finished")
    expect(phone.locator("#stage")).to_contain_text(str(score))
    expect(hall.locator("#stage")).to_contain_text("Ben No-Script")
    load(plain, url)
    expect(plain.locator("#stage")).to_have_attribute("data-total", str(100 * len(DEMO["questions"])))


def test_a_phone_without_script_follows_the_quiz_by_itself(screens: Screens, url: str) -> None:
    plain = join(screens, url, "ben", "Ben No-Script", script=False)
    console = sign_in(screens, url)
    press_primary(console)
    expect(plain.locator("#stage")).to_have_attribute("data-question", "0", timeout=15_000)
    plain.locator("button[value=B]").click()
    expect(plain.locator("#stage")).to_have_attribute("data-answer", "B")
    press_primary(console)
    expect(plain.locator("#stage")).to_have_attribute("data-correct", DEMO["questions"][0]["correct"], timeout=15_000)


def test_a_phone_that_is_refreshed_closed_and_opened_again_is_where_it_was(screens: Screens, url: str) -> None:
    phone, console = join(screens, url, "ada", "Ada"), sign_in(screens, url)
    press_primary(console)
    expect_state(phone, "question_open")
    answer(phone, "B")
    phone.reload()
    expect(phone.locator("#stage")).to_have_attribute("data-answer", "B")
    again = phone.context.new_page()
    phone.close()
    again.goto(url)
    expect(again.locator("#stage")).to_have_attribute("data-answer", "B")
    press_primary(console)
    expect_state(again, "question_closed")


def test_the_console_is_run_by_the_key_of_a_presenter_remote(screens: Screens, url: str) -> None:
    phone, console = join(screens, url, "ada", "Ada"), sign_in(screens, url)
    press_key(console, "ArrowRight")
    expect_state(phone, "question_open")
    expect_state(console, "question_open")
    press_key(console, "PageDown")
    expect_state(phone, "question_closed")


def test_a_second_device_with_the_same_id_is_told_what_to_do(screens: Screens, url: str) -> None:
    join(screens, url, "ada", "Ada")
    other = screens.open(url)
    other.fill("[name=student_id]", "ADA")
    other.fill("[name=name]", "Eve")
    other.get_by_role("button", name="Join").click()
    expect(other.locator("#join")).to_contain_text("already joined on another device")
    assert other.input_value("[name=name]") == "Eve", "what was typed is kept"
    screens.forgive(*CUT_OFF)


def test_a_reply_that_a_later_push_has_overtaken_does_not_take_the_page_back(screens: Screens, url: str) -> None:
    phone, console = join(screens, url, "ada", "Ada"), sign_in(screens, url)
    press_primary(console)
    expect_state(phone, "question_open")
    held: list[tuple[Route, APIResponse]] = []
    phone.route("**/answer", lambda route: held.append((route, route.fetch())))
    phone.locator("button[value=B]").click()
    while not held:
        phone.wait_for_timeout(50)
    press_primary(console)
    expect_state(phone, "question_closed")
    route, reply = held[0]
    assert 'data-state="question_open"' in reply.text(), "the reply was drawn before the close"
    route.fulfill(response=reply)
    phone.wait_for_timeout(500)
    expect_state(phone, "question_closed")
    expect(phone.locator("#stage")).to_have_attribute("data-points", "100")


def answer(phone: Page, letter: str) -> None:
    phone.locator(f"button[value={letter}]").click()
    expect(phone.locator("#stage")).to_have_attribute("data-answer", letter)


def move_on(console: Page) -> None:
    """From the reveal to the next question, over the standings if the console shows them first."""
    label = press_primary(console)
    if "tandings" in label:
        expect_state(console, "standings")
        press_primary(console)


def plain_words(markdown: str) -> str:
    return markdown.replace("*", "").replace("`", "")
