"""Whole runs against a real server: everybody reads their own language, whatever the others read."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TypeVar

import pytest

from portal.web.language import asked_for
from portal.wording import Language, catalogs
from tests.serving import Browser, Console, serving, stage_of
from tests.teams import contest_text
from tests.web.test_streams import Listener
from tests.wording.heard import READ_ALOUD, Shouting

Asking = TypeVar("Asking", bound=Browser)
GREEK = {letter: letter.lower().translate(str.maketrans("abcd", "αβγδ")) for letter in "ABCD"}
POOL = json.dumps({
    "title": "Ερωτήσεις",
    "questions": [
        {"text": f"Ω {number};", "options": GREEK, "correct": key, "explanation": "Έτσι.", "time_limit": 30}
        for number, key in enumerate(("B", ["A", "C"], None), start=1)
    ],
})  # fmt: skip
SAME = {"Portal", "UTC", "JSON", "KiB", "MiB", "CSV", "min", "http", "join", "test", "pool"}


def speaking(browser: Asking, accepted: str) -> Asking:
    browser.headers["Accept-Language"] = accepted
    return browser


def phone(url: str, who: str, accepted: str) -> Browser:
    browser = speaking(Browser(url), accepted)
    assert browser.post("/join", data={"student_id": who, "name": "Αδα"}).status_code == 303
    return browser


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path, POOL) as address:
        yield address


def test_a_page_says_which_language_it_is_in_and_what_that_depended_on(url: str) -> None:
    page = speaking(Browser(url), "de-CH,en;q=0.5").get("/")
    assert '<html lang="de"' in page.text
    assert "Dem Quiz beitreten" in page.text
    assert page.headers["vary"] == "Accept-Language"
    plain = Browser(url).get("/")
    assert '<html lang="en"' in plain.text
    assert "Join quiz" in plain.text


def test_the_operator_can_set_one_language_for_everybody(tmp_path: Path) -> None:
    with serving(tmp_path, POOL, language="de") as address:
        page = speaking(Browser(address), "en").get("/")
        assert "Dem Quiz beitreten" in page.text
        assert "vary" not in page.headers


def test_two_phones_read_the_same_reveal_each_in_its_own_language(url: str) -> None:
    """Pages and streams; the instructor, who sets it off, reads a third."""
    console = speaking(Console(url), "fr")
    german, english = phone(url, "101", "de"), phone(url, "102", "en")
    streams = {each: Listener(each) for each in (german, english)}
    for listener in streams.values():
        listener.wait_for(1)
    assert "Willkommen" in streams[german].messages[0]
    console.command("next")
    replies = [each.tap("/answer", question=0, answer="B").text for each in (english, german, english)]
    assert ["Locked in after" in reply for reply in replies] == [True, False, True]
    assert re.search(r"Abgegeben nach \d,\d s", replies[1])
    console.command("close")
    for listener in streams.values():
        assert listener.wait_for_state("question_closed")["correct"] == "B"
    told = {each: "".join(streams[each].messages) for each in streams}
    assert re.search(r"Du hast nach \d,\d s B gewählt", told[german])
    assert re.search(r"You chose B after \d\.\d s", told[english])
    assert "Richtige Antwort" not in told[english]
    assert "Your answer, correct" not in told[german]
    assert "Deine Antwort, richtig" in german.get("/").text
    assert "Your answer, correct" in english.get("/").text


def test_what_machines_read_is_the_same_in_every_language(url: str) -> None:
    console, german, english = Console(url), phone(url, "101", "de"), phone(url, "102", "en")
    console.command("next")
    for each in (german, english):
        each.tap("/answer", question=0, answer="B")
    console.command("close")
    dull = {"total", "points", "rank", "say", "remaining-ms"}
    stages = [{name: value for name, value in each.stage().items() if name not in dull} for each in (german, english)]
    assert stages[0] == stages[1]
    refusals = [each.tap("/answer", question=0, answer="C") for each in (german, english)]
    assert [(each.status_code, stage_of(each.text)["error"]) for each in refusals] == [(409, "not_open")] * 2
    assert "Diese Frage ist nicht offen." in refusals[0].text
    files = ["/admin/results.csv", "/admin/answers.csv", "/admin/events.csv"]
    before = [console.get(file).text for file in files]
    speaking(console, "de")
    assert [console.get(file).text for file in files] == before
    assert set(console.get("/healthz").json()) == set(Browser(url).get("/healthz").json())


def test_refusals_are_said_in_the_language_of_who_asked(url: str) -> None:
    phone(url, "101", "en")
    stranger = speaking(Browser(url), "de")
    again = stranger.post("/join", data={"student_id": "101", "name": "Γ"})
    assert "101 ist schon auf einem anderen Gerät dabei." in again.text
    assert "Ein Name hat 1 bis 40" in stranger.post("/join", data={"student_id": "7", "name": ""}).text
    assert "Diese Seite gibt es nicht." in stranger.get("/nowhere").text
    assert "Noch 9 Versuche" in stranger.post("/admin/login", data={"password": "wrong one"}).text
    foreign = stranger.post("/join", data={}, headers={"Origin": "https://elsewhere.test"})
    assert foreign.text.startswith("Dieses Formular kam von einer anderen Website.")


@pytest.fixture
def shouted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever asks for German gets :class:`Shouting`."""
    loud, real = Language("de", Shouting()), catalogs.language
    monkeypatch.setattr(catalogs, "language", lambda tag: loud if tag == "de" else real(tag))
    asked_for.cache_clear()
    yield
    asked_for.cache_clear()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style", "code", "textarea")
        self.text += [value for name, value in attrs if name in READ_ALOUD and value]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style", "code", "textarea")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.text.append(data)


