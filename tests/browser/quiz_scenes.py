"""Every screen and state of a quiz, in the order in which it brings them.

The story is played by the real program with a class of students. It stops at each page worth a look, gives it a name
that begins with its audience, and goes on when whoever watches asks for the next one: the gallery takes a picture,
the tests run their checks.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from playwright.sync_api import Page, TimeoutError, expect

from tests.browser.conftest import LAPTOP, Screens
from tests.browser.people import expect_state, held_back, join, project, sign_in
from tests.serving import Browser, Console, student

Story = Iterator[tuple[str, Page]]

NAMES = (
    "Léa Fontaine", "Kwame Mensah", "Priya Raghunathan", "Jonas Berg", "Sofía Núñez", "طارق المصري", "Ben Okri",
    "王小明", "Maximiliane Freifrau von Hohenstein-Laue", "Noa 🦊", "Ivana Horvat", "Sam", "Óscar Ibáñez",
    "Grete Hermann", "Mei-Ling Chen", "Zuzana Nováková", "Ahmed Bello", "Emmy Noether", "Tom", "Sophie Germain",
)  # fmt: skip
LATER = "seconds => { Date.now = (now => () => now() + 1000 * seconds)(Date.now) }"  # so that nobody has to wait
TOAST = "document.getAnimations().filter(a => a.animationName === 'away').forEach(a => a.%s())"


class Lecture:
    """A class, its instructor, and the three screens that are open all the time."""

    def __init__(self, screens: Screens, url: str, pool: dict[str, Any], names: Sequence[str]) -> None:
        self.screens, self.url, self.questions = screens, url, pool["questions"]
        self.others = [student(url, f"202401{number:02}", name) for number, name in enumerate(names, start=50)]
        self.boss = Console(url)
        self.console, self.hall = sign_in(screens, url), project(screens, url)
        self.phone = join(screens, url, "20240142", "Ada Byron")

    def follow(self, state: str, question: int | None = None) -> None:
        """Waits until every open screen has come to ``state``."""
        for page in (self.phone, self.console, self.hall):
            expect_state(page, state)
            if question is not None:
                expect(page.locator("#stage")).to_have_attribute("data-question", str(question))

    def tell(self, command: str, **fields: object) -> None:
        """The instructor commands, and is not refused."""
        reply = self.boss.command(command, **fields)
        assert reply.status_code == 200, f"{command} {fields}: {reply.status_code} {reply.text}"

    def key(self, number: int) -> list[str]:
        """The letters of the right answer; of a poll, the first."""
        return list(self.questions[number].get("correct") or "A")

    def letters(self, number: int) -> list[str]:
        return [chr(ord("A") + place) for place in range(len(self.questions[number]["options"]))]

    def class_answers(self, number: int) -> None:
        """Two thirds are right, the others spread; two do not answer."""
        letters = self.letters(number)
        for place, other in enumerate(self.others[2:]):
            wrong = letters[(place * 5 + number) % len(letters)]
            other.tap("/answer", question=number, answer=self.key(number) if place % 3 else wrong)

    def answer(self, number: int, *, right: bool) -> None:
        """Ada answers with her finger."""
        key = self.key(number)
        chosen = key if right else [next(letter for letter in self.letters(number) if letter not in key)]
        boxes = self.phone.locator("#stage input[type=checkbox]")
        if boxes.count():
            for letter in chosen:
                self.phone.locator(f"#stage input[value={letter}]").check()
            self.phone.locator(".s-answers > .btn").click()
        else:
            self.phone.locator(f"#stage button[value={chosen[0]}]").click()
        expect(self.phone.locator("#stage")).to_have_attribute("data-answer", "".join(chosen))

    def asks(self, address: str, opener: str) -> Page:
        """The console's page at ``address`` with the dialog that ``opener`` brings."""
        page = self.beside(address)
        page.locator(opener).first.click()
        expect(page.locator("dialog[open]")).to_be_visible()
        return page

    def beside(self, address: str) -> Page:
        """One more page of the instructor's browser; the one before it is closed."""
        for page in self.console.context.pages:
            if page is not self.console:
                page.close()
        page = self.console.context.new_page()
        page.goto(self.url + address)
        return page


