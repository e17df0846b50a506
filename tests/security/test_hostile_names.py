"""Names and pools that mean harm, on every page, in a real Chromium under the real policy: all of it stays text.

A canary in the browser counts scripts that ran, dialogs, and requests that an ``hx-…`` attribute in a name would make;
``Screens`` fails a test whose pages log anything, a broken security policy included.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, Request, expect

from tests.browser.conftest import CUT_OFF, Screens, chromium, screens
from tests.browser.people import expect_state, project, sign_in
from tests.serving import Console, serving, student

__all__ = ["chromium", "screens"]

RAN = "window.__ran = (window.__ran || 0) + 1"
PAYLOADS = [
    *("<script>{x}</script>", "<img src=x onerror={x}>", "<svg onload={x}>", "<body onload={x}>", "<b onclick={x}>b"),
    *("<iframe src=javascript:{x}>", "<a href=javascript:{x}>a</a>", "<form action=//e.vil><button>", "<style>*{{}}"),
    *("<p hx-get=/__hx hx-trigger=load>", "<i hx-post=/__hx hx-trigger=load>", "<u hx-on:load={x}>", "<p hx-boost>"),
    *('" onmouseover="{x}', "' onfocus='{x}' autofocus='", '"><script>{x}</script>', "</title><script>{x}", "-->{x}"),
    *("</bdi><script>{x}</script>", "</main><h1>x", "</hx-partial><script>{x}", "<hx-partial hx-target=body>x"),
    *("<div hx-sse:connect=/__hx>", "<meta http-equiv=refresh content=0>", "<base href=//e.vil/>", "<link rel=x>"),
    *("<input name=answer value=D>", "<button hx-delete=/__hx>", "<template><script>{x}</script>", "<math><mtext>"),
    *("<object data=/__hx>", "<embed src=/__hx>", "<video src=/__hx onerror={x}>", "<details open ontoggle={x}>"),
    *("{{{{7*7}}}}", "${{{x}}}", "#{{7*7}}", "javascript:{x}", "data:text/html,<script>{x}", "\\u003cscript\\u003e{x}"),
    *("&lt;script&gt;{x}", "&#60;img src=x onerror={x}&#62;", "<scr<script>ipt>{x}", "<ScRiPt>{x}</sCrIpT>", "<<b>>"),
    *("%3Cscript%3E{x}", "a\u0301" * 18, "\U0001f98a" * 20, "\u0627\u0644\u0639", "W" * 40, "=1+1|cmd", "event: x"),
]
SHORT = "__ran++"  # a name has forty characters


def names() -> list[str]:
    made = [payload.replace("{{", "{").replace("}}", "}").replace("{x}", SHORT)[:40].strip() for payload in PAYLOADS]
    return list(dict.fromkeys(made))


def pool() -> str:
    """Every payload in every field of two questions."""
    long = "\n\n".join(payload.replace("{x}", RAN) for payload in PAYLOADS)
    options = {letter: PAYLOADS[place].replace("{x}", RAN) for place, letter in enumerate("ABCDEFGH")}
    fixed = {"options": options, "correct": "B", "time_limit": 600}
    questions = [{"text": long, "explanation": long, **fixed}, {"text": PAYLOADS[1], "explanation": long, **fixed}]
    return json.dumps({"title": PAYLOADS[0].replace("{x}", RAN), "questions": questions})


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """A server with a pool that means harm."""
    with serving(tmp_path, pool()) as address:
        yield address


class Watch:
    """One page under observation: what was asked for, and what opened."""

    def __init__(self, page: Page) -> None:
        self.page, self.asked, self.opened = page, list[str](), list[str]()
        page.on("request", self._note)
        page.on("dialog", self._close)

    def _note(self, request: Request) -> None:
        self.asked.append(request.url)

    def _close(self, dialog: Dialog) -> None:
        self.opened.append(dialog.message)
        dialog.dismiss()

    def is_quiet(self, url: str) -> None:
        assert self.page.evaluate("window.__ran") is None, "a script ran"
        assert self.opened == []
        foreign = [each for each in self.asked if not each.startswith((url, "data:")) or "__hx" in each]
        assert foreign == [], "a name or a pool made the page ask for something"
        assert not self.page.locator("[onerror], [onload], [onclick], iframe, object, embed, base").count()


def test_fifty_hostile_names_and_a_hostile_pool_stay_text_on_every_page(screens: Screens, url: str) -> None:
    assert len(names()) >= 50
    commands = Console(url)
    for number, name in enumerate(names()):
        student(url, f"x{number}", name)
    phone = screens.open(url)
    phone.fill("[name=student_id]", "<script>__ran++</script>")
    phone.fill("[name=name]", "x")
    phone.get_by_role("button", name="Join").click()
    expect(phone.locator("#join")).to_contain_text("32 letters")
    screens.forgive(*CUT_OFF)
    phone.fill("[name=student_id]", "eve")
    phone.fill("[name=name]", names()[0])
    phone.get_by_role("button", name="Join").click()
    expect(phone.locator("#stage")).to_be_visible()
    hall, console = project(screens, url), sign_in(screens, url)
    people = console.context.new_page()
    people.goto(f"{url}/admin/people")
    expect(people.locator("#roster tr")).to_have_count(len(names()) + 1)
    for place, name in enumerate(names()[:5]):
        assert name in people.locator("#roster tr").nth(place).inner_text(), "shown as it was typed"
    watches = [Watch(page) for page in (phone, hall, console, people)]
    commands.command("next")
    for watch in watches[:3]:
        expect_state(watch.page, "question_open")
    for number in range(0, len(names()), 9):
        student(url, f"late{number}", names()[number]).tap("/answer", question=0, answer="B")
    phone.locator("button[value=B]").click()
    expect(phone.locator("#stage")).to_have_attribute("data-answer", "B")
    commands.command("close")
    for watch in watches[:3]:
        expect_state(watch.page, "question_closed")
    commands.command("standings")
    for watch in watches[:3]:
        expect_state(watch.page, "standings")
        watch.is_quiet(url)
    for slide in ("answers", "times", "scores", "leaders"):
        assert commands.tap("/admin/projector", slide=slide).status_code == 200, slide
        hall.wait_for_timeout(300)
    commands.command("end")
    for watch in watches[:3]:
        expect_state(watch.page, "finished")
    for path in ("/me", "/stats"):
        phone.goto(f"{url}{path}")
        watches[0].is_quiet(url)
    for path in ("questions", "room", "pools", "standings", "runs", "runs/1/", "people?show=flagged"):
        console.goto(f"{url}/admin/{path}")
        expect(console.locator("#stage")).to_be_visible()
        watches[2].is_quiet(url)
    for watch in watches:
        watch.is_quiet(url)


def test_an_attribute_of_htmx_is_seen_by_the_test_if_it_is_alive(screens: Screens, url: str) -> None:
    """The canary sings: the same markup put into the page by hand does make a request."""
    student(url, "ada")
    hall = project(screens, url)
    watch = Watch(hall)
    alive = "<p id=x hx-get=/__hx hx-trigger=load>x</p>"
    # beside the page: what the stream says first draws that anew, and would take the canary away
    hall.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", alive)
    with hall.expect_console_message():  # the 404 of that request
        hall.evaluate("htmx.process(document.querySelector('#x'))")
    assert any("__hx" in each for each in watch.asked)
    screens.forgive(*CUT_OFF)
