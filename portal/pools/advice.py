"""What a pool may do and should not: said when it is checked, never a reason to refuse it."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from portal.domain.competition.contest import Contest, ContestQuestion
from portal.domain.question import Question, Quiz
from portal.pools.wording import Place, listed, placed, told
from portal.wording import N_, _

# What the last row of a hall can still read.
LONGEST_QUESTION = 160
LONGEST_OPTION = 130

# 240 words of 5 letters and a space a minute, and some seconds to think and tap.
_CHARACTERS_A_SECOND = 24
_SECONDS_TO_CHOOSE = 10
_STEP = 5

_TOO_LONG = N_("has %(length)s characters; above %(most)s the last row cannot read it")
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")


def advice(pool: Quiz | Contest) -> list[str]:
    """Warnings with their places: texts too long for a hall, too little time to read, options that are the same."""
    return [told((*place, *inner), words) for place, asked in _asked(pool) for inner, words in _warnings(asked)]


def texts(pool: Quiz | Contest) -> Iterator[tuple[str, str]]:
    """Every Markdown text of a pool with its place, for whoever draws or checks them."""
    for place, asked in _asked(pool):
        yield placed((*place, "text")), asked.text
        for option in asked.options:
            yield placed((*place, "options", option.letter)), option.text
        if asked.explanation:
            yield placed((*place, "explanation")), asked.explanation


def _asked(pool: Quiz | Contest) -> Iterator[tuple[Place, Question | ContestQuestion]]:
    lists: dict[str, Sequence[Question | ContestQuestion]] = {"questions": pool.questions}
    if isinstance(pool, Contest):
        lists["mystery"] = pool.mysteries
    for name, questions in lists.items():
        for position, asked in enumerate(questions):
            yield (name, position), asked


def _warnings(asked: Question | ContestQuestion) -> Iterator[tuple[Place, str]]:
    length = _length(asked.text)
    if length > LONGEST_QUESTION:
        yield ("text",), _(_TOO_LONG, length=length, most=LONGEST_QUESTION)
    for option in asked.options:
        if _length(option.text) > LONGEST_OPTION:
            words = _(_TOO_LONG, length=_length(option.text), most=LONGEST_OPTION)
            yield ("options", option.letter), words
    wordings = Counter(option.text.strip() for option in asked.options)
    for same in (wording for wording, times in wordings.items() if times > 1):
        letters = listed([one.letter for one in asked.options if one.text.strip() == same])
        yield ("options",), _("%(letters)s say the same", letters=letters)
    if isinstance(asked, Question) and asked.time_limit < _reading(asked) * 1000:
        given, needed = asked.time_limit // 1000, _reading(asked)
        words = _(
            "%(given)s s is little: reading takes about %(needed)s s, so %(enough)s s would do",
            given=given,
            needed=needed,
            enough=suggested_seconds(asked),
        )
        yield ("time_limit",), words


def suggested_seconds(asked: Question) -> int:
    """A time limit that suits the length of a question: to read it slowly, to choose and to tap."""
    return _STEP * math.ceil((_reading(asked) + _SECONDS_TO_CHOOSE) / _STEP)


def _reading(asked: Question) -> int:
    characters = sum(map(_length, (asked.text, *(option.text for option in asked.options))))
    return math.ceil(characters / _CHARACTERS_A_SECOND)


def _length(text: str) -> int:
    """Characters that are read: an image counts as the words that stand for it."""
    return len(_IMAGE.sub(r"\1", text))
