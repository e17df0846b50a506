"""Every screen and state of a quiz and a contest, held to what must be true of each. The gallery sees more."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser import checks, contest_scenes, quiz_scenes
from tests.browser.conftest import CUT_OFF, Screens
from tests.browser.gallery import patient, pool, some
from tests.browser.german import German
from tests.serving import serving

KINDS = (0, 4, 3)  # of the showcase: code, several answers, a picture
CLASS = quiz_scenes.NAMES[:9]  # among them one from right to left, and a very long one


def showcase() -> dict[str, Any]:
    """One question of each kind that is laid out in its own way."""
    whole = pool("showcase")
    return patient(whole | {"questions": [whole["questions"][number] for number in KINDS]})


@pytest.fixture
def screens(chromium: Browser) -> Iterator[Screens]:
    opened = Screens(chromium)
    yield opened
    opened.close()
    opened.forgive(*CUT_OFF)
    assert opened.complaints == [], "a page logged an error or broke its security policy"


def test_at_the_door(screens: Screens, tmp_path: Path) -> None:
    with serving(tmp_path, json.dumps(pool("demo")), streams_each=1) as url:
        hold(screens, quiz_scenes.at_the_door(screens, url), at_least=9)


@pytest.mark.timeout(900)  # a busy machine is no fault of the pages
def test_a_whole_quiz(screens: Screens, tmp_path: Path) -> None:
    with serving(tmp_path, json.dumps(showcase())) as url:
        hold(screens, quiz_scenes.quiz(screens, url, showcase(), CLASS), at_least=55)


@pytest.mark.timeout(900)  # a busy machine is no fault of the pages
def test_a_whole_contest(screens: Screens, tmp_path: Path) -> None:
    with serving(tmp_path, json.dumps(some(12, boxes=12))) as url:
        hold(screens, contest_scenes.contest(screens, url, some(12, boxes=12)), at_least=25)


def test_a_contest_without_a_free_question(screens: Screens, tmp_path: Path) -> None:
    few = some(2)
    with serving(tmp_path, json.dumps(few)) as url:
        hold(screens, contest_scenes.nothing_left(screens, url, few), at_least=1)


def hold(screens: Screens, story: quiz_scenes.Story, *, at_least: int) -> None:
    """Checks every page of the story, in German too, then tells all that was wrong at once."""
    german, seen, found = German(screens.browser), 0, list[str]()
    for name, page in story:
        seen += 1
        found += checks.faults(name, page, thorough=False) + german.faults(name, page)
    assert not found, "\n".join(found)
    assert seen >= at_least, "the story was cut short"
