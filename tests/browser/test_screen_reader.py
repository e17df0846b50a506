"""What a screen reader hears: each step once, the time at ten and five seconds, and no tick, no count."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import CUT_OFF, Screens
from tests.browser.people import expect_state, join, sign_in
from tests.serving import Console, pool_text, serving, student

LISTEN = """() => {
  window.utterances = []
  new MutationObserver(() => utterances.push(document.querySelector('#say').textContent))
    .observe(document.querySelector('#say'), {childList: true, characterData: true, subtree: true})
}"""
STREAMS = "addEventListener('htmx:sse:after:message', () => { window.streams = true })"
SPOKEN = "[aria-live]:not([aria-live=off]),[role=status],[role=alert],[role=log],output"


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path, pool_text("B", "C", seconds=30)) as address:
        yield address


def listening(page: Page) -> Page:
    """The page begins to be heard; its own clock can be moved, and moves by itself as well."""
    page.clock.install()
    page.add_init_script(STREAMS)
    page.reload()
    page.wait_for_function("() => window.streams")
    page.evaluate(LISTEN)
    return page


def heard(page: Page) -> list[str]:
    texts: list[str] = page.evaluate("utterances.splice(0)")
    return texts


def test_a_student_hears_each_step_once_and_the_time_twice(screens: Screens, url: str) -> None:
    boss, others = Console(url), [student(url, f"id{number}") for number in range(5)]
    phone = listening(join(screens, url, "ada", "Ada"))
    boss.command("next")
    expect_state(phone, "question_open")
    [opened] = heard(phone)
    assert "Question 1 of 2" in opened
    expect(phone.locator("#q")).to_be_focused()  # so that the question is read
    for other in others:
        other.tap("/answer", question=0, answer="A")
    phone.clock.run_for(30_000)
    assert heard(phone) == ["10 seconds left", "5 seconds left"]

    phone.locator("button[value=B]").click()
    expect(phone.locator("#stage")).to_have_attribute("data-answer", "B")
    sending, saved = heard(phone)
    assert (sending, saved) == ("Sending…", "Locked in: B.")
    boss.command("close")
    expect_state(phone, "question_closed")
    [revealed] = heard(phone)
    assert "The correct answer is B" in revealed
    boss.command("standings")
    expect_state(phone, "standings")
    [place] = heard(phone)
    assert place
    screens.close()
    screens.forgive("timeout")  # a poll, by the moved clock


def test_an_answer_that_is_not_sent_is_heard(screens: Screens, url: str) -> None:
    phone, boss = listening(join(screens, url, "ada", "Ada")), Console(url)
    boss.command("next")
    expect_state(phone, "question_open")
    heard(phone)
    phone.route("**/answer", lambda route: route.abort())
    phone.locator("button[value=B]").click()
    expect(phone.locator("button[value=B]")).to_have_attribute("data-state", "failed")
    assert heard(phone) == ["Sending…", "Not sent. Tap again."]
    screens.close()
    screens.forgive(*CUT_OFF)


def test_the_instructor_hears_no_count(screens: Screens, url: str) -> None:
    others = [student(url, f"id{number}") for number in range(5)]
    console = listening(sign_in(screens, url))
    Console(url).command("next")
    expect_state(console, "question_open")
    assert len(heard(console)) == 1
    for other in others:
        other.tap("/answer", question=0, answer="A")
    expect(console.locator("#answered")).to_contain_text("5")
    assert heard(console) == []


def test_nothing_but_the_one_voice_speaks(screens: Screens, url: str) -> None:
    phone, console, boss = join(screens, url, "ada", "Ada"), sign_in(screens, url), Console(url)
    for command in ("next", "close", "standings", "end"):
        boss.command(command)
        expect_state(phone, boss.stage("/admin/")["state"])
        expect_state(console, boss.stage("/admin/")["state"])
        for page in (phone, console):
            voices = page.evaluate(f"[...document.querySelectorAll('{SPOKEN}')].map(each => each.id)")
            assert "say" in voices
            assert set(voices) <= {"say", "net"}, "a region that is swapped must not speak: it would be heard twice"
            assert page.locator("[role=timer][aria-live]").count() == 0
