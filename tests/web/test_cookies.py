"""Cookies of ours: written as Starlette writes them, known again, and no others remembered."""

import pytest
from starlette.requests import Request
from starlette.responses import Response

from portal.web import cookies
from portal.web.cookies import CookieSigner

VALUES = ["1/ada/AbC-_9.sig-_", "12/t7/x.y", "1/a.b-c_D/0.0"]


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("tls", [False, True])
def test_a_cookie_is_written_as_starlette_writes_it(value: str, *, tls: bool) -> None:
    ours, theirs = Response(), Response()
    cookies.add(ours, "portal", value, 3600, tls=tls)
    theirs.set_cookie("portal", value, max_age=3600, path="/", secure=tls, httponly=True, samesite="lax")
    assert ours.raw_headers == theirs.raw_headers


def test_what_one_signer_has_signed_another_does_not_know() -> None:
    students, teams = CookieSigner("key", "students"), CookieSigner("key", "teams")
    cookie = students.sign(VALUES[0])
    assert students.value(cookie) == VALUES[0]
    assert teams.value(cookie) is None
    assert CookieSigner("key", "students").value(cookie) == VALUES[0], "after a restart, too"


def test_cookies_of_others_are_not_remembered_and_ours_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cookies, "MOST_KNOWN", 3)
    signer = CookieSigner("key", "salt")
    for number in range(10):
        assert signer.value(f"{number}.forged") is None
    assert signer.value(CookieSigner("key", "salt").sign("x" * cookies.LONGEST)) is None
    assert signer.known == 0
    made = [signer.sign(str(number)) for number in range(10)]
    assert signer.known <= 3
    assert [signer.value(each) for each in made] == [str(number) for number in range(10)]


def sent_with(*lines: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", line.encode()) for line in lines]})


@pytest.mark.parametrize(
    "lines",
    [
        ['portal="1/ada/x.y"'],
        ["portal=1/ada/x.y"],
        ['theme=dark; portal="1/ada/x.y"; portal_team="2/t7/x.y"'],
        ['xportal="1/eve/x.y"; portal="1/ada/x.y"'],
        ['portal="1/eve/x.y"; portal="1/ada/x.y"'],
        ['theme=dark;portal="1/ada/x.y"'],
        ['theme=dark ;  portal = "1/ada/x.y" ;x'],
        ["theme=dark", 'portal="1/ada/x.y"'],
    ],
)
def test_a_cookie_is_found_wherever_it_stands(lines: list[str]) -> None:
    assert cookies.given(sent_with(*lines), "portal") == "1/ada/x.y"


@pytest.mark.parametrize(
    "lines", [[], [""], ["theme=dark"], ["xportal=1; portal_team=2"], ["portal"], ["theme=portal"]]
)
def test_a_cookie_that_was_not_sent_is_empty(lines: list[str]) -> None:
    assert cookies.given(sent_with(*lines), "portal") == ""
