"""The hall's sounds: off until somebody switches them on, each once, none for whoever wants less motion."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.browser.checks import AXE, CLIPPED, LAWS
from tests.browser.conftest import HALL, Screens
from tests.browser.looks import HALL_THEME
from tests.browser.people import expect_state
from tests.serving import Console, pool_text, serving, student

TICK, CLOSED, END = [880], [659, 523], [523, 659, 784]
SPY = """window.played = []
const {start} = AudioScheduledSourceNode.prototype
AudioScheduledSourceNode.prototype.start = function (at) { played.push(this.frequency.value); start.call(this, at) }"""

FOOT_BEGINS = "Math.min(...[...document.querySelectorAll('.p-foot>*')].map(e => e.getBoundingClientRect().x))"


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    pool = json.loads(pool_text("B", "B", "B"))
    pool["questions"][2]["time_limit"] = 8  # so long that all five ticks come after it has been drawn
    with serving(tmp_path, json.dumps(pool)) as address:
        yield address


def hall_of(screens: Screens, url: str) -> Page:
    hall = screens.open("about:blank", HALL)
    hall.add_init_script(SPY)
    hall.goto(f"{url}/projector")
    return hall


def played(hall: Page) -> list[float]:
    found: list[float] = hall.evaluate("played.splice(0)")
    return found


def closed(boss: Console, hall: Page) -> None:
    boss.command("next")
    expect_state(hall, "question_open")
    boss.command("close")
    expect_state(hall, "question_closed")


def shows(boss: Console, slide: str) -> None:
    assert boss.command("projector", slide=slide).status_code == 200


def test_sounds_are_off_then_on_and_each_is_heard_once(screens: Screens, url: str) -> None:
    hall, boss = hall_of(screens, url), Console(url)
    switch = hall.get_by_role("button", name="Sound")
    hall.locator("#page").click()
    closed(boss, hall)
    expect(switch).to_have_attribute("aria-pressed", "false")
    assert played(hall) == [], "nobody has switched them on"

    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    closed(boss, hall)
    assert played(hall) == CLOSED
    shows(boss, "times")
    expect(hall.locator("#page .hist")).to_be_visible()
    student(url, "late")
    shows(boss, "answers")
    expect(hall.locator("#page .tally")).to_be_visible()
    assert played(hall) == [], "the same state was drawn again"

    boss.command("next")
    expect_state(hall, "question_open")
    for slide in ("join", "answers"):  # each tells the time left anew
        hall.wait_for_function("heard => played.length >= heard", arg=1 if slide == "join" else 2)
        shows(boss, slide)
    expect_state(hall, "question_closed")
    *ticks, first, second = played(hall)
    assert [first, second] == CLOSED
    assert ticks == TICK * 5, "one a second, also when the time left is told anew"
    boss.command("end")
    expect_state(hall, "finished")
    assert played(hall) == END

    hall.reload()
    expect(switch).to_have_attribute("aria-pressed", "false")
    hall.locator("#page").click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.click()
    hall.reload()
    hall.locator("#page").click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    assert hall.evaluate("localStorage.sound") == "off"


def test_whoever_wants_less_motion_is_offered_no_sound_and_hears_none(screens: Screens, url: str) -> None:
    hall, boss = hall_of(screens, url), Console(url)
    switch = hall.locator("#sound")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    hall.emulate_media(reduced_motion="reduce")
    expect(switch).to_be_hidden()
    closed(boss, hall)
    assert played(hall) == []
    hall.reload()
    hall.locator("#page").click()
    expect(switch).to_be_hidden()
    closed(boss, hall)
    assert played(hall) == []


def test_the_switch_can_be_found_read_and_hit_and_covers_nothing(screens: Screens, url: str) -> None:
    hall, boss = hall_of(screens, url), Console(url)
    hall.evaluate(AXE_SCRIPT)
    hall.locator("#sound").click()
    for size in ((1024, 768), HALL):
        hall.set_viewport_size({"width": size[0], "height": size[1]})
        box = hall.locator("#sound").bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
        assert box["y"] + box["height"] <= size[1]
        assert hall.evaluate(FOOT_BEGINS) >= box["x"] + box["width"]
        assert hall.evaluate("document.querySelector('.p-main').getBoundingClientRect().bottom") <= box["y"] + 1
        assert hall.evaluate(CLIPPED) == []
    for theme in ("light", "dark"):
        hall.evaluate(HALL_THEME, theme)
        assert hall.evaluate(AXE, LAWS) == []
    boss.command("next")
    expect_state(hall, "question_open")
    assert hall.evaluate(CLIPPED) == []
    hall.set_extra_http_headers({"Accept-Language": "de"})
    hall.reload()
    expect(hall.get_by_role("button", name="Ton")).to_be_visible()
