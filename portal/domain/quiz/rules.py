"""What is allowed: a command against the state gives the events that follow from it, or a refusal.

One ``raise`` a rule. Nothing here changes anything. The time is handed in; chance comes inside the commands.
"""

from typing import assert_never

from portal.domain.ids import Choice, Claim, Millis, ParticipantId, QuestionNumber, Sequence, Turn, letters_of
from portal.domain.quiz import commands as c
from portal.domain.quiz import events as e
from portal.domain.quiz.joining import join
from portal.domain.quiz.state import FIRST_ROUND, Participant, Phase, QuizState
from portal.domain.receipt import Sealed, receipt
from portal.domain.record import record
from portal.domain.rejection import Reason, Rejected

TIME_LIMITS = range(5_000, 3_600_001)  # milliseconds
EXTENSIONS = range(1_000, 600_001)
FLOODS = range(1_000, 3_600_001)  # how far back joins are undone in one go
GRACE = Millis(500)
GLANCES_KEPT = 500  # a participant's reports after these are not written down: the file is not theirs to fill


@record
class Terms:
    """What a run is held to. ``grace``: a tap made in time may reach us after the bell. ``seal``: the receipts' key."""

    grace: Millis = GRACE
    seal: bytes = b""


def decide(state: QuizState, command: c.Command, now: Millis, terms: Terms) -> list[e.Event]:  # noqa: PLR0912 (one case a command)
    """The events that follow from ``command``; none when it asks for what is so already.

    Raises :class:`Rejected` with the reason when a rule forbids it.
    """
    match command:
        case c.SubmitAnswer():  # the most frequent first: the cases are tried in turn
            return _submit(state, command, now, terms)
        case c.Join():
            return join(state, command, now)
        case c.RenewCode():
            present(state, command.participant, command.claim)
            return [e.CodeIssued(now, command.participant, command.code)]
        case c.Leave():
            present(state, command.participant, command.claim)
            if state.phase is not Phase.LOBBY or state.locked:
                raise Rejected(Reason.NOT_ALLOWED)
            return [e.ParticipantCleared(now, command.participant, left=True)]
        case c.ReportGlance():
            participant = present(state, command.participant, command.claim)
            too_many = participant.glances.total() >= GLANCES_KEPT
            return [] if too_many else [e.Glanced(now, command.participant, command.glance)]
        case c.Next():
            return _next(state, command, now)
        case c.Open():
            return _open(state, command, now)
        case c.Close():
            _require(state, command.turn, Phase.OPEN)
            return [e.QuestionClosed(now, e.Closing.HAND)]
        case c.Extend():
            _require(state, command.turn, Phase.OPEN)
            if command.by not in EXTENSIONS:
                raise Rejected(Reason.BAD_EXTENSION)
            return [e.TimeExtended(now, command.by)]
        case c.ShowStandings():
            _require(state, command.turn, Phase.CLOSED)
            return [e.StandingsShown(now)]
        case c.Reopen():
            _require(state, command.turn, Phase.CLOSED, Phase.STANDINGS)
            assert state.current is not None
            return [_opened(state, state.current, None, now)]
        case c.End():
            _require_unfinished(state, command.turn)
            return [*_closed_by_hand(state, now), e.RunFinished(now)]
        case c.Archive():
            return _archived(state, command.turn, now)
        case c.Lock():
            _require(state, command.turn, *Phase)
            return [] if state.locked else [e.RoomLocked(now)]
        case c.Unlock():
            _require(state, command.turn, *Phase)
            return [e.RoomUnlocked(now)] if state.locked else []
        case c.ChoosePool():
            if state.has_begun or state.phase is not Phase.LOBBY:
                raise Rejected(Reason.RUN_HAS_BEGUN)
            same = (command.quiz, command.source) == (state.quiz, state.source)
            return [] if same else [e.PoolChosen(now, command.quiz, command.source)]
        case c.TurnProjector():
            return [] if command.slide is state.slide else [e.ProjectorTurned(now, command.slide)]
        case c.Clear():
            _held(state, command.participant)
            return [e.ParticipantCleared(now, command.participant)]
        case c.HandOver():
            if _held(state, command.participant).claim is None:
                return []
            return [e.ParticipantHandedOver(now, command.participant)]
        case c.UndoRelease():
            return _undo_release(state, command, now)
        case c.UndoJoins():
            return _undo_joins(state, command, now)
        case c.RingBell():
            if state.phase is not Phase.OPEN or command.turn != state.turn:
                return []
            return [e.QuestionClosed(now, e.Closing.BELL)]
        case c.Resume():
            return [e.RunResumed(now, command.down)] if state.phase is Phase.OPEN else []
        case _:
            assert_never(command)


def present(state: QuizState, participant: ParticipantId, claim: Claim) -> Participant:
    """Who holds ``claim`` now. A claim that was replaced, or that belongs to another run, is nobody's."""
    if state.claims.get(claim) != participant:
        raise Rejected(Reason.NO_IDENTITY)
    return state.participants[participant]


