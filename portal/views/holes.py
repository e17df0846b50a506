"""Holes: what a page shows of one student, left open, so that a page drawn once serves all whose pages have its shape.

A hole is compared as the number that it stands for (so a template takes the branch that this student's page takes) and
printed as a mark that is filled in later.
"""

import re
from typing import cast

from portal import wording
from portal.domain.ids import Millis
from portal.wording import decimal

# Private-use characters: no name may hold them, and a pool's text has no reason to.
_OPEN, _CLOSE = "\ue000", "\ue001"
MARK = re.compile(f"{_OPEN}([a-z_]+){_CLOSE}")


def unmarked(text: str) -> str:
    """``text`` from outside, with nothing in it that could be taken for a mark: ``&#xE000;`` in a pool makes one."""
    return text.replace(_OPEN, "\ufffd").replace(_CLOSE, "\ufffd")


class Mark(str):
    """What stands in the page where a text will be. It is no Markdown: a template draws it as it is."""

    __slots__ = ()


def mark(name: str) -> Mark:
    """What stands in the page where the value called ``name`` will be."""
    return Mark(f"{_OPEN}{name}{_CLOSE}")


class Hole(int):
    """A whole number that prints as a mark."""

    name: str

    def __new__(cls, value: int, name: str) -> "Hole":
        hole = super().__new__(cls, value)
        hole.name = name
        return hole

    def __str__(self) -> str:
        return mark(self.name)


class Move(Hole):
    """A hole for ranks climbed or lost; its size without the sign is a hole of its own, called ``moved``."""

    def __abs__(self) -> int:
        return Hole(int.__abs__(self), "moved")

    def __neg__(self) -> int:
        return Hole(int.__neg__(self), "moved")


def seconds(elapsed: Millis) -> str:
    """``6.4 s`` (``6,4 s``), or the mark of a hole."""
    return str(elapsed) if isinstance(elapsed, Hole) else f"{decimal(elapsed / 1000)} s"


def suffix(rank: int) -> str:
    """What stands behind a rank; behind a hole, a hole of its own."""
    return mark(f"{rank.name}_suffix") if isinstance(rank, Hole) else wording.suffix(rank)


def ordinal(rank: int) -> str:
    """``3rd`` (``3.``), or the marks of two holes."""
    return f"{rank}{suffix(rank)}"


def millis(value: Millis | None, name: str) -> Millis | None:
    """A hole where there is a span."""
    return None if value is None else cast("Millis", Hole(value, name))
