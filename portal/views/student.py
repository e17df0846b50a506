"""What one student may see: the stage of the present state, drawn for whoever holds the claim.

Secrecy is structure here: no view of an open question has a field that depends on the answer key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from portal.domain.ids import Choice, Millis, ParticipantId, QuestionNumber, Turn
from portal.domain.quiz.scoreboard import Scoreboard
from portal.domain.quiz.state import Answer, Participant, Phase, QuizState
from portal.domain.scoring import BY_SPEED
from portal.views import content
from portal.views.content import BoardRow, Column, Key, PublicQuestion, Tally
from portal.views.holes import Mark


@dataclass(frozen=True, slots=True)
class Lobby:
    """``code`` moves the claim to another browser; None when it has expired and must be renewed.

    ``speed_counts``: a right answer earns more the sooner it is given.
    """

    part: ClassVar = "lobby"
    name: str
    typed: str
    joined: int
    questions: int
    code: str | None
    speed_counts: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """An open question; ``answer`` is None until it is saved.

    ``missed``: the numbers of the questions that had closed when the student joined, during this one.
    """

    part: ClassVar = "asked"
    question: PublicQuestion
    answer: Choice | None
    picked: frozenset[str]
    elapsed: Millis | None
    receipt: str | None
    missed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reveal:
    """A closed question: verdict, numbers, answers, why, ranking, in this order. ``answer`` None means missed."""

    part: ClassVar = "reveal"
    question: PublicQuestion
    key: Key
    tally: Tally
    answer: Choice | None
    picked: frozenset[str]
    right: bool
    points: int
    elapsed: Millis | None
    receipt: str | None
    you: BoardRow
    of: int
    top: tuple[BoardRow, ...]


@dataclass(frozen=True, slots=True)
class Leaders:
    """The leaderboard between questions. ``gap``: points to ``above``, the next better rank; None for the first."""

    part: ClassVar = "leaders"
    you: BoardRow
    of: int
    gap: int | None
    above: int | None
    top: tuple[BoardRow, ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A closed question in one's own review. ``answer`` None means missed."""

    question: PublicQuestion
    key: Key
    answer: Choice | None
    picked: frozenset[str]
    right: bool
    points: int
    receipt: str | None


@dataclass(frozen=True, slots=True)
class Finished:
    """The end: own numbers and the review of every closed question. ``scored``: how many of them are no polls."""

    part: ClassVar = "finished"
    you: BoardRow
    of: int
    closed: int
    scored: int
    answered: int
    right: int
    top: tuple[BoardRow, ...]
    reviews: tuple[Reviewed | Mark, ...]  # on a page with holes, one mark for all


Body = Lobby | Asked | Reveal | Leaders | Finished


@dataclass(frozen=True, slots=True)
class Stage:
    """The whole of a student's page that follows the run. The upper fields are what ``data-…`` attributes carry."""

    state: str
    run: int
    turn: Turn
    question: QuestionNumber | None
    round: int | None
    remaining: Millis | None
    answer: Choice | None
    correct: str | None
    points: int | None
    total: int | None
    rank: int | None
    title: str
    name: str
    body: Body
    limit: Millis | None = None
    error: str | None = None
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class JoinForm:
    """The join form with what was typed and what is wrong with it, by field."""

    title: str
    locked: bool
    student_id: str
    name: str
    faults: Mapping[str, str]
    error: str | None
    device: str = ""  # by which the form is known again when it is sent twice


@dataclass(frozen=True, slots=True)
class Statistics:
    """The class at the last closed question: ``question`` is None while none has been closed. Times in ms."""

    question: PublicQuestion | None
    average_time: Millis | None
    average_points: int | None
    times: tuple[Column, ...]
    top: tuple[BoardRow, ...]


