"""Every screen and state of a team contest, in the order in which it brings them; told like a quiz's story."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Screens
from tests.browser.people import expect_state, project, sign_in
from tests.browser.quiz_scenes import Story
from tests.serving import Console
from tests.teams import team

TEAMS = (
    "Heap of Trouble",
    "Null Pointers",
    "الفريق الأحمر",
    "Les Récursifs",
    "堆栈溢出",
    "Merge Conflict",
    "The Quick Sorts",
)


def contest(screens: Screens, url: str, pool: dict[str, Any]) -> Story:
    """From the registration to the podium."""
    keys = {each["id"]: each["correct"] for each in pool["questions"] + pool["mystery"]}
    phone = screens.open(url)
    yield from _registration(phone)
    others = [team(url, name) for name in TEAMS]
    boss, console, hall = Console(url), sign_in(screens, url), project(screens, url)
    expect(hall.locator("#stage")).to_contain_text(str(len(TEAMS) + 1))
    yield "team-lobby", phone
    yield "console-contest-lobby", console
    yield "projector-contest-lobby", hall

    boss.command("next")
    for page in (phone, console, hall):
        expect_state(page, "running")
    yield "team-ready", phone
    for place, other in enumerate(others):
        other.tap("/team/question")
        held = other.stage()["held"]
        other.tap("/team/answer", question_id=held, answer=keys[held] if place % 3 else "A")
    others[1].tap("/team/question")
    _get_question(phone)
    yield "team-question", phone
    yield "console-contest", console
    yield "projector-contest", hall
    _answer(phone, keys, right=True)
    yield "team-result-correct", phone
    _get_question(phone)
    _answer(phone, keys, right=False)
    yield "team-result-wrong", phone
    yield from _box(phone, keys)
    yield from _console_pages(console, url)

    boss.command("end")
    for page in (phone, console, hall):
        expect_state(page, "finished")
    yield "team-finished", phone
    yield "console-contest-finished", console
    yield "projector-contest-podium", hall
    own = phone.context.new_page()
    own.goto(f"{url}/me")
    yield "team-review", own
    own.close()
    boss.command("reset")
    expect(phone.locator("[name=team_name]")).to_be_visible()
    yield "team-reset", phone


def nothing_left(screens: Screens, url: str, pool: dict[str, Any]) -> Story:
    """Every question is taken: the pool of this story has two, and two teams hold them."""
    boss = Console(url)
    others = [team(url, name) for name in TEAMS[: len(pool["questions"])]]
    phone = screens.open(url)
    phone.fill("[name=team_name]", "Too Late")
    phone.fill("[name=members]", "Ada")
    phone.locator("#join .btn").click()
    boss.command("next")
    for other in others:
        other.tap("/team/question")
    expect(phone.locator("#free-title")).to_contain_text("No question")
    yield "team-none-left", phone


def _registration(phone: Page) -> Story:
    yield "team-register", phone
    phone.fill("[name=team_name]", "Ctrl Alt Elite")
    phone.locator("#join .btn").click()
    expect(phone.locator("[aria-invalid=true]")).not_to_have_count(0)
    yield "team-register-error", phone
    phone.fill("[name=members]", "Ada\nBen\nCleo")
    phone.locator("#join .btn").click()
    expect_state(phone, "lobby")


def _box(phone: Page, keys: dict[str, str]) -> Story:
    phone.locator("[href='/team/mystery']").click()
    expect(phone.locator("#boxes")).to_be_visible()
    yield "team-boxes", phone
    phone.locator("#boxes input:enabled").first.check()
    phone.locator("[form=boxes]").click()
    expect(phone.locator("dialog[open]")).to_be_visible()
    yield "team-pay-dialog", phone
    phone.locator("dialog[open] [data-kind=primary]").click()
    expect(phone.locator("#stage [type=radio]").first).to_be_visible()
    yield "team-box-question", phone
    _answer(phone, keys, right=True)


def _get_question(phone: Page) -> None:
    phone.locator("#actions .btn").first.click()
    expect(phone.locator("#stage [type=radio]").first).to_be_visible()


def _answer(phone: Page, keys: dict[str, str], *, right: bool) -> None:
    held = phone.locator("#stage").get_attribute("data-held")
    assert held, "the team holds a question"
    key = keys[held]
    letter = key if right else next(letter for letter in "ABCD" if letter != key)
    phone.locator(f"#stage input[value={letter}]").check()
    phone.locator("form[id^=answer] .btn").click()
    expect(phone.locator("#stage")).to_have_attribute("data-outcome", "correct" if right else "wrong")


def _console_pages(console: Page, url: str) -> Story:
    page = console.context.new_page()
    for name, address in (("questions", "questions"), ("boxes", "boxes"), ("log", "log"), ("room", "room")):
        reply = page.goto(f"{url}/admin/{address}")
        assert reply is not None
        assert reply.ok, address
        yield f"console-contest-{name}", page
    dialogs = {
        "new-team": ("", "[href^='/admin/teams/new']"),
        "points-dialog": ("", "[href*='/points']"),
        "edit-dialog": ("", "[href*='/edit']"),
        "delete-dialog": ("", "[href*='/delete']"),
        "new-question": ("questions", "[href^='/admin/questions/new']"),
        "end-dialog": ("room", "[href^='/admin/end']"),
        "reset-dialog": ("room", "[href^='/admin/reset']"),
    }
    for name, (address, opener) in dialogs.items():
        page.goto(f"{url}/admin/{address}")
        page.locator(opener).locator("visible=true").first.click()
        expect(page.locator("dialog[open]")).to_be_visible()
        yield f"console-contest-{name}", page
    page.close()
