"""The room's health: who is connected, who has fallen silent, how many have answered, whether the disk writes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from portal.domain.ids import Claim, Millis
from portal.domain.quiz.state import Phase, QuizState

SILENT_AFTER = Millis(10_000)
# An open stream says little: a phone that walked out of the wifi keeps its own open for minutes. Its page asks every
# 10 s besides, so one that has missed two of those questions is silent too.
MUTE_AFTER = Millis(25_000)


class Attendance(Protocol):
    """What the console needs of presence, which is no matter of the run's state."""

    def streams(self, claim: Claim | None) -> int: ...

    def last_seen(self, claim: Claim | None) -> Millis | None: ...


@dataclass(frozen=True, slots=True)
class Health:
    """``answered`` is None while no question has been asked; ``fault`` is what the disk said when it took no write."""

    connected: int
    silent: int
    answered: int | None
    participants: int
    fault: str | None


def health(state: QuizState, room: Attendance, now: Millis, fault: str | None) -> Health:
    connected = silent = 0
    for claim in _claims(state):
        connected += room.streams(claim) > 0
        silent += is_silent(room, claim, now)
    asked = state.current is not None and state.phase is not Phase.FINISHED
    answered = state.answered[state.current] if asked and state.current is not None else None
    return Health(connected, silent, answered, len(state.participants), fault)


def is_silent(room: Attendance, claim: Claim | None, now: Millis) -> bool:
    """Nothing was heard of the page for 10 s, or 25 s when its stream is still open. Never seen is silent."""
    seen = room.last_seen(claim)
    return seen is None or now - seen > (MUTE_AFTER if room.streams(claim) else SILENT_AFTER)


def _claims(state: QuizState) -> Iterator[Claim]:
    """The live claims: an id that waits to be handed over is nobody's phone."""
    return iter(state.claims)