def statistics(state: QuizState, board: Scoreboard) -> Statistics:
    """What every student may see of all: averages over those who answered, rounded to whole numbers."""
    closed = state.closed_questions()
    if not closed:
        return Statistics(None, None, None, (), ())
    latest = state.current if state.current in closed and state.current is not None else closed[-1]
    marks = list(board.marks[latest].values())
    count = len(marks)
    return Statistics(
        question=content.public_question(state, latest),
        average_time=Millis(sum(mark.answer.elapsed for mark in marks) // count) if count else None,
        average_points=sum(mark.points for mark in marks) // count if count else None,
        times=content.response_times(state, latest),
        top=content.top(board, content.TOP),
    )


def version(state: QuizState, who: ParticipantId) -> str:
    """Equal for two moments exactly when the student's page is the same in both."""
    participant = state.participants[who]
    answered = state.current in participant.answers if state.current is not None else False
    return f"{state.run}.{state.turn}.{int(answered)}.{len(state.quiz.questions)}"


def stage(
    state: QuizState,
    board: Scoreboard,
    who: ParticipantId,
    now: Millis,
    *,
    error: str | None = None,
    notice: str | None = None,
) -> Stage:
    """The stage of ``who`` at ``now``. ``error`` and ``notice`` say why the last request changed nothing."""
    participant = state.participants[who]
    body = _body(state, board, participant, now)
    closed = isinstance(body, Reveal)
    ranked = isinstance(body, Reveal | Leaders | Finished)
    mark = _last_mark(state, board, who)
    has_question = state.current is not None and state.phase is not Phase.FINISHED
    answer = participant.answers.get(state.current) if has_question and state.current is not None else None
    after_close = closed or isinstance(body, Leaders)
    return Stage(
        state=state.phase.value,
        run=state.run,
        turn=state.turn,
        question=state.current if has_question else None,
        round=state.round if has_question else None,
        remaining=content.remaining(state, now),
        answer=answer.choice if answer else None,
        correct=",".join(sorted(state.question.correct)) if after_close and state.question else None,
        points=mark if after_close else None,
        total=board.by_participant[who].total if ranked else None,
        rank=board.by_participant[who].rank if ranked else None,
        title=state.quiz.title,
        name=participant.name,
        body=body,
        limit=state.opening.limit if state.opening and state.phase is Phase.OPEN else None,
        error=error,
        notice=notice,
    )


def review(state: QuizState, board: Scoreboard, who: ParticipantId) -> Finished:
    """One's own review of every closed question, in any state."""
    participant, marks = state.participants[who], board.marks
    mine = [board.mark(number, who) for number in marks]
    return Finished(
        you=content.board_row(board, board.by_participant[who], who),
        of=len(state.participants),
        closed=len(marks),
        scored=sum(not state.quiz.questions[number].is_poll for number in marks),
        answered=sum(1 for mark in mine if mark),
        right=sum(1 for mark in mine if mark and mark.right),
        top=content.top(board, content.TOP, who),
        reviews=tuple(reviewed(state, board, participant, number) for number in marks),
    )


def _body(state: QuizState, board: Scoreboard, participant: Participant, now: Millis) -> Body:
    if state.phase is Phase.FINISHED:
        return review(state, board, participant.id)
    if state.phase is Phase.LOBBY or state.current is None:
        code = participant.code if now < participant.code_until else None
        joined, questions = len(state.participants), len(state.quiz.questions)
        by_speed = state.quiz.score_fn in BY_SPEED
        return Lobby(participant.name, participant.typed, joined, questions, code, by_speed)
    if state.phase is Phase.OPEN:
        return _asked(state, participant, state.current)
    if state.phase is Phase.CLOSED:
        return _reveal(state, board, participant, state.current)
    return _leaders(state, board, participant)


def _asked(state: QuizState, participant: Participant, index: QuestionNumber) -> Asked:
    answer = participant.answers.get(index)
    missed = content.missed_before(state, participant)
    question = content.public_question(state, index)
    return Asked(question, *_given(answer), missed=missed)


def _given(answer: Answer | None) -> tuple[Choice | None, frozenset[str], Millis | None, str | None]:
    if answer is None:
        return None, frozenset(), None, None
    return answer.choice, content.letters(answer.choice), answer.elapsed, answer.receipt


def _reveal(state: QuizState, board: Scoreboard, participant: Participant, index: QuestionNumber) -> Reveal:
    who, question = participant.id, state.quiz.questions[index]
    mark = board.mark(index, who)
    choice, picked, elapsed, receipt = _given(mark.answer if mark else None)
    return Reveal(
        question=content.public_question(state, index),
        key=content.key(question),
        tally=content.tally(state, index, reveal=True),
        answer=choice,
        picked=picked,
        right=mark.right if mark else False,
        points=mark.points if mark else 0,
        elapsed=elapsed,
        receipt=receipt,
        you=content.board_row(board, board.by_participant[who], who),
        of=len(state.participants),
        top=content.top(board, content.TOP, who),
    )


def _leaders(state: QuizState, board: Scoreboard, participant: Participant) -> Leaders:
    mine = board.by_participant[participant.id]
    # whoever has the rank r has r - 1 above: the last of them is the next better one
    ahead = board.standings[mine.rank - 2] if mine.rank > 1 else None
    return Leaders(
        you=content.board_row(board, mine, participant.id),
        of=len(state.participants),
        gap=ahead.total - mine.total if ahead else None,
        above=ahead.rank if ahead else None,
        top=content.top(board, content.TOP, participant.id),
    )


def reviewed(state: QuizState, board: Scoreboard, participant: Participant, number: QuestionNumber) -> Reviewed:
    """One closed question as ``participant`` reviews it."""
    mark = board.mark(number, participant.id)
    choice, picked, _, receipt = _given(mark.answer if mark else None)
    return Reviewed(
        question=content.public_question(state, number),
        key=content.key(state.quiz.questions[number]),
        answer=choice,
        picked=picked,
        right=mark.right if mark else False,
        points=mark.points if mark else 0,
        receipt=receipt,
    )


def _last_mark(state: QuizState, board: Scoreboard, who: ParticipantId) -> int:
    mark = board.mark(state.current, who) if state.current in board.marks and state.current is not None else None
    return mark.points if mark else 0
