"""The words of the house as types: who is who, and which unit a number has."""

import re
import unicodedata
from functools import lru_cache
from typing import NewType

ParticipantId = NewType("ParticipantId", str)
"""A student id in lower case: what two spellings of one id have in common."""

Claim = NewType("Claim", str)
"""The random token that ties a device's cookie to a participant."""

RunId = NewType("RunId", int)
"""Runs of one file are numbered from 1."""

QuestionNumber = NewType("QuestionNumber", int)
"""Position in the pool, from 0. People see it plus one."""

Round = NewType("Round", int)
"""The vote on a question that an answer belongs to, from 1."""

Letter = NewType("Letter", str)
"""An option's name: one letter from A to H."""

Choice = NewType("Choice", str)
"""What was picked: letters in order, joined by commas: ``B``, ``A,C``."""

Millis = NewType("Millis", int)
"""Milliseconds: a span, or a moment counted from the Unix epoch by a clock that never steps back."""

Points = NewType("Points", int)

Turn = NewType("Turn", int)
"""How many times the run has changed its state; every console form carries the one it was drawn for."""

Sequence = NewType("Sequence", int)
"""An event's place in the file, from 1, without holes."""

STUDENT_ID = re.compile(r"[A-Za-z0-9._-]{1,32}")
NAME_LENGTH = 40


def participant_id(typed: str) -> ParticipantId | None:
    """The id that ``typed`` stands for, or None when it is not one (1 to 32 of ``A-Z a-z 0-9 . _ -``)."""
    typed = typed.strip()
    return ParticipantId(typed.lower()) if STUDENT_ID.fullmatch(typed) else None


def clean_name(typed: str) -> str | None:
    """``typed`` trimmed and in Unicode NFC, or None when it is not 1 to 40 printable characters.

    Control characters, line separators, lone surrogates and the invisible marks that turn the direction of the text
    around them (bidi overrides) are refused; joiners stay, because emoji and many scripts need them.
    """
    if typed.isascii() and typed.isprintable():  # most are: in NFC as they are, and nothing in them is forbidden
        name = typed.strip()
        return name if 1 <= len(name) <= NAME_LENGTH else None
    name = unicodedata.normalize("NFC", typed).strip()
    if not 1 <= len(name) <= NAME_LENGTH or any(_is_forbidden(character) for character in name):
        return None
    return name if any(unicodedata.category(character)[0] in "LNPS" for character in name) else None


def _is_forbidden(character: str) -> bool:
    category = unicodedata.category(character)
    return category in {"Cc", "Cs", "Zl", "Zp", "Co"} or (category == "Cf" and character not in "\u200c\u200d")


def choice_of(letters: frozenset[Letter]) -> Choice:
    """The one spelling of a set of letters: sorted, joined by commas."""
    return Choice(",".join(sorted(letters)))


@lru_cache(maxsize=512)
def letters_of(choice: Choice) -> frozenset[Letter]:
    """The letters of a choice; the inverse of :func:`choice_of`."""
    return frozenset(Letter(letter) for letter in choice.split(",") if letter)
