"""What a page tells those who read it by program: the ``data-…`` attributes of ``<main id="stage">``."""

import re

_STAGE = re.compile(rb'<main\b(?=[^>]*\bid="stage")([^>]*)>')
_ATTRIBUTE = re.compile(rb'\bdata-([a-z-]+)="([^"]*)"')
_ERROR = re.compile(rb'\bdata-error="([^"]*)"')
_CHOICE = re.compile(rb'<(?:button|input)\b(?=[^>]*\bname="answer")[^>]*>')
_VALUE = re.compile(rb'\bvalue="([A-H])"')


class Stage:
    """One stage as it was shown. Attributes are decoded when they are asked for: most are not."""

    __slots__ = ("_said",)

    def __init__(self, said: dict[bytes, bytes]) -> None:
        self._said = said

    def text(self, name: bytes) -> str | None:
        said = self._said.get(name)
        return None if said is None else said.decode()

    def number(self, name: bytes) -> int | None:
        """The attribute as a whole number; None when it is not there or is none."""
        said = self._said.get(name, b"")
        return int(said) if said.removeprefix(b"-").isdigit() else None

    @property
    def state(self) -> str:
        return self.text(b"state") or ""

    @property
    def turn(self) -> int:
        turn = self.number(b"turn")
        return -1 if turn is None else turn

    @property
    def question(self) -> int | None:
        return self.number(b"question")

    @property
    def remaining_ms(self) -> int | None:
        return self.number(b"remaining-ms")

    @property
    def answer(self) -> str | None:
        return self.text(b"answer") or None

    @property
    def correct(self) -> frozenset[str]:
        """The right options; none for a poll, and while the question is open."""
        return frozenset(letter for letter in (self.text(b"correct") or "").split(",") if letter)

    @property
    def points(self) -> int | None:
        return self.number(b"points")

    @property
    def total(self) -> int | None:
        return self.number(b"total")

    @property
    def rank(self) -> int | None:
        return self.number(b"rank")

    @property
    def gives_the_key_away(self) -> bool:
        """Whether it says what nobody may know of a question that is open."""
        return b"correct" in self._said or b"points" in self._said

    def __repr__(self) -> str:
        return "Stage(" + ", ".join(f"{name.decode()}={value.decode()}" for name, value in self._said.items()) + ")"


def stage_in(html: bytes) -> Stage | None:
    """The stage of a page, a fragment or a message; None when it holds none."""
    found = _STAGE.search(html)
    return Stage(dict(_ATTRIBUTE.findall(found[1]))) if found else None


def error_in(html: bytes) -> str | None:
    """Why a request was refused, by its code."""
    found = _ERROR.search(html)
    return found[1].decode() if found else None


def has_join_form(html: bytes) -> bool:
    return b'id="join"' in html


def choices_in(html: bytes) -> tuple[str, bool]:
    """The letters that the answer form offers, and whether several may be picked."""
    inputs = _CHOICE.findall(html)
    letters = sorted({value[1].decode() for each in inputs if (value := _VALUE.search(each))})
    return "".join(letters), any(b'type="checkbox"' in each for each in inputs)
