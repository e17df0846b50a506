"""How full the hall's page would be: an estimate in lines of type, because the page cannot measure itself.

The style sheet draws a crowded page smaller, in steps. Heights are in the projector's rem, widths in characters
of the type that stands there: of a wide screen (16:9) and of an old one (4:3), of which each page must fit both.
The figures were fitted in Chromium at 1920x1080 and 1024x768 with 60 random questions.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from portal.domain.question import Option
from portal.views.content import Key, PublicQuestion, Tally

SHORT = 140  # beside the vote a longer text is cut; phones show it whole
SHORT_OPTION = 60
BADGE = " " * 11  # as wide as what says that an option is right
ZOOMS = (1.0, 0.85, 0.72, 0.6, 0.45)  # of each step, as in the style sheet
OPEN_WIDE, OPEN_OLD, CLOSED_WIDE, CLOSED_OLD = 30.0, 37.0, 33.0, 41.0  # rem for the stage; the countdown takes some

Page = tuple[Callable[[float], float], float]
"""The height of a page whose lines hold so many times more characters than usual, and how much room there is."""


@dataclass(frozen=True, slots=True)
class Fit:
    """``step``: how much smaller than usual the page, or its left part, is drawn; ``beside``: the right part.

    ``half``: the parts are equally wide, and stand side by side on an old screen too.
    """

    step: int = 0
    beside: int = 0
    half: bool = False


def asked(question: PublicQuestion, tally: Tally | None) -> Fit:
    """The fit of an open question, with its options or, where the instructor lets the hall see them, the votes."""
    if tally is not None:
        return _voting(question)
    texts = [option.text for option in question.options]
    if question.rest:
        return Fit(
            _step(
                (lambda more: _asking(question, 34 * more, 39 * more), OPEN_WIDE),
                (lambda more: sum(max(6.2, _text(each, 20 * more, 2.34) + 1.5) + 1.0 for each in texts), OPEN_WIDE),
                (lambda more: _asking(question, 55 * more, 62 * more) + _tiles(texts, 23 * more, 2.34) + 1.0, OPEN_OLD),
            )
        )
    listed = is_long(question.options)
    small = listed or len(texts) > 4 or len(question.heading) > 130

    def page(title: int, small_title: int, line: int, tile: int) -> Callable[[float], float]:
        def high(more: float) -> float:
            head = _text(question.heading, (small_title if small else title) * more, 2.9 if small else 3.8)
            return head + (_list(texts, line * more) if listed else _tiles(texts, tile * more, 3.0)) + 1.0

        return high

    return Fit(_step((page(42, 56, 70, 21), OPEN_WIDE), (page(37, 53, 60, 18), OPEN_OLD)))


def revealed(question: PublicQuestion, key: Key) -> Fit:
    """The fit of a closed question with its vote and its explanation."""
    right = [option.text for option in question.options if option.letter in key.correct]

    def vote(more: float, title: int, names: int) -> float:
        return _text(question.heading[:SHORT], title * more, 2.9) + _votes(question, names * more, key) + 1.0

    def why(more: float, title: int, text: int) -> float:
        rest = _text(question.rest, text * more, 2.5, picture=12.0) + 1.0 if question.rest else 0.0
        words = _text(key.explanation, text * more, 2.5) + sum(_text(each, title * more, 3.3) for each in right) + 4.0
        return rest + (words if key.explanation else 0.0)

    if not key.explanation and not question.rest:
        return Fit(_step((lambda more: vote(more, 56, 50), CLOSED_WIDE), (lambda more: vote(more, 53, 44), CLOSED_OLD)))
    roomy = vote(1, 34, 22) <= CLOSED_WIDE and why(1, 16, 27) <= CLOSED_WIDE
    if roomy and vote(1, 53, 44) + why(1, 40, 62) + 1.0 <= CLOSED_OLD:
        return Fit()
    return Fit(
        _step((lambda more: vote(more, 28, 16), CLOSED_WIDE), (lambda more: vote(more, 25, 13), CLOSED_OLD)),
        _step((lambda more: why(more, 20, 34), CLOSED_WIDE), (lambda more: why(more, 17, 29), CLOSED_OLD)),
        half=True,
    )


def is_long(options: tuple[Option, ...]) -> bool:
    """Whether options need a line each instead of half a line."""
    return max(len(option.text) for option in options) > 36


def _voting(question: PublicQuestion) -> Fit:
    """An open question whose votes the hall sees; below its heading what belongs to it, if anything, stands beside."""
    title = question.heading[:SHORT]
    if question.rest:
        return Fit(
            _step(
                (lambda more: _asking(question, 34 * more, 39 * more), OPEN_WIDE),
                (lambda more: _votes(question, 11 * more), OPEN_WIDE),
                (lambda more: _asking(question, 55 * more, 62 * more) + _votes(question, 44 * more) + 1.0, OPEN_OLD),
            )
        )
    return Fit(
        _step(
            (lambda more: _text(title, 56 * more, 2.9) + _votes(question, 50 * more) + 2.0, OPEN_WIDE),
            (lambda more: _text(title, 52 * more, 2.7) + _votes(question, 44 * more) + 1.0, OPEN_OLD),
        )
    )


def _asking(question: PublicQuestion, title: float, text: float) -> float:
    return _text(question.heading, title, 2.9) + _text(question.rest, text, 2.5) + 1.0


def _list(texts: Sequence[str], width: float) -> float:
    return sum(max(4.5, _text(each, width, 2.1) + 1.5) + 0.5 for each in texts)


def _tiles(texts: Sequence[str], width: float, line: float) -> float:
    """Two in a row, which is as high as the higher one."""
    lines = [_lines(each, width) for each in texts]
    rows = [max(lines[each : each + 2]) for each in range(0, len(lines), 2)]
    return sum(max(6.7, row * line + 2.5) + 1.0 for row in rows)


def _votes(question: PublicQuestion, width: float, key: Key | None = None) -> float:
    """A line of text and a bar for each option; ``key``: a right one is told to be right."""
    rights = key.correct if key else ()
    texts = [option.text[:SHORT_OPTION] + BADGE * (option.letter in rights) for option in question.options]
    return sum(_text(each, width, 3.05) + 2.9 for each in texts)


_COMMAND = re.compile(r"\\[a-zA-Z]+")
_UNSEEN = str.maketrans("", "", "{}$^_")


def _lines(text: str, width: float) -> int:
    return max(1, ceil(len(_COMMAND.sub("xx", text).translate(_UNSEEN) if "$" in text else text) / width))


def _text(text: str, width: float, line: float, picture: float = 20.0) -> float:
    """The height of ``text`` in lines of ``width`` characters that are ``line`` rem high."""
    rows = [each for each in text.splitlines() if "```" not in each]
    return sum(picture if "![" in row else _lines(row, width) * line * (2 if "$$" in row else 1) for row in rows)


def _step(*pages: Page) -> int:
    """The first step at which every page has room."""
    fitting = (step for step, zoom in enumerate(ZOOMS) if all(high(1 / zoom) * zoom <= room for high, room in pages))
    return next(fitting, len(ZOOMS) - 1)
