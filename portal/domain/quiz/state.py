"""What is so in a run, and how each event changes it.

``evolve`` is the only writer. A live run, a restart and the audit all go through it, so a test of play tests recovery.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from typing import assert_never

from portal.domain.ids import (
    Choice,
    Claim,
    Letter,
    Millis,
    ParticipantId,
    QuestionNumber,
    Round,
    RunId,
    Sequence,
    Turn,
    letters_of,
)
from portal.domain.question import Question, Quiz
from portal.domain.quiz import events as e
from portal.domain.record import record


class Phase(Enum):
    """Where the run stands. ``value`` is what pages carry as ``data-state``."""

    LOBBY = "lobby"
    OPEN = "question_open"
    CLOSED = "question_closed"
    STANDINGS = "standings"
    FINISHED = "finished"


@dataclass(slots=True)
class Opening:
    """One stretch of time in which a question took answers. A reopened question has several.

    ``opened_at`` moves later by the time that the server was down, so that elapsed times stay honest.
    """

    opened_at: Millis
    limit: Millis
    closed_by: e.Closing | None = None

    @property
    def deadline(self) -> Millis:
        return Millis(self.opened_at + self.limit)


@record
class Answer:
    """A stored choice. ``opening`` says which of the question's openings it fell into, and so which limit it had."""

    choice: Choice
    elapsed: Millis
    opening: int
    claim: Claim
    received_at: Millis
    round: Round
    sequence: Sequence
    receipt: str


@record
class RefusedJoin:
    """An attempt to join that was refused: evidence for the console."""

    at: Millis
    kind: e.Refusal
    name: str
    address: str


@dataclass(slots=True)
class Participant:
    """A student in the run. ``claim`` is None while the id waits to be handed over to another device.

    Invariant: `answers` holds at most one answer a question, the first that was accepted.
    """

    id: ParticipantId
    typed: str
    name: str
    claim: Claim | None
    joined_at: Millis
    code: str
    code_until: Millis
    answers: dict[QuestionNumber, Answer] = field(default_factory=dict)
    refused: list[RefusedJoin] = field(default_factory=list)
    wrong_codes: list[Millis] = field(default_factory=list)
    glances: Counter[e.Glance] = field(default_factory=Counter)
    released_claim: Claim | None = None
    handovers: int = 0  # that were not undone


@dataclass(slots=True)
class Released:
    """A cleared participant: what was answered under the old claim, kept as evidence.

    ``claim`` is the one that was live then; None when the id was waiting to be handed over.
    """

    at: Millis
    participant: Participant
    claim: Claim | None


NO_TURN = Turn(0)
NOTHING_YET = Sequence(0)
CODE_LIFE = Millis(10 * 60 * 1000)
FIRST_ROUND = Round(1)


@dataclass(slots=True)
class QuizState:
    """A run as it is. Invariant: ``claims`` maps exactly the live claims to those who hold them."""

    run: RunId
    quiz: Quiz
    started_at: Millis
    source: str = ""
    phase: Phase = Phase.LOBBY
    turn: Turn = NO_TURN
    sequence: Sequence = NOTHING_YET
    current: QuestionNumber | None = None
    round: Round = FIRST_ROUND
    locked: bool = False
    slide: e.Slide = e.Slide.AUTO
    archived: bool = False
    finished_at: Millis | None = None
    participants: dict[ParticipantId, Participant] = field(default_factory=dict)
    claims: dict[Claim, ParticipantId] = field(default_factory=dict)
    openings: dict[QuestionNumber, list[Opening]] = field(default_factory=dict)
    tallies: dict[QuestionNumber, Counter[Letter]] = field(default_factory=dict)
    answered: Counter[QuestionNumber] = field(default_factory=Counter)
    released: list[Released] = field(default_factory=list)
    stray_joins: dict[ParticipantId, list[RefusedJoin]] = field(default_factory=dict)
    membership: int = 0  # moves on when somebody is released with answers, or comes back: whose answers count
    reckoning: int = 0  # moves on whenever points or ranks may have changed: what a computed board is good for

    @property
    def question(self) -> Question | None:
        return None if self.current is None else self.quiz.questions[self.current]

    @property
    def opening(self) -> Opening | None:
        """The latest opening of the present question."""
        return None if self.current is None else self.openings[self.current][-1]

    @property
    def has_begun(self) -> bool:
        return bool(self.openings)

    def releases(self, who: ParticipantId) -> int:
        """How often ``who`` was cleared, left or was handed over: after each, no claim from before is given again."""
        past = [each.participant for each in self.released if each.participant.id == who]
        present = self.participants.get(who)
        return sum(1 + each.handovers for each in past) + (present.handovers if present else 0)

    def closed_questions(self) -> list[QuestionNumber]:
        """Every question that was opened and is closed now, in the order of the pool."""
        return sorted(number for number, openings in self.openings.items() if openings[-1].closed_by is not None)


def begin(event: e.RunStarted) -> QuizState:
    """The state of a run that has just started."""
    return QuizState(run=event.run, quiz=event.quiz, started_at=event.at, source=event.source)


