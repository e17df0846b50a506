"""Every form with every kind of bad input: a 4xx with a sentence, never a 5xx, and nobody else notices."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import Browser, Console, serving, stage_of, student

NASTY = [
    "",
    " ",
    "-1",
    "1e3",
    "0x1",
    "1.0",
    "\uff11",
    "\u0663",
    "999999999999999999999",
    "true",
    "null",
    "NaN",
    "A" * 5000,
    "\x00",
    "\ud7ff\U0001f98a",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "A,B",
    "E",
    "[]",
    "{}",
    "a\r\nSet-Cookie: x=y",
]
BODIES = [
    b"\xff\xfe\xfa",
    b"question=%ff%fe&answer=%80",
    b"&&&===;;;",
    b"question",
    b"a=1&" * 100,
    b'{"question": 0, "answer": "A"}',
    b"question=0&question=1&answer=A",
    b"x" * (17 * 1024),
    b"",
    b"question=%00&answer=%00",
]
STUDENT_FORMS = {
    "/join": ("student_id", "name"),
    "/answer": ("question", "answer", "round"),
    "/event": ("kind",),
}
CONSOLE_FORMS = {
    "/admin/next": ("turn",),
    "/admin/open": ("turn", "question", "time_limit"),
    "/admin/close": ("turn",),
    "/admin/extend": ("turn", "seconds"),
    "/admin/standings": ("turn",),
    "/admin/reopen": ("turn",),
    "/admin/end": ("turn",),
    "/admin/reset": ("turn",),
    "/admin/lock": ("turn",),
    "/admin/unlock": ("turn",),
    "/admin/pools": ("pool_text",),
    "/admin/pools/select": ("name",),
}
SENTENCE = re.compile(r"[A-Z“][^<>]{10,}[.!?]")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("bad")) as address:
        Console(address).command("next")
        yield address


@pytest.fixture(scope="module")
def console(url: str) -> Console:
    return Console(url)


@pytest.fixture(scope="module")
def ada(url: str) -> Browser:
    return student(url, "ada")


@pytest.mark.parametrize(("path", "field"), [(path, each) for path, fields in STUDENT_FORMS.items() for each in fields])
def test_a_student_s_form_refuses_nonsense_in_each_field(ada: Browser, path: str, field: str) -> None:
    good = {"student_id": "eve", "name": "Eve", "question": "0", "answer": "B", "kind": "blur"}
    for nasty in NASTY:
        if (path, field) == ("/answer", "round") and not nasty:
            continue  # no round means the present one
        fields = {name: good[name] for name in STUDENT_FORMS[path] if name in good} | {field: nasty}
        reply = ada.tap(path, **fields)
        # some nonsense is a student id or a name all the same, and then it is taken or somebody has it
        taken = path == "/join" and reply.status_code in (303, 409)
        assert taken or 400 <= reply.status_code < 500, f"{path} {field}={nasty!r}: {reply.status_code}"
        if not taken:
            assert SENTENCE.search(reply.text), f"{path} {field}={nasty!r} says nothing"
    assert ada.stage()["state"] == "question_open"
    assert "answer" not in ada.stage(), "no nonsense was taken for an answer"


@pytest.mark.parametrize(("path", "field"), [(path, each) for path, fields in CONSOLE_FORMS.items() for each in fields])
def test_a_console_s_form_refuses_nonsense_in_each_field(console: Console, path: str, field: str) -> None:
    before = console.stage("/admin/")
    for nasty in NASTY:
        if (path, field) == ("/admin/open", "time_limit") and not nasty:
            continue  # no time limit means the question's own
        good = {"turn": before["turn"], "question": "1", "seconds": "10"}
        fields = {name: good[name] for name in CONSOLE_FORMS[path] if name in good} | {field: nasty}
        reply = console.tap(path, **fields)
        assert 400 <= reply.status_code < 500, f"{path} {field}={nasty!r}: {reply.status_code}"
        assert SENTENCE.search(reply.text), f"{path} {field}={nasty!r} says nothing"
    assert console.stage("/admin/")["turn"] == before["turn"], "nothing was changed"


@pytest.mark.parametrize(
    "path", [*STUDENT_FORMS, "/code", *CONSOLE_FORMS, "/admin/login", "/admin/participants/ada/clear"]
)
def test_a_body_that_is_no_form_is_refused_with_a_sentence(url: str, console: Console, path: str) -> None:
    browser = console if path.startswith("/admin") else student(url, f"b{abs(hash(path)) % 10**6}")
    for body in BODIES:
        if path in ("/code", "/admin/login", "/admin/participants/ada/clear"):
            continue  # these read no field that a body could spoil
        headers = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
        reply = browser.post(path, content=body, headers=headers)
        assert 400 <= reply.status_code < 500, f"{path} {body[:30]!r}: {reply.status_code}"
        assert SENTENCE.search(reply.text), f"{path} {body[:30]!r} says nothing"


def test_a_form_of_another_kind_is_refused(ada: Browser) -> None:
    for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain"):
        reply = ada.post("/answer", content=b"question=0&answer=B", headers={"Content-Type": kind})
        assert reply.status_code == 415
        assert SENTENCE.search(reply.text)


@pytest.mark.parametrize(
    "path", ["/nope", "/admin/nope", "/static/%2e%2e/pyproject.toml", "/static/vendor/%2e%2e/%2e%2e/README.md"]
)
def test_a_page_that_is_not_there_says_so(console: Console, path: str) -> None:
    reply = console.get(path)
    assert reply.status_code == 404
    assert SENTENCE.search(reply.text)
    assert "build-system" not in reply.text
    assert "## Promises" not in reply.text


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/answer"), ("POST", "/stream"), ("PUT", "/"), ("DELETE", "/admin/")]
)
def test_a_method_that_a_page_does_not_take_is_refused(ada: Browser, method: str, path: str) -> None:
    reply = ada.request(method, path)
    assert reply.status_code == 405
    assert SENTENCE.search(reply.text)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
def test_a_form_of_another_site_is_refused(url: str, console: Console, headers: dict[str, str]) -> None:
    before = console.stage("/admin/")
    for path in ("/admin/next", "/admin/reset", "/answer", "/join", "/admin/login"):
        reply = console.post(path, data={"turn": before["turn"]}, headers=headers)
        assert reply.status_code == 403, path
        assert SENTENCE.search(reply.text)
    assert console.stage("/admin/")["turn"] == before["turn"]


def test_refusals_of_answers_say_which(url: str, console: Console, ada: Browser) -> None:
    def refused(**fields: object) -> tuple[int, str]:
        reply = ada.tap("/answer", **fields)
        return reply.status_code, stage_of(reply.text).get("error", "")

    assert refused(question=0, answer="E") == (422, "bad_answer")
    assert refused(question=7, answer="A") == (422, "bad_answer")
    assert refused(question=1, answer="A") == (409, "stale")
    assert refused(question=0, answer="A", round=2) == (409, "stale")
    reply = Browser(url).tap("/answer", question=0, answer="A")
    assert (reply.status_code, 'data-error="no_identity"' in reply.text) == (401, True)


def test_the_login_is_limited_to_ten_attempts_a_minute(tmp_path: Path) -> None:
    with serving(tmp_path) as url:
        browser, inside = Browser(url), Console(url)
        statuses = [browser.post("/admin/login", data={"password": "guess"}).status_code for _ in range(12)]
        assert statuses[:9] == [401] * 9
        assert statuses[-1] == 429
        forged = browser.post("/admin/login", data={"password": "guess"}, headers={"X-Forwarded-For": "1.2.3.4"})
        assert forged.status_code in (401, 429)  # loopback is a trusted proxy by default
        assert inside.get("/admin/").status_code == 200
        assert inside.stage("/admin/")["state"] == "lobby", "who is in stays in"
