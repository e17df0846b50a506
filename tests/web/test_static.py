"""Static files over the wire: few, compressed without a proxy's help, and kept by the browser."""

import asyncio
import gzip
import re

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from portal import assets
from portal.paths import STATIC
from portal.web.files import Files
from tests.security.asking import ask


def app() -> Starlette:
    return Starlette(routes=[Mount("/static", Files(directory=STATIC))])


@pytest.fixture
def browser() -> TestClient:
    return TestClient(app())


def plain(browser: TestClient, address: str) -> httpx2.Response:
    return browser.get(address, headers={"Accept-Encoding": "identity"})


@pytest.mark.parametrize("name", [assets.SCRIPT, "portal.css", "icons.svg", "vendor/htmx-4.0.1.min.js"])
def test_a_text_goes_compressed_to_whoever_takes_it(browser: TestClient, name: str) -> None:
    whole, small = (
        plain(browser, f"/static/{name}"),
        browser.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"}),
    )
    assert small.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in whole.headers
    assert small.content == whole.content == assets.content(name)
    assert int(small.headers["content-length"]) < 0.45 * int(whole.headers["content-length"])
    assert small.headers["vary"] == whole.headers["vary"] == "Accept-Encoding"
    assert small.headers["content-type"] == whole.headers["content-type"]
    assert gzip.decompress(assets.compressed(name)) == assets.content(name)


def test_the_script_is_htmx_then_its_extension_then_ours(browser: TestClient) -> None:
    script = plain(browser, assets.static_url(assets.SCRIPT)).text
    parts = [
        (STATIC / name).read_text() for name in ("vendor/htmx-4.0.1.min.js", "vendor/hx-sse-4.0.1.min.js", "portal.js")
    ]
    assert script == "\n".join(parts)


def test_what_a_browser_has_is_not_sent_again(browser: TestClient) -> None:
    first = browser.get("/static/portal.css", headers={"Accept-Encoding": "gzip"})
    assert first.headers["cache-control"] == "no-cache"
    again = browser.get(
        "/static/portal.css", headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    other = browser.get(
        "/static/portal.css", headers={"Accept-Encoding": "identity", "If-None-Match": first.headers["etag"]}
    )
    assert other.status_code == 200, "the compressed one is another thing than the plain one"


def test_an_address_with_a_version_is_good_for_ever(browser: TestClient) -> None:
    address = assets.static_url("portal.css")
    assert re.fullmatch(r"/static/portal\.css\?v=[0-9a-f]{10}", address)
    assert "immutable" in browser.get(address).headers["cache-control"]


def test_a_picture_goes_as_it_is(browser: TestClient) -> None:
    picture = browser.get("/static/screens.jpg", headers={"Accept-Encoding": "gzip"})
    assert picture.content == (STATIC / "screens.jpg").read_bytes()
    assert "content-encoding" not in picture.headers


@pytest.mark.parametrize("name", ["nothing.css", "../pyproject.toml", "vendor", "vendor/../../README.md"])
def test_what_is_not_there_is_not_found(name: str) -> None:
    """Asked without a client, which would resolve the dots before it sends them."""
    reply = asyncio.run(ask(app(), "GET", f"/static/{name}"))
    assert reply.status == 404
