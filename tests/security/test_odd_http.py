"""What no browser sends. Slow sockets are closed in time, odd requests get a 4xx, and the room goes on."""

import asyncio
import resource
import select
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from portal import protocol, server
from tests.crash.sockets import KINDS, besiege
from tests.serving import Browser, Console, serving, student

PATIENCE = 1.5  # seconds, in place of the ten of a real lecture
KEPT = 2  # seconds, in place of 75
SOCKETS = 300


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(protocol, "RECEIPT", PATIENCE)
    with serving(tmp_path) as address:
        yield address


def said(url: str, *parts: bytes, seconds: float = 10, end: bool = False) -> bytes:
    """Everything that the server answers to ``parts`` until it closes the socket or a stream has begun."""
    where = httpx2.URL(url)
    with socket.create_connection((where.host, where.port), seconds) as client:
        for part in parts:
            client.sendall(part)
        if end:
            client.shutdown(socket.SHUT_WR)
        heard = b""
        while (more := client.recv(65_536)) and b"event-stream" not in heard + more:
            heard += more
        return heard + more


def statuses(heard: bytes) -> list[int]:
    return [int(part[:3]) for part in heard.split(b"HTTP/1.1 ")[1:]]


def request(method: str, target: str, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Host: quiz.test", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def cookie_of(who: Browser) -> str:
    """The header line with which ``who`` is known again."""
    return "Cookie: " + "; ".join(f"{name}={value}" for name, value in who.cookies.items())


FORM = "Content-Type: application/x-www-form-urlencoded"
CLOSE = "Connection: close"


def test_hundreds_of_slow_sockets_are_closed_in_time_and_students_join_meanwhile(url: str) -> None:
    siege = asyncio.run(besiege(url, SOCKETS, PATIENCE + 20))
    assert len(siege.sockets) == SOCKETS
    assert {each.kind for each in siege.sockets} == set(KINDS)
    assert siege.open == 0
    assert siege.longest < PATIENCE + 8, "a busy machine may be late, but not by that much"
    assert min(each.lived or 0 for each in siege.sockets if each.kind != "half") > PATIENCE * 0.5
    assert siege.server_errors == 0
    assert siege.visits
    assert siege.failed == []


def test_a_body_that_trickles_longer_than_it_may_is_no_answer(url: str) -> None:
    console, ada = Console(url), student(url, "ada")
    console.command("next")
    head = request("POST", "/answer", FORM, cookie_of(ada), "Content-Length: 40", body=b"question=0&answer=B")
    began = time.monotonic()
    assert 200 not in statuses(said(url, head))
    assert time.monotonic() - began < PATIENCE + 8
    assert "answer" not in ada.stage()


def test_the_rest_of_a_later_form_is_not_waited_for_for_ever(url: str) -> None:
    """A connection that has been answered before gets no more patience than a new one."""
    page, form = request("GET", "/"), request("POST", "/join", FORM, "Content-Length: 40", body=b"student_id=ada")
    assert statuses(said(url, page, form, seconds=PATIENCE + 8)) == [200]


def test_answers_that_come_in_one_piece_are_saved_for_whoever_gave_each(url: str) -> None:
    console, ada, bob = Console(url), student(url, "ada"), student(url, "bob")
    console.command("next")
    given = b""
    for who, choice, last in ((ada, "B", "X: x"), (bob, "C", CLOSE)):
        headers = (FORM, "HX-Request: true", cookie_of(who), "Content-Length: 19", last)
        given += request("POST", "/answer", *headers, body=f"question=0&answer={choice}".encode())
    assert statuses(said(url, given)) == [200, 200]
    assert [who.stage()["answer"] for who in (ada, bob)] == ["B", "C"]


def test_a_form_that_is_too_long_is_refused_though_all_of_it_has_come(url: str) -> None:
    body = b"student_id=ada&name=" + b"a" * 20_000
    form = request("POST", "/join", FORM, CLOSE, f"Content-Length: {len(body)}", body=body)
    assert statuses(said(url, form)) == [413]


def test_an_answer_whose_body_was_swallowed_by_an_upgrade_is_refused_never_acknowledged(url: str) -> None:
    console, ada = Console(url), student(url, "ada")
    console.command("next")
    for upgrade in ("websocket", "h2c"):
        headers = (FORM, cookie_of(ada), "Connection: Upgrade, close", f"Upgrade: {upgrade}", "Content-Length: 19")
        heard = said(url, request("POST", "/answer", *headers, body=b"question=0&answer=B"))
        assert all(400 <= status < 500 for status in statuses(heard)), heard[:200]
    assert "answer" not in ada.stage()


@pytest.mark.parametrize(
    "smuggled",
    [
        request(
            "POST", "/join", FORM, "Content-Length: 5", "Transfer-Encoding: chunked", body=b"0\r\n\r\nGET /x HTTP/1.1"
        ),
        request("POST", "/join", FORM, "Content-Length: 5", "Content-Length: 6", body=b"abcde"),
        request("POST", "/join", FORM, "Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n"),
        request("POST", "/join", FORM, "Content-Length: -1"),
        request("POST", "/join", FORM, "Content-Length : 5", body=b"abcde"),
        request("GET", "/", "Bad Header: x"),
        request("GET", "/", "X: a\rb"),
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
    ids=range(11),
)
def test_a_request_with_two_readings_is_refused(url: str, smuggled: bytes) -> None:
    heard = statuses(said(url, smuggled))
    assert heard in ([], [400]), heard


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("http://evil.example/", 200),
        ("http://evil.example/admin/people", 401),
        ("//evil.example/", 404),
        ("/?q=\xff\xfe", None),
        ("/%ff%fe", 404),
        ("/%00", 404),
        ("/static/%00", 404),
        ("/static/..%2f..%2fpyproject.toml", 404),
        ("/static/%2e%2e/%2e%2e/etc/passwd", 404),
        ("/admin/runs/" + "9" * 5000 + "/", 401),
        ("*", None),
        ("/" + "a" * 20_000, 404),
    ],
)
def test_an_odd_target_is_a_page_or_a_4xx(url: str, target: str, expected: int | None) -> None:
    heard = said(url, request("GET", target, CLOSE))
    assert expected is None or statuses(heard) == [expected]
    assert all(status < 500 for status in statuses(heard))
    assert b"Location: http" not in heard
    assert b"build-system" not in heard


