"""Names and numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.ids import choice_of, clean_name, letters_of, participant_id


@pytest.mark.parametrize("typed", ["a", "20240142", "A.b_C-9", "x" * 32, "  padded  "])
def test_a_student_id_is_letters_digits_dots_dashes_and_underscores(typed: str) -> None:
    assert participant_id(typed) == typed.strip().lower()


@pytest.mark.parametrize("typed", ["", "   ", "x" * 33, "a b", "a/b", "é", "../x", "a\x00"])
def test_anything_else_is_no_student_id(typed: str) -> None:
    assert participant_id(typed) is None


def test_two_spellings_of_one_id_are_one() -> None:
    assert participant_id("ABC") == participant_id("abc")


@pytest.mark.parametrize(
    "name", ["Ada", "Đặng Thị Hương", "欧阳晓明", "🦊 Finn", "👩‍🔬 Ada", "O'Neil-Smith", "ﷺ", "x" * 40]
)
def test_names_of_the_world_are_taken(name: str) -> None:
    assert clean_name(name) == name


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "a\x00b", "a\nb", "a\u202eb", "\ud800", "\u200b", "a\u2028b"])
def test_empty_endless_and_invisible_names_are_refused(name: str) -> None:
    assert clean_name(name) is None


def test_a_name_in_ascii_is_held_to_the_same_rules() -> None:
    for character in map(chr, range(128)):
        known = clean_name(f"é{character}b")
        assert clean_name(f"e{character}b") == (known and known.replace("é", "e"))
    assert (clean_name("e" * 40), clean_name("e" * 41), clean_name("  ")) == ("e" * 40, None, None)


def test_a_name_is_trimmed_and_composed() -> None:
    assert clean_name("  Le\u0301a ") == "Léa"


@given(st.text())
def test_a_name_that_is_taken_can_be_stored_and_shown(typed: str) -> None:
    name = clean_name(typed)
    if name is not None:
        assert name.encode("utf-8")
        assert name == name.strip()
        assert clean_name(name) == name


def test_a_choice_has_one_spelling() -> None:
    assert choice_of(letters_of(choice_of(frozenset("CA")))) == "A,C"  # type: ignore[arg-type]  # letters are strings
