"""Streams over real sockets: what a phone is told, how often, and how a stream ends."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.serving import STAGE, Browser, Console, serving, stage_of, student, version_of


class Listener:
    """One open stream, read in a thread; messages as they come, without the comments that keep it alive."""

    def __init__(self, browser: Browser, path: str = "/stream") -> None:
        self.messages: list[str] = []
        self.ended = threading.Event()
        self._news = threading.Condition()
        self._cookies = dict(browser.cookies)
        self._language = browser.headers.get("Accept-Language", "")
        self._url = f"{browser.base_url}".rstrip("/") + path
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        lines: list[str] = []
        with (
            httpx2.Client(cookies=self._cookies, timeout=60) as client,
            client.stream("GET", self._url, headers={"Accept-Language": self._language}) as response,
        ):
            assert response.status_code == 200
            for line in response.iter_lines():
                if line.startswith("data: "):
                    lines.append(line[6:])
                elif not line and lines:
                    with self._news:
                        self.messages.append("\n".join(lines))
                        self._news.notify_all()
                    lines = []
        self.ended.set()

    def wait_for(self, count: int, seconds: float = 5) -> list[str]:
        """The messages, once there are ``count`` of them."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.messages) >= count, seconds), self.messages
        return self.messages

    def wait_for_state(self, state: str, seconds: float = 5) -> dict[str, str]:
        """The attributes of the newest stage, once it shows ``state``."""
        with self._news:
            assert self._news.wait_for(lambda: self._latest().get("state") == state, seconds), self._latest()
        return self._latest()

    def _latest(self) -> dict[str, str]:
        return next((stage for each in reversed(self.messages) if (stage := stage_of(each))), {})


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path) as address:
        yield address


@contextmanager
def listening(browser: Browser, path: str = "/stream") -> Iterator[Listener]:
    listener = Listener(browser, path)
    listener.wait_for(1)
    yield listener


def test_a_stream_begins_with_the_present_stage_and_follows_the_run(url: str) -> None:
    console, ada = Console(url), student(url, "ada")
    with listening(ada) as phone:
        assert stage_of(phone.messages[0])["state"] == "lobby"
        console.command("next")
        opened = phone.wait_for_state("question_open")
        assert opened["question"] == "0"
        assert opened["round"] == "1"
        assert 25_000 < int(opened["remaining-ms"]) <= 30_000
        assert "answer" not in opened
        ada.tap("/answer", question=0, answer="B")
        console.command("close")
        closed = phone.wait_for_state("question_closed")
        assert closed["answer"] == "B"
        assert closed["correct"] == "B"
        assert (closed["points"], closed["total"], closed["rank"]) == ("100", "100", "1")


def test_a_phone_gets_at_most_six_messages_a_question_however_many_tap(url: str) -> None:
    console, ada = Console(url), student(url, "ada")
    others = [student(url, f"s{number}") for number in range(30)]
    with listening(ada) as phone:
        before = len(phone.messages)
        console.command("next")
        for other in others:
            assert other.tap("/answer", question=0, answer="C").status_code == 200
        ada.tap("/answer", question=0, answer="B")
        console.command("extend", seconds=15)
        console.command("close")
        phone.wait_for_state("question_closed")
        console.command("standings")
        phone.wait_for_state("standings")
        assert len(phone.messages) - before <= 6


def test_every_message_is_made_of_partials_and_a_change_of_state_carries_the_whole_stage(url: str) -> None:
    console, ada = Console(url), student(url, "ada")
    with listening(ada) as phone:
        console.command("next")
        phone.wait_for_state("question_open")
        for message in phone.messages:
            assert message.startswith("<hx-partial ")
            assert message.endswith("</hx-partial>")
        assert STAGE.search(phone.messages[-1])
        assert "</main>" in phone.messages[-1]


def test_two_consoles_stay_in_step(url: str) -> None:
    first, second = Console(url), Console(url)
    with listening(second, "/admin/stream") as watching:
        first.command("next")
        opened = watching.wait_for_state("question_open")
        stale = second.tap("/admin/next", turn="0")
        assert stale.status_code == 409
        assert 'data-error="stale"' in stale.text
        assert second.tap("/admin/close", turn=opened["turn"]).status_code == 200


def test_a_double_tap_on_next_opens_one_question(url: str) -> None:
    console = Console(url)
    turn = console.turn()
    assert console.tap("/admin/next", turn=turn).status_code == 200
    assert console.tap("/admin/next", turn=turn).status_code == 409
    assert console.stage("/admin/")["question"] == "0"


def test_a_released_student_is_taken_to_the_join_form_at_once(url: str) -> None:
    console, ada = Console(url), student(url, "ada")
    with listening(ada) as phone:
        assert console.tap("/admin/participants/ada/clear").status_code == 200
        assert phone.ended.wait(5)
        assert '<form id="join"' in phone.messages[-1]
        assert not STAGE.search(phone.messages[-1])
    assert '<form id="join"' in ada.get("/").text
    refused = ada.tap("/answer", question=0, answer="B")
    assert refused.status_code == 401
    assert 'data-error="no_identity"' in refused.text


def test_a_reset_sends_every_phone_back_to_the_join_form(url: str) -> None:
    console, ada = Console(url), student(url, "ada")
    with listening(ada) as phone:
        console.command("next")
        console.command("reset")
        assert phone.ended.wait(5)
        assert '<form id="join"' in phone.messages[-1]
    assert Browser(url).get("/").status_code == 200
    assert ada.get("/").status_code == 200


def test_a_stranger_s_stream_answers_with_the_join_form_and_ends(url: str) -> None:
    with listening(Browser(url)) as nobody:
        assert nobody.ended.wait(5)
        assert '<form id="join"' in nobody.messages[0]


def test_the_projector_s_stream_shows_the_run_and_never_an_id(url: str) -> None:
    console, ada = Console(url), student(url, "ada-17-secret", "Ada")
    with listening(Browser(url), "/projector/stream") as hall:
        console.command("next")
        hall.wait_for_state("question_open")
        ada.tap("/answer", question=0, answer="B")
        console.command("close")
        hall.wait_for_state("question_closed")
        console.command("standings")
        hall.wait_for_state("standings")
        assert "Ada" in "".join(hall.messages)
        assert "ada-17-secret" not in "".join(hall.messages)


def test_the_safety_poll_is_silent_while_the_page_is_up_to_date(url: str) -> None:
    console, ada = Console(url), student(url, "ada")
    for browser, page, poll in (
        (ada, "/", "/state"),
        (Browser(url), "/projector", "/projector/state"),
        (console, "/admin/", "/admin/state"),
    ):
        html = browser.get(page).text
        version = version_of(html)
        assert version, f"{page} says which version it is"
        assert browser.get(poll, params={"v": version}).status_code == 204
        old = browser.get(poll, params={"v": "something else"})
        assert old.status_code == 200
        assert stage_of(old.text)["state"] == "lobby"


def test_a_second_tab_learns_of_an_answer_given_in_the_first(url: str) -> None:
    console, ada = Console(url), student(url, "ada")
    with listening(ada) as first, listening(ada) as second:
        console.command("next")
        for tab in (first, second):
            tab.wait_for_state("question_open")
        ada.tap("/answer", question=0, answer="C")
        second.wait_for(3)
        assert stage_of(second.messages[-1])["answer"] == "C"