def evolve(state: QuizState, event: e.Event, sequence: Sequence) -> QuizState:  # noqa: PLR0912, PLR0915 (one case an event)
    """The state after ``event``, which has the place ``sequence`` in the file. Changes ``state`` in place;
    only :class:`RunStarted` answers with a new one."""
    state.sequence = sequence
    match event:
        case e.AnswerAccepted():  # the most frequent first: the cases are tried in turn
            _accept(state, event)
        case e.RunStarted():
            state = begin(event)
            state.sequence = sequence
        case e.PoolChosen(quiz=quiz, source=source):
            state.quiz, state.source = quiz, source
        case e.Joined():
            state.participants[event.participant] = Participant(
                event.participant,
                event.typed,
                event.name,
                event.claim,
                event.at,
                event.code,
                Millis(event.at + CODE_LIFE),
                refused=state.stray_joins.pop(event.participant, []),
            )
            state.claims[event.claim] = event.participant
            state.reckoning += 1
        case e.ClaimMoved():
            _move_claim(state, event)
        case e.JoinRefused():
            _note_refusal(state, event)
        case e.CodeIssued():
            participant = state.participants[event.participant]
            participant.code, participant.code_until = event.code, Millis(event.at + CODE_LIFE)
        case e.Glanced():
            state.participants[event.participant].glances[event.glance] += 1
        case e.QuestionOpened():
            state.phase, state.turn = Phase.OPEN, Turn(state.turn + 1)
            state.current, state.round, state.slide = event.question, event.round, e.Slide.AUTO
            state.openings.setdefault(event.question, []).append(Opening(event.at, event.limit))
            state.tallies.setdefault(event.question, Counter())
            state.reckoning += 1  # a reopened question leaves the totals until it is closed again
        case e.TimeExtended(by=by):
            opening = _present(state)
            opening.limit = Millis(opening.limit + by)
            state.turn = Turn(state.turn + 1)
        case e.QuestionClosed(by=by):
            _present(state).closed_by = by
            state.phase, state.turn = Phase.CLOSED, Turn(state.turn + 1)
            state.reckoning += 1
        case e.StandingsShown():
            state.phase, state.turn = Phase.STANDINGS, Turn(state.turn + 1)
            state.slide = e.Slide.AUTO
        case e.RunFinished(at=at):
            state.phase, state.turn, state.finished_at = Phase.FINISHED, Turn(state.turn + 1), at
            state.slide = e.Slide.AUTO
        case e.RunArchived():
            state.archived = True
        case e.RoomLocked():
            state.locked = True
        case e.RoomUnlocked():
            state.locked = False
        case e.ProjectorTurned(slide=slide):
            state.slide = slide
        case e.ParticipantCleared():
            _clear(state, event)
        case e.ParticipantHandedOver():
            participant = state.participants[event.participant]
            participant.released_claim = _revoke(state, participant)
            participant.handovers += 1
        case e.ReleaseUndone():
            _undo_release(state, event)
        case e.RunResumed(down=down):
            opening = _present(state)
            opening.opened_at = Millis(opening.opened_at + down)
            state.turn = Turn(state.turn + 1)
        case _:
            assert_never(event)
    return state


def _present(state: QuizState) -> Opening:
    assert state.opening is not None, "the rules let this event happen only after a question was opened"
    return state.opening


def _accept(state: QuizState, event: e.AnswerAccepted) -> None:
    participant = state.participants[event.participant]
    participant.answers[event.question] = Answer(
        event.choice,
        event.elapsed,
        len(state.openings[event.question]) - 1,
        event.claim,
        event.at,
        event.round,
        state.sequence,
        event.receipt,
    )
    state.answered[event.question] += 1
    tally = state.tallies[event.question]
    for letter in letters_of(event.choice):  # Counter.update first asks what it was given, which takes longer than this
        tally[letter] += 1


def _move_claim(state: QuizState, event: e.ClaimMoved) -> None:
    participant = state.participants[event.participant]
    _revoke(state, participant)
    participant.claim, participant.released_claim = event.claim, None
    participant.code, participant.code_until = event.code, Millis(event.at + CODE_LIFE)
    if event.name is not None:
        participant.name = event.name
        state.reckoning += 1  # equal totals are listed by name
    state.claims[event.claim] = event.participant


def _revoke(state: QuizState, participant: Participant) -> Claim | None:
    """The claim that the participant held until now; from here on no cookie with it is honoured."""
    claim, participant.claim = participant.claim, None
    if claim is not None:
        del state.claims[claim]
    return claim


def _note_refusal(state: QuizState, event: e.JoinRefused) -> None:
    refused = RefusedJoin(event.at, event.kind, event.name, event.address)
    participant = state.participants.get(event.participant)
    if participant is None:
        state.stray_joins.setdefault(event.participant, []).append(refused)
        return
    participant.refused.append(refused)
    if event.wrong_code:
        participant.wrong_codes.append(event.at)


def _clear(state: QuizState, event: e.ParticipantCleared) -> None:
    participant = state.participants.pop(event.participant)
    claim = _revoke(state, participant)
    _count_answers(state, participant, -1)
    state.released.append(Released(event.at, participant, claim))
    if participant.refused:
        state.stray_joins[participant.id] = list(participant.refused)


def _undo_release(state: QuizState, event: e.ReleaseUndone) -> None:
    participant = state.participants.get(event.participant)
    if participant is None:
        latest = max(i for i, each in enumerate(state.released) if each.participant.id == event.participant)
        released = state.released.pop(latest)
        participant, claim = released.participant, released.claim
        participant.refused = state.stray_joins.pop(participant.id, participant.refused)
        state.participants[participant.id] = participant
        _count_answers(state, participant, +1)
    else:
        claim, participant.released_claim = participant.released_claim, None
        participant.handovers -= 1
    participant.claim = claim
    if claim is not None:
        state.claims[claim] = participant.id


def _count_answers(state: QuizState, participant: Participant, sign: int) -> None:
    for number, answer in participant.answers.items():
        state.answered[number] += sign
        for letter in letters_of(answer.choice):
            state.tallies[number][letter] += sign
    state.membership += 1
    state.reckoning += 1
