"""What every page of the console has around its main part: the state in words, the next step, the run sheet."""

from dataclasses import dataclass
from enum import Enum

from portal.domain.ids import Millis, QuestionNumber, Turn
from portal.domain.quiz.events import Slide
from portal.domain.quiz.scoreboard import Scoreboard
from portal.domain.quiz.state import Phase, QuizState
from portal.views import content
from portal.wording import N_, _, ngettext

EXTRA = 15  # seconds that the dock's button adds


class Page(Enum):
    """The console's live pages. ``value`` is the last part of their address, and what forms send along."""

    RUN = "run"
    PEOPLE = "people"
    QUESTIONS = "questions"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Action:
    """A button that posts to ``/admin/{command}``; its label says what that will do. ``seconds`` goes with extend."""

    label: str
    command: str
    icon: str | None = None
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class SlideChoice:
    """One thing that the hall's page can be turned to."""

    slide: str
    label: str
    pressed: bool


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A question of the run sheet. ``standing``: waiting, next, open or closed; ``percent`` fully right, if known."""

    index: QuestionNumber
    number: int
    text: str
    seconds: int
    standing: str
    percent: int | None
    is_poll: bool
    is_present: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The upper fields are what the stage carries as ``data-…``; ``error`` and ``notice`` tell of a refusal."""

    state: str
    run: int
    turn: Turn
    question: QuestionNumber | None
    round: int | None
    remaining: Millis | None
    limit: Millis | None
    error: str | None
    notice: str | None
    page: str
    title: str
    badge: str
    is_live: bool
    say: str
    hint: str
    primary: Action | None
    secondary: Action | None
    slides: tuple[SlideChoice, ...]
    sheet: tuple[SheetRow, ...]
    locked: bool
    answered: int | None
    participants: int


def frame(
    state: QuizState, board: Scoreboard, page: Page, now: Millis, error: str | None = None, notice: str | None = None
) -> Frame:
    """The frame of ``page`` at ``now``; ``primary`` is None only when nothing is left to do but take the results."""
    asked = state.current is not None and state.phase is not Phase.FINISHED
    primary, secondary = _actions(state)
    badge = _badge(state)
    return Frame(
        state=state.phase.value,
        run=state.run,
        turn=state.turn,
        question=state.current if asked else None,
        round=state.round if asked else None,
        remaining=content.remaining(state, now),
        limit=state.opening.limit if state.opening and state.phase is Phase.OPEN else None,
        error=error,
        notice=notice,
        page=page.value,
        title=state.quiz.title,
        badge=badge,
        is_live=state.phase in (Phase.LOBBY, Phase.OPEN),
        say=notice or badge,
        hint=_hint(state),
        primary=primary,
        secondary=secondary,
        slides=_slides(state),
        sheet=sheet(state, board),
        locked=state.locked,
        answered=state.answered[state.current] if asked and state.current is not None else None,
        participants=len(state.participants),
    )


def following(state: QuizState) -> QuestionNumber | None:
    """The question that ``next`` opens; None when it finishes the run."""
    number = QuestionNumber(0 if state.current is None else state.current + 1)
    return number if state.quiz.has(number) and state.phase is not Phase.FINISHED else None


def sheet(state: QuizState, board: Scoreboard) -> tuple[SheetRow, ...]:
    """Every question of the pool, in its order."""
    coming = following(state)
    numbers = map(QuestionNumber, range(len(state.quiz.questions)))
    return tuple(_sheet_row(state, board, number, coming) for number in numbers)


def _sheet_row(state: QuizState, board: Scoreboard, number: QuestionNumber, coming: QuestionNumber | None) -> SheetRow:
    question, openings, marks = state.quiz.questions[number], state.openings.get(number), board.marks.get(number)
    standing = "next" if number == coming else "waiting"
    if openings:
        standing = "closed" if openings[-1].closed_by is not None else "open"
    percent = None
    if marks and not question.is_poll:
        percent = content.percent(sum(mark.right for mark in marks.values()), len(marks))
    limit = openings[-1].limit if openings else question.time_limit
    is_present = number == state.current and state.phase is not Phase.FINISHED
    return SheetRow(number, number + 1, question.text, limit // 1000, standing, percent, question.is_poll, is_present)


def _actions(state: QuizState) -> tuple[Action | None, Action | None]:
    """The one next step, and the second best."""
    coming = following(state)
    finish = Action(_("Finish"), "next")
    match state.phase:
        case Phase.LOBBY:
            return Action(_("Start: open question 1"), "next"), None
        case Phase.OPEN:
            return Action(_("Close and reveal"), "close"), Action(f"{EXTRA} s", "extend", "plus", EXTRA)
        case Phase.CLOSED:
            skip = finish if coming is None else Action(_("Skip to %(number)s", number=coming + 1), "next")
            return Action(_("Show standings"), "standings"), skip
        case Phase.STANDINGS:
            if coming is None:
                return finish, None
            return Action(_("Next question: open %(number)s", number=coming + 1), "next", "next"), None
        case _:
            return None, None


def _badge(state: QuizState) -> str:
    number = 0 if state.current is None else state.current + 1
    match state.phase:
        case Phase.LOBBY:
            return _("Lobby locked") if state.locked else _("Lobby open")
        case Phase.OPEN:
            return _("Question %(number)s open", number=number)
        case Phase.CLOSED:
            return _("Question %(number)s revealed", number=number)
        case Phase.STANDINGS:
            return _("Standings")
        case Phase.FINISHED:
            return _("Finished")


def _hint(state: QuizState) -> str:
    skipped = sum(1 for number in range(state.current or 0) if QuestionNumber(number) not in state.openings)
    if state.phase is Phase.LOBBY:
        return (
            _("Nobody new can join: the room is locked.")
            if state.locked
            else _("Anyone can still join after you start.")
        )
    if skipped and state.phase is not Phase.FINISHED:
        return ngettext(
            "%(num)s skipped so far; open it from the run sheet.",
            "%(num)s skipped so far; open any of them from the run sheet.",
            skipped,
        )
    return ""


_SLIDES = {
    Slide.AUTO: N_("Question"),
    Slide.ANSWERS: N_("Answers"),
    Slide.TIMES: N_("Times"),
    Slide.SCORES: N_("Scores"),
    Slide.LEADERS: N_("Leaders"),
    Slide.JOIN_CODE: N_("Join code"),
}


def _slides(state: QuizState) -> tuple[SlideChoice, ...]:
    """What the hall may be turned to now. While a question is open that is the vote itself, or the join code."""
    names = dict(_SLIDES)
    match state.phase:
        case Phase.LOBBY:
            return ()
        case Phase.OPEN:
            names = {**_SLIDES, Slide.ANSWERS: N_("Live answers")}
            for closed in (Slide.TIMES, Slide.SCORES, Slide.LEADERS):
                del names[closed]
        case Phase.CLOSED:
            names = {slide: label for slide, label in _SLIDES.items() if slide is not Slide.AUTO}
    shown = state.slide
    if shown not in names:
        shown = Slide.ANSWERS if state.phase is Phase.CLOSED else Slide.AUTO
    if state.phase in (Phase.STANDINGS, Phase.FINISHED):
        del names[Slide.AUTO]
        shown = Slide.LEADERS if shown is Slide.AUTO else shown
    return tuple(SlideChoice(slide.value, _(label), slide is shown) for slide, label in names.items())
