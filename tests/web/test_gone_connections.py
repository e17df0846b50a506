"""A connection that is closed leaves nothing in memory until the collector comes, which is seldom."""

import asyncio
import gc
import socket
import weakref
from collections.abc import Iterator
from pathlib import Path
from threading import Semaphore
from urllib.parse import urlsplit

import pytest

from portal.protocol import PunctualProtocol
from tests.serving import pool_text, serving, student

PHONES = 5
LIMIT = 10.0  # seconds
HEAD = b"GET %s HTTP/1.1\r\nHost: x\r\nCookie: %s"


@pytest.fixture
def uncollected() -> Iterator[None]:
    """The collector keeps away."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("path", [b"/stream", b"/", b""], ids=["stream", "page", "half a request"])
def test_a_phone_that_is_gone_is_forgotten_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: bytes
) -> None:
    came, went, made = Semaphore(0), Semaphore(0), PunctualProtocol.connection_made

    def watched(protocol: PunctualProtocol, transport: asyncio.Transport) -> None:
        made(protocol, transport)
        weakref.finalize(protocol, went.release)
        came.release()

    with serving(tmp_path, pool_text("B")) as url:
        ada = student(url, "ada")
        cookie = "; ".join(f"{name}={value}" for name, value in ada.cookies.items())
        monkeypatch.setattr(PunctualProtocol, "connection_made", watched)
        address = urlsplit(url)
        phones = [socket.create_connection((address.hostname, address.port), LIMIT) for _ in range(PHONES)]
        for phone in phones:
            assert came.acquire(timeout=LIMIT)
            phone.sendall(HEAD % (path or b"/", cookie.encode()) + (b"\r\n\r\n" if path else b""))
            if path:
                assert phone.recv(1) == b"H"  # the rest is not taken: it has not said goodbye
            phone.close()
        assert all(went.acquire(timeout=LIMIT) for _ in phones), "they have gone, and are still known"
