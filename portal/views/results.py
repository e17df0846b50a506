"""The rows of the three files that a run leaves. Pure: a run that is over gives the same rows for ever."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache

from portal.domain.ids import Letter, Millis, ParticipantId, QuestionNumber, letters_of
from portal.domain.quiz import events as e
from portal.domain.quiz.scoreboard import Mark, Scoreboard
from portal.domain.quiz.state import FIRST_ROUND, Answer, Participant, QuizState
from portal.domain.scoring import is_right

MOMENTS_KEPT = 2_000  # a contest's teams are written out again and again, each with when it registered

Cell = str | int
Line = list[Cell]

ANSWER_HEAD: Line = [
    "run",
    "question",
    "round",
    "student_id",
    "name",
    "answer",
    "correct",
    "points",
    "elapsed_ms",
    "status",
    "received_at",
    "receipt",
]
EVENT_HEAD: Line = ["sequence", "at", "event", "student_id", "name", "question", "detail", "address"]
NOTHING: Cell = ""


def results(state: QuizState, board: Scoreboard) -> Iterator[Line]:
    """One line a participant, best first, after a head. Questions are numbered from 1; one still open is left empty."""
    numbers = [QuestionNumber(number) for number in range(len(state.quiz.questions))]
    yield [
        *("student_id", "name", "rank", "total", "answered", "correct"),
        *(f"q{number + 1}_{what}" for number in numbers for what in ("answer", "points", "elapsed_ms")),
    ]
    for standing in board.standings:
        who = standing.participant
        marks = {number: board.mark(number, who) for number in board.marks}
        given = [mark for mark in marks.values() if mark]
        line: Line = [state.participants[who].typed, standing.name, standing.rank, standing.total]
        line += [len(given), sum(mark.right for mark in given)]
        for number in numbers:
            line += _result(marks[number]) if number in marks else [NOTHING] * 3
        yield line


def answers(state: QuizState, board: Scoreboard) -> Iterator[Line]:
    """One line an answer or a miss, by question and order of arrival, after a head.

    An answer to the question that is open is listed with neither its correctness nor its points. What was answered
    under a claim that was cleared is listed as ``released``; it counts for nothing.
    """
    yield ANSWER_HEAD
    for number in sorted(state.openings):
        closed = number in board.marks
        given = [(who, answer) for who in state.participants.values() if (answer := who.answers.get(number))]
        for who, answer in sorted(given, key=lambda pair: pair[1].sequence):
            mark = board.mark(number, who.id) if closed else None
            yield _answer(state, number, who, answer, "answered", mark.points if mark else NOTHING)
        for participant in state.participants.values():
            if closed and number not in participant.answers:
                yield _miss(state, number, participant)
        for released in state.released:
            if answer := released.participant.answers.get(number):
                yield _answer(state, number, released.participant, answer, "released", 0)


def events(stored: Iterable[tuple[int, e.Event]]) -> Iterator[Line]:
    """One line an audit event, in the order of the file, after a head. Answers have a file of their own.

    No claim and no re-join code is in it: the file may be passed on.
    """
    yield EVENT_HEAD
    typed: dict[ParticipantId, tuple[str, str]] = {}
    question: QuestionNumber | None = None
    for sequence, event in stored:
        if isinstance(event, e.Joined):
            typed[event.participant] = (event.typed, event.name)
        elif isinstance(event, e.ClaimMoved) and event.name is not None:
            typed[event.participant] = (typed[event.participant][0], event.name)
        elif isinstance(event, e.QuestionOpened):
            question = event.question
        told = _told(event)
        if told is not None:
            who: ParticipantId | None = getattr(event, "participant", None)
            student_id, name = typed.get(who, (who, "")) if who is not None else ("", "")
            name = event.name if isinstance(event, e.JoinRefused) else name
            address = event.address if isinstance(event, e.JoinRefused) else ""
            about = question + 1 if question is not None and isinstance(event, _OF_A_QUESTION) else NOTHING
            yield [sequence, moment(event.at), told[0], student_id, name, about, told[1], address]


_OF_A_QUESTION = (e.QuestionOpened, e.QuestionClosed, e.TimeExtended, e.RunResumed)


@lru_cache(maxsize=MOMENTS_KEPT)
def moment(at: Millis) -> str:
    """ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _told(event: e.Event) -> tuple[str, str] | None:  # noqa: PLR0912 (one case an event)
    """The event's name in the file, and what else there is to say; None when it is no audit event."""
    match event:
        case e.RunStarted(quiz=quiz):
            return "run_started", quiz.title
        case e.PoolChosen(quiz=quiz):
            return "pool_chosen", quiz.title
        case e.Joined():
            return "join", ""
        case e.ClaimMoved(name=name):
            return "claim_moved", "by re-join code" if name is None else "after hand-over"
        case e.JoinRefused(kind=kind, wrong_code=wrong_code):
            return kind.value, "wrong re-join code" if wrong_code else ""
        case e.CodeIssued():
            return "code_renewed", ""
        case e.Glanced(glance=glance):
            return glance.value, ""
        case e.QuestionOpened(limit=limit, round=vote):
            return "open", f"{limit // 1000} s, round {vote}"
        case e.TimeExtended(by=by):
            return "extend", f"{by // 1000} s"
        case e.QuestionClosed(by=by):
            return "close", "time was up" if by is e.Closing.BELL else "by the instructor"
        case e.RunResumed(down=down):
            return "resume", f"the server was down for {down / 1000:.1f} s"
        case e.ProjectorTurned(slide=slide):
            return "projector", slide.value
        case e.ParticipantCleared(left=left):
            return "leave" if left else "clear", ""
        case e.AnswerAccepted():
            return None
        case _:
            return _PLAIN[type(event)], ""


_PLAIN: dict[type[object], str] = {
    e.StandingsShown: "standings",
    e.RunFinished: "finish",
    e.RunArchived: "archive",
    e.RoomLocked: "lock",
    e.RoomUnlocked: "unlock",
    e.ParticipantHandedOver: "handover",
    e.ReleaseUndone: "restore",
}


def _result(mark: Mark | None) -> Line:
    return [mark.answer.choice, mark.points, mark.answer.elapsed] if mark else [NOTHING, 0, NOTHING]


def _answer(
    state: QuizState, number: QuestionNumber, who: Participant, answer: Answer, status: str, points: Cell
) -> Line:
    correct = _correct(state, number, letters_of(answer.choice))
    told = [correct, points, answer.elapsed, status, moment(answer.received_at), answer.receipt]
    return [state.run, number + 1, answer.round, who.typed, who.name, answer.choice, *told]


def _miss(state: QuizState, number: QuestionNumber, who: Participant) -> Line:
    correct = _correct(state, number, frozenset())
    told = [correct, 0, NOTHING, "missed", NOTHING, NOTHING]
    return [state.run, number + 1, FIRST_ROUND, who.typed, who.name, NOTHING, *told]


def _correct(state: QuizState, number: QuestionNumber, picked: frozenset[Letter]) -> Cell:
    """1 or 0; empty for a poll, and for a question that is still open."""
    question, opening = state.quiz.questions[number], state.openings[number][-1]
    if question.is_poll or opening.closed_by is None:
        return NOTHING
    return int(is_right(question, picked))