def _submit(state: QuizState, command: c.SubmitAnswer, now: Millis, terms: Terms) -> list[e.Event]:
    participant = present(state, command.participant, command.claim)
    _check_choice(state, command.question, command.choice)
    if state.current is None or state.opening is None:
        raise Rejected(Reason.NOT_OPEN)
    if command.question != state.current or command.round not in (None, state.round):
        raise Rejected(Reason.STALE_QUESTION if state.phase is Phase.OPEN else Reason.NOT_OPEN)
    first = participant.answers.get(command.question)
    if first is not None and (state.phase is Phase.OPEN or first.choice == command.choice):
        return []  # a retry of what is stored, or a second thought: the first one stands
    opening = state.opening
    if state.phase is not Phase.OPEN:
        rung = opening.closed_by is e.Closing.BELL and state.phase is Phase.CLOSED
        raise Rejected(Reason.TIME_EXPIRED if rung else Reason.NOT_OPEN)
    if command.arrived > opening.deadline + terms.grace:
        raise Rejected(Reason.TIME_EXPIRED)
    # a request that was on its way while the question opened has used no time, not less than none
    elapsed = Millis(min(max(command.arrived - opening.opened_at, 0), opening.limit))
    sequence = Sequence(state.sequence + 1)  # an answer is the only event of its command
    sealed = Sealed(state.run, command.participant, command.question, state.round, command.choice, sequence)
    return [
        e.AnswerAccepted(
            at=now,
            participant=command.participant,
            claim=command.claim,
            question=command.question,
            round=state.round,
            choice=command.choice,
            elapsed=elapsed,
            receipt=receipt(terms.seal, sealed),
        )
    ]


def _check_choice(state: QuizState, number: QuestionNumber, choice: Choice) -> None:
    if not state.quiz.has(number):
        raise Rejected(Reason.BAD_ANSWER)
    question, letters = state.quiz.questions[number], letters_of(choice)
    if not letters or not letters <= question.letters or (len(letters) > 1 and not question.several):
        raise Rejected(Reason.BAD_ANSWER)


def _next(state: QuizState, command: c.Next, now: Millis) -> list[e.Event]:
    _require_unfinished(state, command.turn)
    following = QuestionNumber(0 if state.current is None else state.current + 1)
    closed = _closed_by_hand(state, now)
    if not state.quiz.has(following):
        return [*closed, e.RunFinished(now)]
    return [*closed, _opened(state, following, None, now)]


def _open(state: QuizState, command: c.Open, now: Millis) -> list[e.Event]:
    _require_unfinished(state, command.turn)
    if not state.quiz.has(command.question):
        raise Rejected(Reason.BAD_NUMBER)
    if command.limit is not None and command.limit not in TIME_LIMITS:
        raise Rejected(Reason.BAD_TIME_LIMIT)
    if state.phase is Phase.OPEN and command.question == state.current:
        raise Rejected(Reason.ALREADY_OPEN)
    return [*_closed_by_hand(state, now), _opened(state, command.question, command.limit, now)]


def _undo_release(state: QuizState, command: c.UndoRelease, now: Millis) -> list[e.Event]:
    participant = state.participants.get(command.participant)
    if participant is None and all(each.participant.id != command.participant for each in state.released):
        raise Rejected(Reason.NOBODY_THERE)
    if participant is not None and participant.claim is not None:
        raise Rejected(Reason.NOT_ALLOWED)  # somebody sits there again
    return [e.ReleaseUndone(now, command.participant)]


def _undo_joins(state: QuizState, command: c.UndoJoins, now: Millis) -> list[e.Event]:
    if command.within not in FLOODS:
        raise Rejected(Reason.BAD_SPAN)
    new = [each.id for each in state.participants.values() if each.joined_at >= now - command.within]
    return [e.ParticipantCleared(now, participant) for participant in new]


def _opened(state: QuizState, number: QuestionNumber, limit: Millis | None, now: Millis) -> e.QuestionOpened:
    return e.QuestionOpened(now, number, FIRST_ROUND, limit or state.quiz.questions[number].time_limit)


def _archived(state: QuizState, turn: Turn, now: Millis) -> list[e.Event]:
    _require(state, turn, *Phase)
    return [*_closed_by_hand(state, now), e.RunArchived(now)]


def _closed_by_hand(state: QuizState, now: Millis) -> list[e.Event]:
    return [e.QuestionClosed(now, e.Closing.HAND)] if state.phase is Phase.OPEN else []


def _held(state: QuizState, participant: ParticipantId) -> Participant:
    if participant not in state.participants:
        raise Rejected(Reason.NOBODY_THERE)
    return state.participants[participant]


def _require(state: QuizState, turn: Turn, *phases: Phase) -> None:
    """The form was drawn for the present turn, and the run is in one of ``phases``."""
    if turn != state.turn:
        raise Rejected(Reason.STALE_CONTROL)
    if state.phase not in phases:
        raise Rejected(Reason.NOT_ALLOWED)


def _require_unfinished(state: QuizState, turn: Turn) -> None:
    _require(state, turn, Phase.LOBBY, Phase.OPEN, Phase.CLOSED, Phase.STANDINGS)
