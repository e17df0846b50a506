"""Other sites, forged hosts and proxies: who may post a form, whose address is believed, where a redirect may lead."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from portal.web.console import ADDRESS
from portal.web.routes import TABLE
from tests.security.asking import a_class, ask
from tests.security.matrix import place
from tests.serving import Browser, Console, serving, student

OURS = {"/", *ADDRESS.values()}
"""Every address that a redirect may name: all of them fixed, none with a host."""
ELSEWHERE = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": "http://quiz.test"},
    {"sec-fetch-site": ""},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://quiz.test.evil.example"},
    {"origin": "http://quiz.test:8080"},
    {"origin": "http://["},
    {"origin": "quiz.test"},
    {"origin": ""},
]
HOSTS = [
    *(
        "evil.example",
        "quiz.test:99999",
        "quiz.test@evil.example",
        "[::1",
        "a b",
        "",
        "x" * 5000,
        "evil.example/path?x#y",
    ),
    *("127.0.0.1\\evil", "<script>alert(1)</script>", "\xff\xfe", "evil.example, quiz.test"),
]
FORWARDED = [
    "x-forwarded-host",
    "x-forwarded-server",
    "x-original-url",
    "x-rewrite-url",
    "x-forwarded-prefix",
    "forwarded",
]


@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
def test_a_form_that_another_site_made_is_refused_at_every_route(tmp_path: Path, headers: dict[str, str]) -> None:
    async def lecture() -> None:
        async with a_class(tmp_path) as room:
            before, tried = room.written(), 0
            for method, path, _, _ in TABLE:
                if method == "POST":
                    for role in ("instructor", "student"):
                        sent = {**headers, "cookie": room.cookies[role]}
                        reply = await ask(room.app, "POST", place(path, "ada"), sent, b"turn=1&run=2")
                        assert reply.status == 403, path
                        tried += 1
            assert tried > 40
            assert room.written() == before

    asyncio.run(lecture())


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"origin": "http://quiz.test"},
        {"sec-fetch-site": "none"},
        {"origin": "https://join.example", "host": "10.0.0.9"},
    ],
    ids=str,
)
def test_a_form_of_our_own_pages_is_taken(tmp_path: Path, headers: dict[str, str]) -> None:
    async def lecture() -> None:
        async with a_class(tmp_path, public_url="https://join.example") as room:
            sent = {**headers, "cookie": room.cookies["instructor"]}
            reply = await ask(room.app, "POST", "/admin/close", sent, b"turn=1&run=2")
            assert reply.status == 303

    asyncio.run(lecture())


def test_no_host_that_a_request_names_reaches_the_join_address_or_a_redirect(tmp_path: Path) -> None:
    async def lecture() -> None:
        async with a_class(tmp_path) as room:
            pictures, locations = set(), set()
            hostile = [{"host": host} for host in HOSTS]
            hostile += [{name: host} for name in FORWARDED for host in HOSTS]
            hostile += [{"x-forwarded-proto": scheme} for scheme in ("https", "javascript", "\xff")]
            for headers in [{}, *hostile]:
                as_instructor = {**headers, "cookie": room.cookies["instructor"]}
                picture = await ask(room.app, "GET", "/qr.svg", headers)
                pictures.add((picture.status, hashlib.sha256(picture.body).hexdigest()))
                hall = await ask(room.app, "GET", "/projector", headers)
                page = await ask(room.app, "GET", "/admin/room", as_instructor)
                assert "join.test" in page.text
                for reply in (hall, page):
                    assert "evil" not in reply.text
                for path in ("/admin", "/admin/people/", "//evil.example/", "/static", "/me/", "/projector/"):
                    reply = await ask(room.app, "GET", path, as_instructor)
                    assert "evil" not in dict(reply.headers).get(b"location", b"").decode()
                    locations |= {value.decode() for name, value in reply.headers if name == b"location"}
            assert len(pictures) == 1, "the code that phones scan changed"
            assert locations == {"/admin/"}

    asyncio.run(lecture())


def test_every_redirect_of_every_route_leads_to_an_address_of_ours(tmp_path: Path) -> None:
    async def lecture() -> None:
        async with a_class(tmp_path) as room:
            seen: set[str] = set()
            for method, path, _, _ in TABLE:
                for role in ("student", "instructor") if path != "/admin/logout" else ("student",):
                    for query in ("", "?next=//evil.example&page=//evil.example&sid=http://evil.example"):
                        reply = await room.ask(method, place(path, "ada") + query, role, turn="0", kind="blur")
                        seen |= {value.decode() for name, value in reply.headers if name == b"location"}
            assert {"/", "/admin/"} <= seen
            assert seen <= OURS

    asyncio.run(lecture())


@pytest.mark.parametrize("kind", ["quiz", "contest"])
@pytest.mark.parametrize("said", ['"><script>x()</script>', "\xff\xfe"])
def test_what_an_address_says_is_never_markup_and_never_a_fault(tmp_path: Path, kind: str, said: str) -> None:
    async def lecture() -> None:
        async with a_class(tmp_path, kind) as room:
            other = "quiz" if kind == "contest" else "contest"
            for method, path, _, _ in TABLE:
                if method == "GET":
                    for name in ("kind", "page", f"kind={other}&page", "show", "v", "theme", "sid"):
                        reply = await room.ask("GET", f"{place(path, 'ada')}?{name}={said}", "instructor")
                        assert reply.status < 500
                        assert b"<script>x" not in reply.body, f"{path} {name}"

    asyncio.run(lecture())


def address_on_record(folder: Path, forwarded: str, trusted: str) -> str:
    """The address that the console shows for somebody who tried a taken id through a proxy that said ``forwarded``."""
    with serving(folder, trusted_proxies=trusted) as url:
        student(url, "ada")
        thief = Browser(url)
        headers = {"X-Forwarded-For": forwarded}
        assert thief.post("/join", data={"student_id": "ada", "name": "Eve"}, headers=headers).status_code == 409
        csv = Console(url).get("/admin/events.csv").text
        return next(line for line in csv.splitlines() if "duplicate_join" in line).rpartition(",")[2]


@pytest.mark.parametrize(
    ("trusted", "forwarded", "recorded"),
    [
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.0/24,127.0.0.1", "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        ("10.9.9.9", "203.0.113.9", "127.0.0.1"),
    ],
)
def test_a_forwarded_address_is_believed_from_trusted_proxies_alone(
    tmp_path: Path, trusted: str, forwarded: str, recorded: str
) -> None:
    assert address_on_record(tmp_path, forwarded, trusted) == recorded


def test_a_thousand_forged_addresses_give_no_more_than_ten_guesses_a_minute(tmp_path: Path) -> None:
    with serving(tmp_path, trusted_proxies="10.9.9.9") as url:
        inside, guesser = Console(url), Browser(url)
        statuses = [
            guesser.post(
                "/admin/login", data={"password": "x"}, headers={"X-Forwarded-For": f"10.0.{n // 250}.{n % 250}"}
            ).status_code
            for n in range(200)
        ]
        assert statuses.count(401) == 9, "the tenth was the instructor's own"
        assert statuses.count(429) == 191
        assert inside.command("next").status_code == 200, "who is in stays in"
