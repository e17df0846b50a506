"""Who is let in: the first claim of an id wins; a re-join code or the instructor moves it."""

import re
from collections.abc import Sequence

from portal.domain.ids import Millis
from portal.domain.quiz import commands as c
from portal.domain.quiz import events as e
from portal.domain.quiz.state import Participant, QuizState, RefusedJoin
from portal.domain.rejection import Reason, Rejected

ATTEMPTS_KEPT = 200  # on one id; after them, one a minute is written down: the file is not a stranger's to fill
STRAYS_KEPT = 2_000  # on all the ids together that nobody holds
WRONG_TRIES = 5
MINUTE = BLOCK = Millis(60_000)
_CODE = re.compile(r"\d{3}[ -]?\d{3}")


def join(state: QuizState, command: c.Join, now: Millis) -> list[e.Event]:
    """A new participant, a moved claim, or nothing when the device holds the id already.

    A refusal leaves evidence: who tried which id under which name, from where. A flood of them leaves some of it.
    """
    participant = state.participants.get(command.participant)
    if participant is None:
        if state.locked:
            strays = [each for attempts in state.stray_joins.values() for each in attempts]
            raise Rejected(Reason.ROOM_LOCKED, _evidence(command, now, e.Refusal.LOCKED, strays, STRAYS_KEPT))
        return [e.Joined(now, command.participant, command.typed, command.name, command.claim, command.code)]
    if participant.claim is None:
        return [e.ClaimMoved(now, command.participant, command.name, command.claim, command.code)]
    if participant.claim in (command.held, command.claim):
        return []  # the device holds the id, or it asks again because the reply to its first asking was lost
    if _CODE.fullmatch(command.name):
        return _join_by_code(participant, command, now)
    raise Rejected(Reason.ID_TAKEN, _evidence(command, now, e.Refusal.DUPLICATE, participant.refused, ATTEMPTS_KEPT))


def code_is_blocked(participant: Participant, now: Millis) -> bool:
    """Whether the latest wrong try was a fifth one, less than a minute ago."""
    tries = participant.wrong_codes
    return bool(tries) and len(tries) % WRONG_TRIES == 0 and now - tries[-1] < BLOCK


def _join_by_code(participant: Participant, command: c.Join, now: Millis) -> list[e.Event]:
    if code_is_blocked(participant, now):
        evidence = _evidence(command, now, e.Refusal.DUPLICATE, participant.refused, ATTEMPTS_KEPT)
        raise Rejected(Reason.CODE_BLOCKED, evidence)
    given = re.sub(r"\D", "", command.name)
    if given != participant.code or now >= participant.code_until:  # always told: what blocks is counted from these
        raise Rejected(Reason.WRONG_CODE, [_refused(command, now, e.Refusal.DUPLICATE, wrong_code=True)])
    return [e.ClaimMoved(now, command.participant, None, command.claim, command.code)]


def _evidence(
    command: c.Join, now: Millis, kind: e.Refusal, earlier: Sequence[RefusedJoin], kept: int
) -> list[e.JoinRefused]:
    """The attempt; nothing where ``earlier`` holds as many as are ``kept``, one of them less than a minute ago."""
    full = len(earlier) >= kept and now - max(each.at for each in earlier) < MINUTE
    return [] if full else [_refused(command, now, kind)]


def _refused(command: c.Join, now: Millis, kind: e.Refusal, *, wrong_code: bool = False) -> e.JoinRefused:
    return e.JoinRefused(now, kind, command.participant, command.name, command.address, wrong_code)
