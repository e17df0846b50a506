"""The head of a reply travels with its body: one call of the system and one packet, however uvicorn writes them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from portal import server
from portal.server import WholeReplies
from tests.serving import Browser, serving, student

HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"


class Wire(asyncio.Transport):
    """What was sent, a piece for each call of the system."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent.append(bytes(data))

    def close(self) -> None:
        self.sent.append(b"(closed)")


def test_a_head_waits_for_its_body_and_for_nothing_else() -> None:
    wire = Wire()
    replies = WholeReplies(wire)
    replies.write(HEAD)
    assert wire.sent == []
    replies.write(b"ok")
    replies.write(b"more")
    assert wire.sent == [HEAD + b"ok", b"more"]


def test_who_waits_to_be_told_to_go_on_is_told_at_once() -> None:
    wire = Wire()
    WholeReplies(wire).write(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert wire.sent == [b"HTTP/1.1 100 Continue\r\n\r\n"]


@pytest.mark.parametrize(("end", "left"), [("flush", []), ("close", [b"(closed)"])])
def test_a_head_without_a_body_is_sent_all_the_same(end: str, left: list[bytes]) -> None:
    wire = Wire()
    replies = WholeReplies(wire)
    replies.write(HEAD)
    getattr(replies, end)()
    assert wire.sent == [HEAD, *left]


@contextmanager
def overheard(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[bytes]]]:
    """A server, and every piece that it sends."""
    sent: list[bytes] = []

    class Overheard(WholeReplies):
        def __init__(self, transport: asyncio.Transport) -> None:
            super().__init__(cast("asyncio.Transport", _Tap(transport, sent)))

    monkeypatch.setattr(server, "WholeReplies", Overheard)
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


def test_a_page_a_redirect_and_a_reply_to_head_are_one_piece_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with overheard(tmp_path, monkeypatch) as (url, sent):
        ada = student(url, "ada")
        sent.clear()
        assert ada.get("/").status_code == 200
        assert Browser(url).head("/").status_code == 200
        assert ada.tap("/code").status_code < 400
        assert [piece[:8] for piece in sent] == [b"HTTP/1.1"] * 3
        assert b"</html>" in sent[0]