def test_two_hundred_kilobytes_of_headers_are_not_listened_to(url: str) -> None:
    many = [f"X-{number}: {'a' * 1000}" for number in range(200)]
    began = time.monotonic()
    try:
        heard = said(url, request("GET", "/", *many, CLOSE))
    except (BrokenPipeError, ConnectionResetError):
        heard = b""
    assert all(status in (400, 431) for status in statuses(heard))
    assert time.monotonic() - began < PATIENCE + 5
    assert Browser(url).get("/").status_code == 200


def test_a_form_behind_too_large_a_head_is_nobody_s_fault(url: str, caplog: pytest.LogCaptureFixture) -> None:
    many = [f"X-{number}: {'a' * 1000}" for number in range(40)]
    with suppress(BrokenPipeError, ConnectionResetError):
        assert said(url, request("POST", "/join", *many, "Content-Length: 3", body=b"x=1")) == b""
    assert Browser(url).get("/").status_code == 200
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize(
    "before",
    [
        request("GET", "/healthz"),
        b"POST /answer HTTP/1.1\r\nHost: quiz.test\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n",
    ],
    ids=["behind another request", "behind a body"],
)
def test_headers_are_not_listened_to_for_standing_elsewhere(url: str, before: bytes) -> None:
    many = "".join(f"X-{number}: {'a' * 1000}\r\n" for number in range(60))
    head = f"GET / HTTP/1.1\r\nHost: quiz.test\r\n{many}\r\n" if before.startswith(b"GET") else f"{many}\r\n"
    later = request("GET", "/healthz", CLOSE)
    try:
        heard = said(url, before + head.encode() + later)
    except (BrokenPipeError, ConnectionResetError):
        heard = b""
    assert len(statuses(heard)) <= 1, "the last request was never reached"
    assert Browser(url).get("/").status_code == 200


def test_headers_that_come_in_two_pieces_behind_another_request_are_not_listened_to(url: str) -> None:
    where = httpx2.URL(url)
    many = "".join(f"X-{number}: {'a' * 1000}\r\n" for number in range(60))
    with socket.create_connection((where.host, where.port), 10) as client, suppress(BrokenPipeError, ConnectionError):
        client.sendall(request("GET", "/healthz") + f"GET /healthz HTTP/1.1\r\nHost: quiz.test\r\n{many}".encode())
        heard = client.recv(65_536)  # the first is answered: what came with it has been read
        client.sendall(f"{CLOSE}\r\n\r\n".encode())
        while more := client.recv(65_536):
            heard += more
    assert statuses(heard) == [200], "the second was not answered"


def test_a_header_without_an_end_is_not_kept_as_long_as_it_comes(url: str) -> None:
    where, sent = httpx2.URL(url), 0
    with socket.create_connection((where.host, where.port), 10) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: quiz.test\r\nX-Long: ")
        with suppress(BrokenPipeError, ConnectionResetError):
            while sent < 128 * 1024 * 1024:
                sent += client.send(b"a" * 65_536)
    assert sent < 16 * 1024 * 1024, "what two sockets hold at most, and not what was listened to for a time"
    assert Browser(url).get("/").status_code == 200


def test_a_kept_connection_lasts_while_it_is_used_and_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "KEEP_ALIVE", KEPT)
    with serving(tmp_path) as url:
        where = httpx2.URL(url)
        with socket.create_connection((where.host, where.port), KEPT + 8) as client:
            for _ in range(4):
                client.sendall(request("GET", "/healthz"))
                assert statuses(client.recv(65_536)) == [200]
                closed, _, _ = select.select([client], [], [], KEPT * 0.4)
                assert not closed, "the last reply is not that long ago, only the first"
            client.sendall(b"\r\n")  # an empty line begins no request
            assert client.recv(65_536) == b""


def test_pipelined_requests_are_answered_in_order_and_one_stream_ends_the_line(url: str) -> None:
    get, last = request("GET", "/qr.svg"), request("GET", "/nope", CLOSE)
    assert statuses(said(url, get * 20 + last)) == [200] * 20 + [404]
    assert statuses(said(url, get + request("GET", "/projector/stream") + get * 50))[:2] == [200, 200]
    assert Browser(url).get("/healthz").status_code == 200


def test_half_a_request_and_a_shut_door_are_no_fault(url: str, caplog: pytest.LogCaptureFixture) -> None:
    said(url, request("POST", "/join", FORM, "Content-Length: 50", body=b"student_id="), end=True)
    said(url, b"GET / HT", end=True)
    assert Browser(url).get("/").status_code == 200
    assert not [record for record in caplog.records if record.levelname == "ERROR"], "nobody's bug"


def test_head_of_a_stream_ends(url: str) -> None:
    for path in ("/stream", "/projector/stream"):
        heard = said(url, request("HEAD", path, CLOSE))
        assert statuses(heard) == [200], path
        assert heard.endswith(b"\r\n\r\n"), "no message"


def test_the_program_asks_the_system_for_as_many_sockets_as_it_may_have(url: str) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft == min(hard, server.MOST_SOCKETS) or soft >= server.MOST_SOCKETS
