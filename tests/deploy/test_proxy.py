"""What the proxy owes the quiz: the real Caddy with our Caddyfile in front of the real program."""

import re
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.deploy.fronted import Fronted, Visitor, fronted, instructor, joined
from tests.serving import Browser, pool_text, stage_of

PATIENCE = 15.0  # seconds after which a request that never ends must be gone


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fronted]:
    with fronted(tmp_path_factory.mktemp("fronted"), pool_text(*"ABCDABCDABCD")) as served:
        yield served


def test_a_stream_comes_over_http_2_at_once_and_uncompressed(front: Fronted) -> None:
    said = front.curl(
        "/projector/stream", "--max-time", "4", "-N", "-i", "--compressed", "-w", "head after %{time_starttransfer} s"
    )
    assert "HTTP/2 200" in said, said[:300]
    assert "content-encoding" not in said
    assert "<hx-partial" in said
    head = re.search(r"head after ([\d.]+) s", said)
    assert head, said[-300:]
    assert float(head.group(1)) < 1


def test_pages_are_compressed(front: Fronted) -> None:
    assert re.search(
        "content-encoding: (zstd|gzip)", front.curl("/projector", "-i", "-H", "Accept-Encoding: gzip, zstd")
    )


def test_an_event_passes_within_50_ms(front: Fronted) -> None:
    console = instructor(front)
    through, direct = Listener(Visitor(front)), Listener(Browser(front.portal.url))
    delays = []
    for name in ("next", "close", "next", "close", "next", "close"):
        sent = time.monotonic()
        console.command(name)
        delays.append(through.first_since(sent) - direct.first_since(sent))
    assert statistics.median(delays) < 0.05, delays


def test_a_body_that_is_too_large_is_refused_as_such(front: Fronted) -> None:
    zeros = front.portal.folder / "zeros"
    zeros.write_bytes(b"0" * 2_500_000)
    for sent in (("--data-binary", f"@{zeros}"), ("-T", str(zeros), "-H", "Content-Length:")):
        said = front.curl("/join", "-X", "POST", "-H", "Expect:", "-H", f"Origin: {front.url}", "-i", *sent)
        assert "HTTP/2 413" in said, said[:300]


def test_a_forged_address_does_not_hide_who_guesses_passwords(front: Fronted) -> None:
    guesser = Visitor(front)
    replies = [
        guesser.post("/admin/login", data={"password": "guess"}, headers={"X-Forwarded-For": f"198.51.100.{number}"})
        for number in range(12)
    ]
    assert replies[0].status_code == 401
    assert replies[-1].status_code == 429


def test_what_never_ends_is_dropped_and_a_silent_stream_is_not(front: Fronted) -> None:
    lasted: dict[str, float] = {}
    stream = Listener(Visitor(front))
    threads = [
        threading.Thread(target=lasts, args=(front, name, opening, drop, lasted))
        for name, opening, drop in (
            ("silent socket", b"", b""),
            ("trickled headers", b"POST /join HTTP/1.1\r\nHost: localhost\r\n", b"X-A: b\r\n"),
            ("trickled body", b"POST /join HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n", b"a"),
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lasted) == 3
    assert all(1 < seconds <= PATIENCE for seconds in lasted.values()), lasted
    assert stream.is_open


def test_a_form_sent_while_the_program_restarts_is_not_lost(tmp_path: Path) -> None:
    with fronted(tmp_path, patience=60) as front:
        students = [joined(front, f"s{number}") for number in range(8)]
        instructor(front).command("next")
        front.portal.kill()
        replies: list[str] = []
        threads = [threading.Thread(target=lambda who=who: replies.append(answer(who))) for who in students]
        for thread in threads:
            thread.start()
        time.sleep(1)  # the forms are on their way, and nobody is there
        front.start()
        for thread in threads:
            thread.join()
        assert replies == ["B"] * len(students)


def test_a_page_asked_for_while_the_program_is_down_says_so_and_comes_back_by_itself(tmp_path: Path) -> None:
    with fronted(tmp_path, patience=1) as front:
        visitor = joined(front, "ada")
        front.portal.kill()
        reply = visitor.get("/")
        assert reply.status_code == 503
        assert "restarting" in reply.text
        assert reply.headers["refresh"] == "3"


def answer(who: Browser) -> str:
    return stage_of(who.tap("/answer", question=0, answer="B").text).get("answer", "")


class Listener:
    """Holds the projector's stream open and notes when something came."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._came: list[float] = []
        self._news = threading.Condition()
        self.is_open = True
        threading.Thread(target=self._listen, daemon=True).start()
        self.first_since(0)

    def first_since(self, moment: float) -> float:
        with self._news:
            assert self._news.wait_for(lambda: self._came and self._came[-1] > moment, timeout=10), "nothing came"
            return next(at for at in self._came if at > moment)

    def _listen(self) -> None:
        with suppress(Exception), self._browser.stream("GET", "/projector/stream", timeout=None) as stream:
            for _ in stream.iter_raw():
                with self._news:
                    self._came.append(time.monotonic())
                    self._news.notify_all()
        self.is_open = False


def lasts(front: Fronted, name: str, opening: bytes, drop: bytes, lasted: dict[str, float]) -> None:
    """Notes for how many seconds the server puts up with a request that never ends."""
    connection = front.socket()
    connection.settimeout(0.5)
    began = time.monotonic()
    with suppress(OSError):
        connection.sendall(opening)
        while time.monotonic() < began + 2 * PATIENCE:
            if drop:
                connection.sendall(drop)
            with suppress(TimeoutError):
                if not connection.recv(4096):
                    break
    connection.close()
    lasted[name] = time.monotonic() - began