def at_the_door(screens: Screens, url: str) -> Story:
    """What people meet before they are in; the server allows one live page a student."""
    student(url, "20240142", "Ada Byron")
    phone = screens.open(url)
    yield "student-join", phone
    _try_to_join(phone, "20240142", "")
    yield "student-join-two-errors", phone
    _try_to_join(phone, "20240142", "Eve")
    yield "student-join-error", phone
    console = screens.open(f"{url}/admin/", LAPTOP)
    yield "console-login", console
    console.fill("[name=password]", "not this one")
    console.locator("#login button").click()
    expect(console.locator("[aria-invalid=true]")).to_be_visible()
    yield "console-login-error", console
    lost = screens.open(f"{url}/nowhere")
    yield "student-no-such-page", lost
    phone = join(screens, url, "20240143", "Ben Okri")
    again = phone.context.new_page()
    again.goto(url)
    expect(phone.get_by_role("heading", name="Open on too many pages")).to_be_visible()
    yield "student-displaced", phone
    hall = project(screens, url)
    assert Console(url).command("lock").status_code == 200
    expect(hall.locator("#stage")).to_contain_text("locked")
    yield "projector-lobby-locked", hall
    yield "student-join-locked", screens.open(url)


def quiz(screens: Screens, url: str, pool: dict[str, Any], names: Sequence[str] = NAMES) -> Story:
    """From the lobby to the podium and beyond; each question is seen open, answered and revealed."""
    lecture = Lecture(screens, url, pool, names)
    phone, console, hall = lecture.phone, lecture.console, lecture.hall
    lecture.follow("lobby")
    yield "student-lobby", phone
    yield "console-lobby", console
    yield "projector-lobby", hall
    yield from _pools(lecture)
    yield "console-join-code", lecture.asks("/admin/", "[data-dialog='#join-code']")
    lecture.beside("/admin/")

    for number in range(len(lecture.questions)):
        lecture.tell("next")
        lecture.follow("question_open", number)
        yield f"student-question-{number + 1}", phone
        yield f"projector-question-{number + 1}", hall
        if number == 0:
            yield from _troubled_answer(lecture)
        lecture.class_answers(number)
        if number == 1:
            yield from _while_the_second_is_open(lecture)
        if number % 3 != 2:
            lecture.answer(number, right=number % 3 == 0)
            yield f"student-locked-{number + 1}", phone
        yield f"console-open-{number + 1}", console
        lecture.tell("close")
        lecture.follow("question_closed", number)
        yield f"student-reveal-{number + 1}", phone
        yield f"console-reveal-{number + 1}", console
        yield f"projector-reveal-{number + 1}", hall
        if number == 1:
            yield from _slides(lecture)
            yield from _blocked(lecture)
            yield from _cut_off(lecture)
        if number == 2:
            lecture.tell("standings")
            lecture.follow("standings")
            yield "student-standings", phone
            yield "console-standings", console
            yield "projector-standings", hall
            yield "console-end-dialog", lecture.asks("/admin/", "[href^='/admin/end']")
            lecture.beside("/admin/")

    lecture.tell("end")
    lecture.follow("finished")
    yield "student-finished", phone
    yield "console-finished", console
    yield "projector-podium", hall
    yield from _afterwards(lecture)


def _try_to_join(phone: Page, who: str, name: str) -> None:
    phone.fill("[name=student_id]", who)
    phone.fill("[name=name]", name)
    phone.locator("button[form=join]").click()
    expect(phone.locator("[aria-invalid=true]")).to_have_count(1)


def _pools(lecture: Lecture) -> Story:
    page = lecture.beside("/admin/pools")
    yield "console-pools", page
    page.fill("[name=pool_text]", '{"title": "", "questions": [{"text": "?", "options": ["a"], "correct": "C"}]}')
    page.locator("form[action='/admin/pools'] button").last.click()
    expect(page.locator("#pe")).to_be_visible()
    yield "console-pools-faulty", page


def _troubled_answer(lecture: Lecture) -> Story:
    """Time is added; then a tap that does not come through, and comes through at last."""
    phone = lecture.phone
    _extend_until_told(lecture)
    phone.evaluate(TOAST % "pause")
    yield "student-extended", phone
    phone.evaluate(TOAST % "finish")
    held = held_back(phone, "**/answer")
    tile = phone.locator(f"#stage button[value={lecture.key(0)[0]}]")
    tile.click()
    expect(tile).to_have_attribute("data-state", "sending")
    yield "student-sending", phone
    held[0].abort()
    expect(tile).to_have_attribute("data-state", "failed")
    yield "student-not-sent", phone
    phone.unroute_all()


def _extend_until_told(lecture: Lecture) -> None:
    """A poll may overtake the stream, and shows the new time without saying what was added: then once more."""
    for _ in range(3):
        lecture.tell("extend", seconds=15)
        with suppress(TimeoutError):
            lecture.phone.locator("#toast .toast").wait_for(timeout=3000)
            return
    raise AssertionError("the phone is never told that it has more time")


