"""A reply travels in one piece: one call of the system and one packet, and nothing of it is lost for that."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import pytest

from portal.protocol import READ_SIZE, PunctualProtocol
from tests.serving import Browser, serving, student

LIMIT = 10.0  # seconds


@contextmanager
def overheard(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[bytes]]]:
    """A server, and every piece that it sends."""
    sent: list[bytes] = []
    made = PunctualProtocol.connection_made

    def tapped(protocol: PunctualProtocol, transport: asyncio.Transport) -> None:
        made(protocol, cast("asyncio.Transport", _Tap(transport, sent)))

    monkeypatch.setattr(PunctualProtocol, "connection_made", tapped)
    with serving(folder) as url:
        yield url, sent


class _Tap:
    def __init__(self, transport: asyncio.Transport, sent: list[bytes]) -> None:
        self._transport, self._sent = transport, sent

    def write(self, data: bytes) -> None:
        self._sent.append(data)
        self._transport.write(data)

    def __getattr__(self, name: str) -> object:
        return getattr(self._transport, name)


def test_pages_redirects_files_and_refusals_are_one_piece_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with overheard(tmp_path, monkeypatch) as (url, sent):
        ada = student(url, "ada")
        sent.clear()
        assert ada.get("/").status_code == 200
        assert ada.tap("/code").status_code < 400
        assert ada.get("/static/portal.css").status_code == 200
        assert ada.tap("/answer", question=0, answer="B").status_code == 409
        assert ada.get("/nowhere").status_code == 404
        assert [piece[:8] for piece in sent] == [b"HTTP/1.1"] * 5
        assert b"</html>" in sent[0]


def test_a_whole_reply_says_what_a_reply_in_parts_says(tmp_path: Path) -> None:
    with serving(tmp_path) as url:
        for browser in (Browser(url), student(url, "ada")):
            whole, parts = browser.get("/"), browser.head("/")
            unlike = {"date", "content-length"}
            assert {name: value for name, value in whole.headers.items() if name not in unlike} == {
                name: value for name, value in parts.headers.items() if name not in unlike
            }


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[socket.socket]:
    with serving(tmp_path) as url:
        address = urlsplit(url)
        with socket.create_connection((address.hostname, address.port), LIMIT) as connection:
            yield connection


def page(phone: socket.socket) -> bytes:
    """What comes until a page is whole, or the end."""
    text = b""
    while b"</html>" not in text and (piece := phone.recv(65_536)):
        text += piece
    return text


@pytest.mark.parametrize(
    "request_", [b"GET / HTTP/1.0\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"]
)
def test_who_asks_for_the_end_is_told_so_and_gets_it(phone: socket.socket, request_: bytes) -> None:
    phone.sendall(request_)
    text = b"".join(iter(lambda: phone.recv(65_536), b""))
    assert b"\r\nconnection: close\r\n" in text
    assert b"</html>" in text


def test_a_refusal_does_not_wait_for_the_rest_of_the_form(phone: socket.socket) -> None:
    phone.sendall(b"POST /answer HTTP/1.1\r\nHost: x\r\nOrigin: http://evil\r\nContent-Length: 5\r\n\r\nab")
    assert b"HTTP/1.1 403 " in phone.recv(65_536)
    phone.sendall(b"cdeGET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"HTTP/1.1 200 " in page(phone)


def test_whoever_waits_to_be_told_to_go_on_is_told(phone: socket.socket) -> None:
    phone.sendall(b"POST /join HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 25\r\n\r\n")
    assert phone.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
    phone.sendall(b"student_id=ada&name=Ada&x")
    assert b"HTTP/1.1 303 " in phone.recv(65_536)


@pytest.mark.parametrize("value", [b"a\r\nSet-Cookie: x=1", b"a\nb", b"a\x00"])
def test_a_value_that_would_tear_the_head_is_never_sent(value: bytes) -> None:
    protocol = PunctualProtocol.__new__(PunctualProtocol)
    sent: list[bytes] = []
    scope: dict[str, object] = {}
    protocol.transport = _Open(sent)
    protocol.flow = type("Flow", (), {"write_paused": False})()
    protocol.cycle = type("Cycle", (), {"scope": scope, "response_started": False, "default_headers": []})()
    assert not protocol.reply(scope, 200, [(b"location", value)], b"", b""), "uvicorn, which refuses it, is to send it"
    assert not sent


def test_a_connection_reads_no_more_at_once_than_is_soon_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The attribute is asyncio's, which does not promise it."""
    seen: list[tuple[int, int]] = []
    made = PunctualProtocol.connection_made

    def looking(protocol: PunctualProtocol, transport: asyncio.Transport) -> None:
        made(protocol, transport)
        seen.append((getattr(type(transport), "max_size", 0), vars(transport)["max_size"]))

    monkeypatch.setattr(PunctualProtocol, "connection_made", looking)
    with serving(tmp_path) as url:
        assert Browser(url).get("/").status_code == 200
    assert seen
    assert all(ours == READ_SIZE < theirs for theirs, ours in seen)


class _Open(asyncio.Transport):
    def __init__(self, sent: list[bytes]) -> None:
        super().__init__()
        self._sent = sent

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._sent.append(bytes(data))

    def is_closing(self) -> bool:
        return False
