"""Events to rows and back. Old spellings are read here for ever: add a name to ``_OLD``, never rewrite a file."""

import typing
from functools import cache

from pydantic import TypeAdapter

from portal.domain.competition import events as contest
from portal.domain.modes import Event
from portal.domain.quiz import events as quiz

_KINDS = (*typing.get_args(quiz.Event), *typing.get_args(contest.Event))
_BY_NAME = {kind.__name__: kind for kind in _KINDS}
assert len(_BY_NAME) == len(_KINDS), "two events of the same name would be read as one another"
_OLD: dict[str, str] = {}


@cache
def _adapter(kind: str) -> TypeAdapter[Event]:
    """Made for an event when the first of its kind is written or read: a run has few kinds, the program many."""
    return TypeAdapter(_BY_NAME[kind])


def kind_of(event: Event) -> str:
    return type(event).__name__


def encode(event: Event) -> str:
    """The event as JSON. Its kind travels beside it."""
    return _adapter(type(event).__name__).dump_json(event).decode()


def decode(kind: str, body: str) -> Event:
    """The event that was written as ``kind`` and ``body``. Raises ``KeyError`` for a kind that nobody wrote."""
    return _adapter(_OLD.get(kind, kind)).validate_json(body)
