"""How full the hall's page would be: an estimate in lines of type, because the page cannot measure itself.

The style sheet draws a crowded page smaller, in two steps. The figures were fitted in Chromium at 1920x1080 and
1024x768 with 60 random questions. Heights are in the projector's rem, of which a screen has about 45.
"""

from math import ceil

from portal.domain.question import Option
from portal.views.content import PublicQuestion, Tally

HIGH = 30.0  # rem for the stage at 16:9 while a question is open; after the close there is no clock
SHORT = 140  # beside the vote a longer text is cut; phones show it whole
STEPS = (1.0, 1.5)  # how much more than the page holds the first and the second step have room for


def asked(question: PublicQuestion, tally: Tally | None) -> int:
    """The step for an open question: 0 as it is, 1 smaller, 2 smallest."""
    options = [option.text for option in question.options]
    if tally is not None:
        return _step(
            _text(question.heading[:SHORT], 56, 2.9) + _text(question.rest, 70, 2.5) + _tally(options, 50) + 2.0
        )
    if question.rest:
        left = _text(question.heading, 34, 2.9) + _text(question.rest, 40, 2.5)
        return _step(max(left, sum(max(7.2, _text(option, 22, 2.4) + 1.5) for option in options)))
    if is_long(question.options):
        return _step(
            _text(question.heading, 56, 2.9) + sum(max(5.0, _text(option, 72, 2.2) + 2.0) for option in options)
        )
    rows = [
        max(_text(option, 24, 3.0) + 3.0 for option in options[each : each + 2]) for each in range(0, len(options), 2)
    ]
    return _step(_text(question.heading, 56 if len(options) > 4 else 42, 3.6) + sum(max(7.4, row) for row in rows))


def revealed(question: PublicQuestion, explanation: str) -> int:
    """The step for a closed question with its vote and its explanation."""
    options = [option.text for option in question.options]
    left = _text(question.heading[:SHORT], 34, 2.9) + _tally(options, 21)
    right = _text(question.rest, 30, 2.5) + (_text(explanation, 26, 2.5) + 10.0 if explanation else 0.0)
    return _step(max(left, right) - 1.0)


def is_long(options: tuple[Option, ...]) -> bool:
    """Whether options need a line each instead of half a line."""
    return max(len(option.text) for option in options) > 36


def _tally(options: list[str], width: int) -> float:
    return sum(_text(option[:60], width, 2.6) + 3.4 for option in options)


def _text(text: str, width: int, line: float) -> float:
    """The height of ``text`` in lines of ``width`` characters that are ``line`` rem high; a picture is as high as 6."""
    lines = sum(6 if "![" in each else ceil(len(each) / width) for each in text.splitlines() if "```" not in each)
    return lines * line


def _step(height: float) -> int:
    return sum(height > HIGH * step for step in STEPS)
