"""The catalogues: every sentence of the sources, in every language, with the same placeholders."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from portal.settings import Settings
from portal.wording.catalogs import FOLDER, TAGS, language

ROOT = Path(__file__).parents[2]
OTHERS = TAGS[1:]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
Id = str | tuple[str, ...]


@cache
def in_the_sources() -> frozenset[Id]:
    """Every message that extraction finds, as ``pybabel extract`` would."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(each["pattern"], each["method"]) for each in mappings]
    found = frozenset(message for _, _, message, _, _ in extract_from_dir(str(ROOT), methods))
    assert len(found) > 500
    return found


@cache
def catalogue(tag: str) -> Catalog:
    with (FOLDER / tag / "LC_MESSAGES" / "portal.po").open("rb") as written:
        return read_po(written, tag)


def messages(tag: str) -> Iterator[Message]:
    return (message for message in catalogue(tag) if message.id)


def forms(text: Id | list[str] | None) -> tuple[str, ...]:
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def test_german_is_there_and_the_setting_offers_what_is_there() -> None:
    assert "de" in OTHERS
    assert get_args(Settings.model_fields["language"].annotation) == ("auto", *TAGS)


@pytest.mark.parametrize("tag", OTHERS)
def test_a_catalogue_has_what_the_sources_say_and_nothing_else(tag: str) -> None:
    told = {message.id for message in messages(tag)}
    assert in_the_sources() - told == set(), "new: pybabel extract and update (portal/README.md)"
    assert told - in_the_sources() == set(), "gone from the sources"
    assert not catalogue(tag).obsolete


@pytest.mark.parametrize("tag", OTHERS)
def test_everything_is_translated(tag: str) -> None:
    plurals = catalogue(tag).num_plurals
    for message in messages(tag):
        assert not message.fuzzy, message.id
        said = forms(message.string)
        assert all(said), f"not translated: {message.id}"
        assert len(said) == (1 if isinstance(message.id, str) else plurals), message.id


@pytest.mark.parametrize("tag", OTHERS)
def test_a_translation_fills_in_what_the_sentence_does(tag: str) -> None:
    for message in messages(tag):
        wanted = set(PLACEHOLDER.findall(forms(message.id)[-1]))
        for said in forms(message.string):
            assert set(PLACEHOLDER.findall(said)) <= wanted, message.id
            if isinstance(message.id, str):
                assert sorted(PLACEHOLDER.findall(said)) == sorted(PLACEHOLDER.findall(message.id)), message.id
        assert set(PLACEHOLDER.findall(forms(message.string)[-1])) == wanted, message.id


@pytest.mark.parametrize("tag", TAGS)
def test_no_sentence_holds_markup_or_a_bare_percent_sign(tag: str) -> None:
    texts = forms_of_all(tag)
    for text in texts:
        assert not set("<>&") & set(text), text
        assert "%" not in PLACEHOLDER.sub("", text).replace("%%", ""), text
        assert text == text.strip(), f"blanks around: {text!r}"
        assert text.count("[") == text.count("]") <= 1, text


def forms_of_all(tag: str) -> list[str]:
    if tag == "en":
        return [form for each in in_the_sources() for form in forms(each)]
    return [form for message in messages(tag) for form in forms(message.string)]


DU = re.compile(r"\b(du|dir|dich|dein\w*|bist|hast|prüf|tipp|lade|kreuze?|komm|tritt)\b", re.IGNORECASE)
NOT_STUDENTS = re.compile(r"templates/(kit|instructor|team|team_console|report)/|portal/(views|web)/team|/errors\.py")


def test_german_says_du_to_students_alone() -> None:
    """A sentence that a team or the console is shown, too, has no du in it."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(each["pattern"], each["method"]) for each in mappings]
    shared = {id_ for file, _, id_, _, _ in extract_from_dir(str(ROOT), methods) if NOT_STUDENTS.search(file)}
    shared |= set(re.findall(r'_\("([^"]+)"\)', (ROOT / "templates/student/_displaced.html").read_text()))
    said = {message.id: forms(message.string) for message in messages("de")}
    assert len(shared) > 300, "the sources are read"
    assert [text for each in shared for text in said[each] if DU.search(text)] == []


def test_german_counts_and_writes_numbers_as_germans_do() -> None:
    german = language("de")
    assert german.texts.ngettext("%(num)s team", "%(num)s teams", 1) == "%(num)s Team"
    assert german.texts.ngettext("%(num)s team", "%(num)s teams", 0) == "%(num)s Teams"
    assert (german.decimal, german.suffix(3)) == (",", ".")
