"""The room's health: who is connected, who has fallen silent, how many have answered, whether the disk writes."""

from collections.abc import Iterable, Set
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

    def connected(self, claims: Set[Claim]) -> int: ...

    def unheard(self, claims: Set[Claim], since: Millis) -> Iterable[Claim]: ...


@dataclass(frozen=True, slots=True)
class Health:
    """``answered`` is None while no question has been asked; ``fault`` is what the disk said when it took no write."""

    connected: int
    silent: int
    answered: int | None
    participants: int
    fault: str | None


def health(state: QuizState, room: Attendance, now: Millis, fault: str | None) -> Health:
    claims = state.claims.keys()  # the live ones: an id that waits to be handed over is nobody's phone
    silent = sum(is_silent(room, claim, now) for claim in room.unheard(claims, Millis(now - SILENT_AFTER)))
    asked = state.current is not None and state.phase is not Phase.FINISHED
    answered = state.answered[state.current] if asked and state.current is not None else None
    return Health(room.connected(claims), silent, answered, len(state.participants), fault)


def is_silent(room: Attendance, claim: Claim | None, now: Millis) -> bool:
    """Nothing was heard of the page for 10 s, or 25 s when its stream is still open. Never seen is silent."""
    seen = room.last_seen(claim)
    return seen is None or now - seen > (MUTE_AFTER if room.streams(claim) else SILENT_AFTER)
