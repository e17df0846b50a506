"""Which language a browser gets for what it asks."""

import pytest

from portal.web.language import Spoken, asked_for


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [
        ("", "en"),
        ("de", "de"),
        ("DE", "de"),
        ("de-AT", "de"),
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("en;q=0.5, de;q=0.6", "de"),
        ("en;q=0.5,de;q=0.5", "en"),
        ("de;q=0.5,en;q=0.5", "de"),
        ("fr", "en"),
        ("fr,de;q=0.1", "de"),
        ("fr;q=0.9,*;q=0.5,de;q=0.1", "en"),
        ("*", "en"),
        ("de;q=0", "en"),
        ("de;q=0,en;q=0", "en"),
        ("den", "en"),
        ("de;q=2", "en"),
        ("de;q=nan", "en"),
        ("de;q=x,en;q=0.1", "en"),
        (";;;,,,=", "en"),
        ("\x00de\xff", "en"),
        ("de ; q=0.7 , en ; q=0.6", "de"),
    ],
)
def test_the_language_that_a_browser_likes_best(accepted: str, tag: str) -> None:
    assert asked_for(accepted).tag == tag


@pytest.mark.parametrize(
    ("path", "vary"),
    [("/", "Accept-Language"), ("/cookies", "Cookie, Accept-Language"), ("/static/x.css", "Accept-Encoding")],
)
def test_a_cache_is_told_of_the_language_beside_what_else_a_page_depended_on(path: str, vary: str) -> None:
    given = {"/cookies": [(b"vary", b"Cookie")], "/": []}.get(path, [(b"vary", b"Accept-Encoding")])
    assert dict(Spoken("auto").varying(path, 200, given)) == {b"vary": vary.encode()}


def test_a_fixed_language_is_no_cache_s_business() -> None:
    assert Spoken("de").varying("/", 200, []) == []