def _while_the_second_is_open(lecture: Lecture) -> Story:
    late = join(lecture.screens, lecture.url, "20240199", "Late Riser")
    yield "student-late", late
    late.context.close()
    lecture.tell("projector", slide="answers")
    expect(lecture.hall.locator("#stage .tally")).to_be_visible()
    yield "projector-question-live", lecture.hall
    lecture.tell("projector", slide="auto")
    for who, name in (("20240142", "Eve"), ("20240142", "Mallory"), ("20240151", "Eve")):
        Browser(lecture.url).post("/join", data={"student_id": who, "name": name})
    yield "console-people", lecture.beside("/admin/people")
    yield "console-release-dialog", lecture.asks("/admin/people", "[href*='/release']")
    lecture.tell("participants/20240150/clear")
    lecture.tell("participants/20240151/handover")
    lecture.tell("lock")
    Browser(lecture.url).post("/join", data={"student_id": "20249999", "name": "Who"})
    lecture.tell("unlock")
    yield "console-attempts", lecture.beside("/admin/people")
    yield "console-attempts-alone", lecture.beside("/admin/people?show=door")
    lecture.tell("participants/20240150/restore")
    lecture.tell("participants/20240151/restore")
    yield "console-questions", lecture.beside("/admin/questions")
    yield "console-room", lecture.beside("/admin/room")
    lecture.beside("/admin/")


def _slides(lecture: Lecture) -> Story:
    for slide in ("times", "scores", "leaders", "join"):
        lecture.tell("projector", slide=slide)
        expect(lecture.hall.locator("#stage")).to_have_attribute("data-turn", lecture.boss.turn())
        yield f"projector-{slide}", lecture.hall
    lecture.tell("projector", slide="auto")
    lecture.follow("question_closed")


def _blocked(lecture: Lecture) -> Story:
    """The stream is gone, and the server replies: what a proxy does that lets no stream through."""
    for name, page in (("student", lecture.phone), ("console", lecture.console)):
        page.evaluate("dispatchEvent(new CustomEvent('htmx:sse:error'))")
        page.evaluate(LATER, 16)
        page.evaluate("htmx.ajax('GET', document.querySelector('#poll').getAttribute('hx-get'), '#poll')")
        expect(page.locator("#net")).to_contain_text("No live stream", use_inner_text=True)
        yield f"{name}-no-stream", page
        page.evaluate("dispatchEvent(new CustomEvent('htmx:sse:after:message'))")
        expect(page.locator("#net")).to_be_hidden()


def _cut_off(lecture: Lecture) -> Story:
    """Each screen without its server. Chromium lets an open stream live on when it goes offline, so it is told."""
    for name, page in (("student", lecture.phone), ("console", lecture.console), ("projector", lecture.hall)):
        page.context.set_offline(True)
        page.evaluate("dispatchEvent(new CustomEvent('htmx:sse:error'))")
        page.evaluate(LATER, 5)
        expect(page.locator("#net")).to_be_visible()
        yield f"{name}-offline", page
        if name == "student":
            page.evaluate(LATER, 61)
            expect(page.locator("body")).to_have_attribute("data-net", "long")
            yield "student-offline-long", page
        page.context.set_offline(False)
        page.evaluate("dispatchEvent(new CustomEvent('htmx:sse:after:message'))")
        expect(page.locator("#net")).to_be_hidden()


def _afterwards(lecture: Lecture) -> Story:
    phone = lecture.phone
    own = phone.context.new_page()
    for name, address in (("review", "/me"), ("statistics", "/stats")):
        own.goto(lecture.url + address)
        yield f"student-{name}", own
    own.close()
    yield "console-people-finished", lecture.beside("/admin/people")
    yield "console-all-standings", lecture.beside("/admin/standings")
    receipt = lecture.beside("/admin/room")
    receipt.fill("[name=receipt]", "AAAA-BBBB")
    receipt.locator("form[action='/admin/receipt'] button").click()
    yield "console-receipt", receipt
    yield "console-reset-dialog", lecture.asks("/admin/", "[href^='/admin/reset']")
    lecture.beside("/admin/")
    lecture.tell("reset")
    expect(phone.locator("#join")).to_be_visible()
    yield "student-reset", phone
    phone = join(lecture.screens, lecture.url, "20240142", "Ada Byron")
    lecture.tell("participants/20240142/clear")
    expect(phone.locator("#join")).to_be_visible()
    yield "student-cleared", phone
    yield "console-runs", lecture.beside("/admin/runs")
    yield "console-archived-run", lecture.beside("/admin/runs/1/")
