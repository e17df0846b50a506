"""Plays a quiz and a contest, and writes a picture of each screen and state in each theme and size, to be looked at.

python -m tests.browser.gallery FOLDER [--story door|quiz|contest|none-left] [--only PATTERN] [--check]

PATTERN is of a picture's name, such as 'projector-*-dark'; FOLDER/index.html shows them all. With --check each screen
is also held to what ``checks`` says, on every size, and the exit status is 1 when something is wrong.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatch
from html import escape
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import checks, contest_scenes, quiz_scenes
from tests.browser.conftest import FLAGS, Screens, installed_chromium
from tests.browser.looks import Look, looks
from tests.browser.quiz_scenes import Story
from tests.serving import ROOT, serving

LONG_ENOUGH = 110  # seconds: every question stays open until all its pictures are taken, and shows seconds, not minutes
INDEX = """<!doctype html><meta charset="utf-8"><title>Portal: every screen and state</title>
<style>body{{font:16px system-ui;margin:1rem;background:#8a8f99}}
figure{{display:inline-block;margin:.5rem;vertical-align:top}}
img{{height:22rem;box-shadow:0 2px 8px #0005}}figcaption{{font-size:.8rem}}</style>
{}"""


def pool(name: str) -> dict[str, Any]:
    """A pool that is shipped."""
    content: dict[str, Any] = json.loads((ROOT / "pools" / f"{name}.json").read_text())
    return content


def patient(content: dict[str, Any]) -> dict[str, Any]:
    """The same quiz, whose questions stay open for long enough."""
    return content | {"questions": [each | {"time_limit": LONG_ENOUGH} for each in content["questions"]]}


Play = Callable[[Screens, str, dict[str, Any]], Story]
STORIES = ("door", "quiz", "contest", "none-left")


def stories(browser: Browser, chosen: Sequence[str] = STORIES) -> Iterator[tuple[str, Page]]:
    """Everything that there is to see, one after the other, each story on a server of its own."""
    plays: dict[str, tuple[Play, dict[str, Any], dict[str, int]]] = {
        "door": (lambda screens, url, _: quiz_scenes.at_the_door(screens, url), pool("demo"), {"streams_each": 1}),
        "quiz": (quiz_scenes.quiz, patient(pool("showcase")), {}),
        "contest": (contest_scenes.contest, pool("competition"), {}),
        "none-left": (contest_scenes.nothing_left, some(2), {}),
    }
    for play, content, settings in map(plays.__getitem__, chosen):
        with tempfile.TemporaryDirectory() as folder, serving(Path(folder), json.dumps(content), **settings) as url:
            yield from play(Screens(browser), url, content)
            for context in browser.contexts:
                context.close()


def some(questions: int, boxes: int = 0) -> dict[str, Any]:
    """The shipped contest with fewer questions and boxes."""
    contest = pool("competition")
    return contest | {"questions": contest["questions"][:questions], "mystery": contest["mystery"][:boxes]}


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed_chromium(), args=FLAGS)
        yield browser
        browser.close()


def photograph(page: Page, look: Look, file: Path) -> None:
    """The page as this screen shows it; a phone's and a laptop's is pictured down to its end."""
    look.put_on(page)
    projected = page.evaluate("document.documentElement.className === 'projector'")
    page.screenshot(path=file, full_page=not projected)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.gallery")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--story", choices=STORIES, action="append", help="the scenes of this one alone")
    parser.add_argument("--only", default="*", help="which pictures, such as 'projector-*-dark'")
    parser.add_argument("--check", action="store_true", help="also check every screen and state")
    chosen = parser.parse_args(arguments)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    began, figures, wrong = time.monotonic(), [], []
    with chromium() as browser:
        for name, page in stories(browser, chosen.story or STORIES):
            wrong += checks.faults(name, page, thorough=True) if chosen.check else []
            for look in looks(name):
                title = f"{name}-{look}"
                if not fnmatch(title, chosen.only):
                    continue
                photograph(page, look, chosen.folder / f"{title}.png")
                figures.append(
                    f'<figure><a href="{escape(title)}.png"><img loading="lazy" src="{escape(title)}.png" alt="">'
                    f"</a><figcaption>{escape(title)}</figcaption></figure>"
                )
    (chosen.folder / "index.html").write_text(INDEX.format("\n".join(figures)))
    sys.stdout.write("".join(f"{each}\n" for each in wrong))
    sys.stdout.write(f"{len(figures)} pictures in {time.monotonic() - began:.0f} s: {chosen.folder / 'index.html'}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
