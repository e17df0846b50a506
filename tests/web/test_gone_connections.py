"""A connection that is closed leaves nothing in memory until the collector comes, which is seldom."""

import gc
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from portal.server import PunctualProtocol
from tests.serving import pool_text, serving, student

PHONES = 5
REQUESTS = {
    "stream": b"GET /stream HTTP/1.1\r\nHost: x\r\nCookie: %s\r\n\r\n",
    "page": b"GET / HTTP/1.1\r\nHost: x\r\nCookie: %s\r\n\r\n",
    "half a request": b"GET / HTTP/1.1\r\nHost: x\r\nCookie: %s",
}


@pytest.fixture
def uncollected() -> Iterator[None]:
    """The collector keeps away."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def known() -> int:
    """How many connections are in memory."""
    return sum(isinstance(each, PunctualProtocol) for each in gc.get_objects())


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS.keys())
def test_a_phone_that_is_gone_is_forgotten_at_once(tmp_path: Path, request_: bytes) -> None:
    with serving(tmp_path, pool_text("B")) as url:
        ada = student(url, "ada")
        cookie = "; ".join(f"{name}={value}" for name, value in ada.cookies.items())
        before = known()
        address = urlsplit(url)
        phones = [socket.create_connection((address.hostname, address.port)) for _ in range(PHONES)]
        for phone in phones:
            phone.sendall(request_ % cookie.encode())
        until = time.monotonic() + 10
        while known() < before + PHONES:
            assert time.monotonic() < until, "they have not come"
            time.sleep(0.02)  # no event tells what is in memory
        for phone in phones:
            phone.close()
        while known() > before:
            assert time.monotonic() < until, "they have gone, and are still known"
            time.sleep(0.02)  # no event tells what is in memory
