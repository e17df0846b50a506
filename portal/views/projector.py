"""What the hall may see: no student id, no wrong individual answer, nobody below tenth, no vote before the close."""

from dataclasses import dataclass
from typing import ClassVar

from portal.domain.ids import Millis, QuestionNumber, Turn
from portal.domain.quiz.events import Slide
from portal.domain.quiz.scoreboard import Scoreboard
from portal.domain.quiz.state import Phase, QuizState
from portal.views import content, crowding
from portal.views.content import BoardRow, Column, Key, PublicQuestion, Tally
from portal.views.crowding import Fit

LISTED = 10


@dataclass(frozen=True, slots=True)
class JoinCode:
    """The lobby, and the join code whenever the instructor asks for it."""

    part: ClassVar = "join"
    joined: int
    questions: int
    locked: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """An open question. ``tally`` is None unless the instructor lets the hall see the vote as it comes in."""

    part: ClassVar = "asked"
    question: PublicQuestion
    answered: int
    participants: int
    tally: Tally | None


@dataclass(frozen=True, slots=True)
class Reveal:
    """A closed question with its key and the vote."""

    part: ClassVar = "reveal"
    question: PublicQuestion
    key: Key
    tally: Tally


@dataclass(frozen=True, slots=True)
class Times:
    """Response times of the question that was closed. ``typical`` is their median in ms, None if nobody answered."""

    part: ClassVar = "times"
    question: PublicQuestion
    columns: tuple[Column, ...]
    typical: Millis | None
    answered: int


@dataclass(frozen=True, slots=True)
class Scores:
    """Totals so far. ``average`` is None in an empty room."""

    part: ClassVar = "scores"
    columns: tuple[Column, ...]
    average: int | None
    participants: int


@dataclass(frozen=True, slots=True)
class Leaders:
    """Up to ten rows. ``final`` says that the quiz is over: the same rows, as a podium."""

    part: ClassVar = "leaders"
    rows: tuple[BoardRow, ...]
    participants: int
    final: bool


Body = JoinCode | Asked | Reveal | Times | Scores | Leaders


@dataclass(frozen=True, slots=True)
class Stage:
    """The whole of the hall's page that follows the run."""

    state: str
    run: int
    turn: Turn
    question: QuestionNumber | None
    round: int | None
    remaining: Millis | None
    limit: Millis | None
    title: str
    joined: int
    body: Body
    fit: Fit  # see crowding


def version(state: QuizState) -> str:
    """Equal for two moments exactly when the hall's page is the same in both."""
    answered = state.answered[state.current] if state.current is not None else 0
    pages = (state.run, state.turn, state.slide.value, len(state.participants), answered, int(state.locked))
    return ".".join(str(each) for each in (*pages, state.reckoning))


def stage(state: QuizState, board: Scoreboard, now: Millis) -> Stage:
    has_question = state.current is not None and state.phase is not Phase.FINISHED
    body = _body(state, board)
    return Stage(
        state=state.phase.value,
        run=state.run,
        turn=state.turn,
        question=state.current if has_question else None,
        round=state.round if has_question else None,
        remaining=content.remaining(state, now),
        limit=state.opening.limit if state.opening and state.phase is Phase.OPEN else None,
        title=state.quiz.title,
        joined=len(state.participants),
        body=body,
        fit=_fit(body),
    )


def _fit(body: Body) -> Fit:
    match body:
        case Asked(question=question, tally=tally):
            return crowding.asked(question, tally)
        case Reveal(question=question, key=key):
            return crowding.revealed(question, key)
        case _:
            return Fit()


def _body(state: QuizState, board: Scoreboard) -> Body:
    if state.phase is Phase.LOBBY or state.slide is Slide.JOIN_CODE:
        return JoinCode(len(state.participants), len(state.quiz.questions), state.locked)
    if state.current is None:  # ended before its first question
        return _leaders(state, board)
    if state.phase is Phase.OPEN:
        return _asked(state, state.current)
    return _after_close(state, board, state.current)


def _asked(state: QuizState, index: QuestionNumber) -> Asked:
    live = content.tally(state, index, reveal=False) if state.slide is Slide.ANSWERS else None
    return Asked(content.public_question(state, index), state.answered[index], len(state.participants), live)


def _after_close(state: QuizState, board: Scoreboard, index: QuestionNumber) -> Body:
    question = content.public_question(state, index)
    revealed = Reveal(question, content.key(state.quiz.questions[index]), content.tally(state, index, reveal=True))
    match state.slide:
        case Slide.ANSWERS:
            return revealed
        case Slide.TIMES:
            elapsed = sorted(mark.answer.elapsed for mark in board.marks.get(index, {}).values())
            typical = elapsed[len(elapsed) // 2] if elapsed else None
            return Times(question, content.response_times(state, index), typical, len(elapsed))
        case Slide.SCORES:
            totals = [standing.total for standing in board.standings]
            average = sum(totals) // len(totals) if totals else None
            return Scores(content.score_distribution(state, board), average, len(totals))
        case Slide.LEADERS:
            return _leaders(state, board)
        case _:
            return revealed if state.phase is Phase.CLOSED else _leaders(state, board)


def _leaders(state: QuizState, board: Scoreboard) -> Leaders:
    return Leaders(content.top(board, LISTED), len(state.participants), final=state.phase is Phase.FINISHED)