def unsaid(html: str) -> set[str]:
    """Latin words that are in no sentence of ours: the pool and all names are Greek, ids are numbers."""
    reader = _Words()
    reader.feed(html)
    text = re.sub(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b", "", " ".join(reader.text))  # a team's code
    while "⟦" in text and (inner := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = inner
    return set(re.findall(r"[A-Za-z]{2,}", text)) - SAME


@pytest.mark.usefixtures("shouted")
def test_no_page_of_a_quiz_says_anything_that_is_not_translated(url: str) -> None:
    console = speaking(Console(url), "de")
    first, second = phone(url, "101", "de"), phone(url, "102", "de")
    hall = speaking(Browser(url), "de")
    speaking(Browser(url), "de").post("/join", data={"student_id": "101", "name": "Γ"})
    pages = {"/", "/me", "/stats"}
    rooms = {"/admin/", "/admin/people", "/admin/people?show=flagged", "/admin/questions", "/admin/room"}
    rooms |= {"/admin/standings", "/admin/runs", "/admin/runs/1/", "/admin/end", "/admin/reset"}
    rooms |= {"/admin/participants/101/release", "/admin/runs/1/analytics"}

    def look() -> None:
        for browser, paths in ((first, pages), (second, pages), (hall, {"/", "/projector"}), (console, rooms)):
            for path in sorted(paths):
                reply = browser.get(path)
                assert "⟦" in reply.text, path
                assert unsaid(reply.text) == set(), path

    look()
    for number, answer in enumerate(("B", "A", "D")):
        console.command("next")
        look()
        first.tap("/answer", question=number, answer=answer)
        assert unsaid(first.tap("/answer", question=number, answer="C").text) == set()
        look()
        console.command("close")
        for slide in ("answers", "times", "scores", "leaders", "join"):
            assert console.command("projector", slide=slide).status_code == 200, slide
            assert unsaid(hall.get("/projector").text) == set(), slide
        look()
        console.command("standings")
        look()
    console.tap("/admin/participants/102/clear")
    console.command("lock")
    look()
    console.command("next")
    look()
    assert unsaid(console.post("/admin/receipt", data={"receipt": "1"}).text) == set()
    refused = speaking(Browser(url), "de").post("/join", data={"student_id": "", "name": ""})
    assert unsaid(refused.text) == set()


@pytest.mark.usefixtures("shouted")
def test_no_page_of_a_contest_says_anything_that_is_not_translated(tmp_path: Path) -> None:
    text = re.sub(
        r'"(Option [A-D]|A [A-Z]+ mystery\?|Question \d+\?|Because\.|Spring Code Cup)"', '"Ω"', contest_text()
    )
    with serving(tmp_path, text) as url:
        console, hall = speaking(Console(url), "de"), speaking(Browser(url), "de")
        door = speaking(Browser(url), "de")
        assert unsaid(door.post("/team/register", data={"team_name": "", "members": "", "email": "x"}).text) == set()
        ours = speaking(Browser(url), "de")
        ours.post("/team/register", data={"team_name": "Ομάδα", "members": "Γ\nΔ", "email": ""})
        rooms = {"/admin/", "/admin/questions", "/admin/boxes", "/admin/log", "/admin/room", "/admin/runs"}
        rooms |= {"/admin/teams/new", "/admin/teams/t1/edit", "/admin/teams/t1/points", "/admin/teams/t1/delete"}
        rooms |= {"/admin/questions/new", "/admin/boxes/new", "/admin/end", "/admin/reset", "/admin/runs/1/"}

        def look() -> None:
            for browser, paths in ((ours, {"/", "/me"}), (door, {"/"}), (hall, {"/projector"}), (console, rooms)):
                for path in sorted(paths):
                    said = browser.get(path).text
                    assert "⟦" in said, path
                    assert unsaid(said) == set(), path

        look()
        console.command("next")
        look()
        for question, answer in (("q1", "B"), ("q2", "A")):
            ours.tap("/team/question", question_id=question)
            look()
            ours.tap("/team/answer", question_id=question, answer=answer)
            look()
        for kind, question, answer in (("EASY", "e1", "C"), ("HARD", "h1", "A")):
            assert unsaid(ours.get(f"/team/mystery?difficulty={kind}").text) == set()
            ours.tap("/team/mystery", difficulty=kind)
            look()
            ours.tap("/team/answer", question_id=question, answer=answer)
            look()
        assert unsaid(ours.get("/team/mystery").text) == set()
        console.tap("/admin/teams/t1/points", delta="-5", reason="Ω", slip="")
        look()
        console.command("end")
        look()
