"""The console's first page: the present state, big, with what the instructor talks about next."""

from collections import Counter
from dataclasses import dataclass
from statistics import median_low

from portal.domain.ids import Millis, ParticipantId, QuestionNumber
from portal.domain.quiz.scoreboard import Marks, Scoreboard
from portal.domain.quiz.state import Participant, Phase, QuizState
from portal.domain.ranking import Standing
from portal.domain.scoring import FULL
from portal.views import content
from portal.views.content import Column, Key, PublicQuestion, Tally
from portal.views.instructor import frame
from portal.views.instructor.frame import SheetRow

NEWEST = 40  # names in the lobby
WAITING = 8  # names of those who have not answered yet
LISTED = 10
FASTEST = 3


@dataclass(frozen=True, slots=True)
class Joined:
    """The lobby's arrivals, newest first."""

    count: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lobby:
    """``score_fn`` is the pool's; ``seconds`` what all its questions take together."""

    joined: Joined
    questions: int
    seconds: int
    score_fn: str


@dataclass(frozen=True, slots=True)
class Asked:
    """An open question with its live vote: which option is right is not in here."""

    question: PublicQuestion
    tally: Tally


@dataclass(frozen=True, slots=True)
class Fast:
    """One of the fastest who were fully right."""

    name: str
    elapsed: Millis


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """A column of the response times: how many were fully right in it, and how many were not."""

    label: str
    correct: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Reveal:
    """A closed question. ``distractor`` is the wrong option that most chose; times are medians in ms."""

    question: PublicQuestion
    key: Key
    tally: Tally
    distractor: str | None
    distractor_text: str
    typical: Millis | None
    typical_right: Millis | None
    typical_wrong: Millis | None
    times: tuple[TimeColumn, ...]
    fastest: tuple[Fast, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the console's standings, with the id that no other audience sees."""

    rank: int
    id: str
    name: str
    total: int
    move: int | None


@dataclass(frozen=True, slots=True)
class Leaders:
    """The first ten. ``climber`` moved up by most; ``coming`` is the next question."""

    after: int
    rows: tuple[Row, ...]
    climber: Row | None
    coming: SheetRow | None
    participants: int


@dataclass(frozen=True, slots=True)
class Over:
    """The end. Percentages are None where there is nothing to divide by; times are Unix ms."""

    started_at: Millis
    finished_at: Millis | None
    took_part: int
    mean: int | None
    most: int
    right: int | None
    answered: int | None
    scores: tuple[Column, ...]
    rows: tuple[Row, ...]
    asked: int
    questions: int


Body = Lobby | Asked | Reveal | Leaders | Over


@dataclass(frozen=True, slots=True)
class Aside:
    """Beside the stage: ``waiting`` names some who have not answered; ``flagged`` ids were tried from elsewhere."""

    joined: int
    connected: int
    waiting: tuple[str, ...]
    waiting_more: int
    is_open: bool
    flagged: int


def body(state: QuizState, board: Scoreboard) -> Body:
    if state.phase is Phase.FINISHED:
        return over(state, board)
    if state.phase is Phase.LOBBY or state.current is None:
        seconds = sum(question.time_limit for question in state.quiz.questions) // 1000
        return Lobby(joined(state), len(state.quiz.questions), seconds, state.quiz.score_fn)
    match state.phase:
        case Phase.OPEN:
            question = content.public_question(state, state.current)
            return Asked(question, content.tally(state, state.current, reveal=False))
        case Phase.CLOSED:
            return _reveal(state, board, state.current)
        case _:
            return _leaders(state, board, state.current)


def joined(state: QuizState) -> Joined:
    people = list(state.participants.values())
    return Joined(len(people), tuple(each.name for each in reversed(people[-NEWEST:])))


def aside(state: QuizState, connected: int) -> Aside:
    """``connected``: how many have a page open now."""
    waiting: list[str] = []
    is_open = state.phase is Phase.OPEN and state.current is not None
    if is_open and state.current is not None:
        for participant in state.participants.values():
            if len(waiting) == WAITING:
                break
            if state.current not in participant.answers:
                waiting.append(participant.name)
    missing = len(state.participants) - state.answered[state.current] if state.current is not None else 0
    flagged = sum(1 for each in state.participants.values() if each.refused)
    more = max(0, missing - len(waiting)) if is_open else 0
    return Aside(len(state.participants), connected, tuple(waiting), more, is_open, flagged)


def rows(state: QuizState, board: Scoreboard, count: int | None = None) -> tuple[Row, ...]:
    """The first ``count`` of the standings; None means all."""
    return tuple(_row(state, board, standing) for standing in board.standings[:count])


def _row(state: QuizState, board: Scoreboard, standing: Standing) -> Row:
    typed = state.participants[standing.participant].typed
    return Row(standing.rank, typed, standing.name, standing.total, board.moves.get(standing.participant))


def _reveal(state: QuizState, board: Scoreboard, index: QuestionNumber) -> Reveal:
    marks, question = board.marks[index], state.quiz.questions[index]
    tally = content.tally(state, index, reveal=True)
    wrong = [row for row in tally.rows if row.correct is False and row.count]
    top = max(wrong, key=lambda row: row.count, default=None)
    right = [mark.answer.elapsed for mark in marks.values() if mark.right]
    missed = [mark.answer.elapsed for mark in marks.values() if not mark.right]
    return Reveal(
        question=content.public_question(state, index),
        key=content.key(question),
        tally=tally,
        distractor=top.letter if top else None,
        distractor_text=top.text if top else "",
        typical=_median([*right, *missed]),
        typical_right=_median(right),
        typical_wrong=_median(missed),
        times=_times(state, index, marks),
        fastest=_fastest(state.participants, marks),
    )


def _times(state: QuizState, index: QuestionNumber, marks: Marks) -> tuple[TimeColumn, ...]:
    limit = max(opening.limit for opening in state.openings[index])
    counts: Counter[tuple[int, bool]] = Counter(
        (min(mark.answer.elapsed * content.BINS // limit, content.BINS - 1), mark.right) for mark in marks.values()
    )
    labels = [f"{limit * step / content.BINS / 1000:.0f}" for step in range(content.BINS)]
    return tuple(TimeColumn(label, counts[bin_, True], counts[bin_, False]) for bin_, label in enumerate(labels))


def _fastest(people: dict[ParticipantId, Participant], marks: Marks) -> tuple[Fast, ...]:
    right = sorted((mark.answer.elapsed, who) for who, mark in marks.items() if mark.right)
    return tuple(Fast(people[who].name, elapsed) for elapsed, who in right[:FASTEST])


def _leaders(state: QuizState, board: Scoreboard, index: QuestionNumber) -> Leaders:
    listed = rows(state, board)
    climber = max((row for row in listed if row.move and row.move > 0), key=lambda row: row.move or 0, default=None)
    coming = next((row for row in frame.sheet(state, board) if row.standing == "next"), None)
    if coming is None and (number := frame.following(state)) is not None:
        coming = frame.sheet(state, board)[number]
    return Leaders(index + 1, listed[:LISTED], climber, coming, len(listed))


def over(state: QuizState, board: Scoreboard) -> Over:
    scored = [number for number in board.marks if not state.quiz.questions[number].is_poll]
    right = sum(mark.right for number in scored for mark in board.marks[number].values())
    given = sum(len(marks) for marks in board.marks.values())
    people = len(state.participants)
    totals = [standing.total for standing in board.standings]
    return Over(
        started_at=state.started_at,
        finished_at=state.finished_at,
        took_part=people,
        mean=sum(totals) // people if people else None,
        most=FULL * len(scored),
        right=content.percent(right, people * len(scored)) if people and scored else None,
        answered=content.percent(given, people * len(board.marks)) if people and board.marks else None,
        scores=content.score_distribution(state, board),
        rows=rows(state, board, content.TOP),
        asked=len(board.marks),
        questions=len(state.quiz.questions),
    )


def _median(times: list[Millis]) -> Millis | None:
    return median_low(times) if times else None
