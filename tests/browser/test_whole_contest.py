"""A whole contest by clicks: three teams (one without script, one on two phones), the console and the projector."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Screens
from tests.browser.people import expect_state, load, press_primary, project, sign_in
from tests.serving import serving
from tests.teams import contest_text


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path, contest_text(4, duration=3600)) as address:
        yield address


def register(screens: Screens, url: str, name: str, *, script: bool = True) -> Page:
    phone = screens.open(url, script=script)
    phone.fill("[name=team_name]", name)
    phone.fill("[name=members]", "Ada\nBen")
    phone.get_by_role("button", name="Register team").click()
    expect(phone.locator("#stage")).to_be_visible()
    return phone


def join_with(screens: Screens, url: str, code: str) -> Page:
    phone = screens.open(url)
    phone.fill("[name=team_code]", code)
    phone.get_by_role("button", name="Join the team").click()
    return phone


def expect_said(phone: Page, **attributes: str) -> None:
    for name, value in attributes.items():
        expect(phone.locator("#stage")).to_have_attribute(f"data-{name}", value)


def get_question(phone: Page) -> None:
    phone.get_by_role("button", name="Get a question").click()


def submit(phone: Page, letter: str) -> None:
    phone.locator(f"input[value={letter}]").check()
    phone.get_by_role("button", name="Submit answer").click()


def open_box(phone: Page, difficulty: str, pay: str) -> None:
    phone.get_by_role("link", name="Open a mystery box").click()
    phone.locator(f"input[value={difficulty}]").check()
    phone.get_by_role("button", name="Pay and open").click()
    phone.get_by_role("button", name=pay).click()


def adjust(console: Page, name: str, delta: str, reason: str) -> None:
    console.locator("tr", has_text=name).get_by_role("link", name="± Points").click()
    console.fill("[name=delta]", delta)
    console.fill("[name=reason]", reason)
    console.get_by_role("button", name="Change points").click()
    expect(console.locator("dialog[open]")).to_have_count(0)


def test_three_teams_play_a_contest_to_the_podium(screens: Screens, url: str) -> None:
    heap, plain = register(screens, url, "Heap of Trouble"), register(screens, url, "No Script", script=False)
    console, hall = sign_in(screens, url), project(screens, url)
    expect(console.locator("#rows")).to_contain_text("No Script")
    third = register(screens, url, "Latecomers")
    expect(console.locator("#rows")).to_contain_text("Latecomers")
    for page in (hall, heap):
        expect(page.locator("#stage")).to_contain_text("3 teams")

    twin = join_with(screens, url, heap.locator("#stage .mid").inner_text())
    expect_said(twin, team="t1", state="lobby")
    expect(heap.locator("#stage")).to_contain_text("2 devices")

    assert press_primary(console).startswith("Start contest")
    for page in (heap, twin, third, console, hall):
        expect_state(page, "running")

    get_question(heap)
    expect_said(heap, held="q1")
    expect_said(twin, held="q1")
    expect(console.locator("[data-team=t1]")).to_contain_text("Question q1")
    expect(third.locator("#free")).not_to_contain_text("q1")
    twin.locator("input[value=A]").check()
    third.locator("#free button[value=q3]").click()
    expect_said(third, held="q3")
    submit(third, "C")
    expect_said(third, outcome="wrong", points="1000")
    expect(twin.locator("input[value=A]")).to_be_checked()
    submit(heap, "B")
    expect_said(heap, outcome="correct", points="1100", rank="1")
    expect_said(twin, outcome="correct", points="1100")
    expect_said(third, rank="2")
    expect(hall.locator(".board-row").first).to_contain_text("Heap of Trouble")

    open_box(third, "HARD", "Pay 150")
    expect_said(third, held="h1", points="850")
    submit(third, "C")
    expect_said(third, outcome="correct", points="1150", rank="1")
    expect(hall.locator(".board-row").first).to_contain_text("Solved a HARD box, +300")

    load(plain, url)
    plain.get_by_role("button", name="Get a question").click()
    submit(plain, "B")
    expect_said(plain, outcome="correct", points="1100")
    open_box(plain, "EASY", "Pay 50")
    expect_said(plain, held="e1", points="1050")

    adjust(console, "Heap of Trouble", "200", "Best name")
    expect_said(heap, points="1300", rank="1")
    expect(heap.locator("#stage")).to_contain_text("Best name")

    assert press_primary(console).startswith("End contest")
    for page in (heap, twin, third, console, hall):
        expect_state(page, "finished")
    expect(hall.locator(".podium [data-place='1']")).to_contain_text("Heap of Trouble")
    expect(hall.locator(".podium")).to_contain_text("No Script")
    expect(heap.locator("#stage")).to_contain_text("Well played")
    load(plain, url)
    expect_said(plain, state="finished", points="1050")


def test_a_double_click_on_start_does_not_end_the_contest(screens: Screens, url: str) -> None:
    console = sign_in(screens, url)
    console.locator("[data-primary]").dblclick()
    expect_state(console, "running")
    console.wait_for_timeout(700)
    expect_state(console, "running")


def test_pages_that_stay_open_follow_when_the_run_becomes_a_quiz(screens: Screens, url: str) -> None:
    phone, hall, console = register(screens, url, "Us"), project(screens, url), sign_in(screens, url)
    other = console.context.new_page()
    other.goto(f"{url}/admin/pools")
    other.fill("[name=pool_text]", '{"title": "A quiz", "questions": [{"text": "?", "options": ["a", "b"]}]}')
    other.get_by_role("button", name="Check and load").click()
    expect(phone.locator("[name=student_id]")).to_be_visible()
    expect(hall.locator("#stage")).to_contain_text("A quiz")
    expect(console.locator("#sheet")).to_be_visible(timeout=20_000)
