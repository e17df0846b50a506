"""What is one student's own on the pages that all see at the same instant: lobby, question, reveal, standings, end.

``shape`` says which pages look alike, ``punched`` opens holes where they differ, ``own`` says what fills them.
Invariant: whatever a student's page shows that another's of the same shape does not is a hole;
``tests/views/test_own.py`` compares with the page drawn whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import ClassVar, SupportsIndex

from portal.domain.ids import Millis, ParticipantId, QuestionNumber
from portal.domain.quiz.scoreboard import Mark, Scoreboard
from portal.domain.quiz.state import Answer, Participant, Phase, QuizState
from portal.domain.ranking import Standing
from portal.views import content
from portal.views.content import TOP, BoardRow
from portal.views.holes import Hole, Move, mark, millis, seconds
from portal.views.student import Asked, Body, Finished, Leaders, Lobby, Reveal, Stage
from portal.wording import suffix

Shape = tuple[object, ...]
Review = Callable[[Participant, QuestionNumber, Mark | None], str]
"""A closed question as its student reviews it, with what the answer to it came to: as HTML."""


@dataclass(slots=True)  # not frozen: to make one took 2 us instead of 0.3, for each message to each phone
class Placed:
    """One student's numbers after a close. ``place``: position among the top rows, None below them.

    ``answer`` and ``mark`` are None when the question was missed. ``ahead``, the next better one, is None for the
    first, and on a reveal, which does not show it. ``move`` is as on the board.

    Asked for a hole by its name, it answers with HTML.
    """

    name: str
    answer: Answer | None
    mark: Mark | None
    standing: Standing
    ahead: Standing | None
    move: int | None
    place: int | None
    remaining: ClassVar = None

    @property
    def shape(self) -> Shape:
        """Equal for two students whose pages differ in nothing but the values of their holes."""
        mark, moved = self.mark, _direction(self.move)
        scored = mark is not None and mark.points > 0
        choice = self.answer.choice if self.answer else None
        return choice, mark is not None and mark.right, scored, moved, self.place, self.ahead is None

    def __getitem__(self, hole: str) -> str:
        return _PLACED_VALUES[hole](self)


@dataclass(slots=True)  # as Placed
class Asking:
    """One student's own while a question is open. ``remaining`` is everybody's, and goes on from page to page."""

    name: str
    answer: Answer | None
    missed: tuple[int, ...]
    remaining: Millis

    @property
    def shape(self) -> Shape:
        """As of :class:`Placed`."""
        return self.answer.choice if self.answer else None, self.missed

    def __getitem__(self, hole: str) -> str:
        return _ASKING_VALUES[hole](self)


@dataclass(slots=True)  # as Placed
class Waiting:
    """One student's own in the lobby. ``joined`` is everybody's, but moves on while hundreds of pages are drawn."""

    name: str
    typed: str
    code: str | None
    joined: int
    remaining: ClassVar = None

    @property
    def shape(self) -> Shape:
        """As of :class:`Placed`."""
        return self.code is None, self.joined == 1

    def __getitem__(self, hole: str) -> str:
        return _LOBBY_VALUES[hole](self)


@dataclass(slots=True)  # as Placed
class Ended:
    """One student's own at the end. ``reviews``: the questions' reviews as HTML, which no view knows how to make."""

    name: str
    has_answered: bool  # the question at which it ended: the page's version tells
    standing: Standing
    move: int | None
    place: int | None
    right: int
    answered: int
    reviews: str
    remaining: ClassVar = None

    @property
    def shape(self) -> Shape:
        """As of :class:`Placed`."""
        return self.has_answered, self.place, _direction(self.move)

    def __getitem__(self, hole: str) -> str:
        return _END_VALUES[hole](self)


Own = Placed | Asking | Waiting | Ended


def own(state: QuizState, board: Scoreboard, who: ParticipantId, now: Millis, review: Review) -> Own:
    """What is of ``who`` alone. ``review`` draws a question of their review."""
    participant = state.participants[who]
    if state.phase is Phase.FINISHED:
        return _ended(state, board, participant, review)
    if state.phase is Phase.LOBBY or state.current is None:
        code = participant.code if now < participant.code_until else None
        return Waiting(participant.name, participant.typed, code, len(state.participants))
    answer = participant.answers.get(state.current)
    if state.phase is Phase.OPEN:
        opening = state.openings[state.current][-1]
        missed = content.missed_before(state, participant)
        return Asking(participant.name, answer, missed, Millis(max(0, opening.deadline - now)))
    standing, is_between = board.by_participant[who], state.phase is Phase.STANDINGS
    return Placed(
        participant.name,
        answer,
        mark=board.mark(state.current, who),
        standing=standing,
        ahead=board.standings[standing.rank - 2] if standing.rank > 1 and is_between else None,
        move=board.moves.get(who),
        place=_place(board, standing),
    )


def has_none(state: QuizState, who: ParticipantId) -> bool:
    """Whether nothing on the page of ``who`` is theirs alone: a question is open, not answered, and none was missed."""
    if state.phase is not Phase.OPEN or state.current is None:
        return False
    participant = state.participants[who]
    return state.current not in participant.answers and not content.missed_before(state, participant)


def _ended(state: QuizState, board: Scoreboard, participant: Participant, review: Review) -> Ended:
    who = participant.id
    marks = {number: marks.get(who) for number, marks in board.marks.items()}
    standing = board.by_participant[who]
    return Ended(
        participant.name,
        state.current in participant.answers,
        standing,
        board.moves.get(who),
        _place(board, standing),
        right=sum(mark is not None and mark.right for mark in marks.values()),
        answered=sum(mark is not None for mark in marks.values()),
        reviews="\n".join([review(participant, number, mark) for number, mark in marks.items()]),
    )


def _direction(move: int | None) -> int | None:
    """Up is 1, down -1."""
    return None if move is None else (move > 0) - (move < 0)


def _place(board: Scoreboard, standing: Standing) -> int | None:
    if standing.rank > TOP:
        return None
    return next((place for place, row in enumerate(board.standings[:TOP]) if row is standing), None)


_PLACED_VALUES: Mapping[str, Callable[[Placed], str]] = {
    "name": lambda own: escape(own.name),
    "elapsed": lambda own: seconds(own.answer.elapsed) if own.answer else "",
    "receipt": lambda own: own.answer.receipt if own.answer else "",
    "points": lambda own: str(own.mark.points if own.mark else 0),
    "total": lambda own: str(own.standing.total),
    "rank": lambda own: str(own.standing.rank),
    "rank_suffix": lambda own: suffix(own.standing.rank),
    "move": lambda own: str(own.move or 0),
    "moved": lambda own: str(abs(own.move or 0)),
    "gap": lambda own: str(own.ahead.total - own.standing.total if own.ahead else 0),
    "above": lambda own: str(own.ahead.rank if own.ahead else 0),
    "above_suffix": lambda own: suffix(own.ahead.rank if own.ahead else 0),
}
_ASKING_VALUES: Mapping[str, Callable[[Asking], str]] = {
    "name": lambda own: escape(own.name),
    "elapsed": lambda own: seconds(own.answer.elapsed) if own.answer else "",
    "receipt": lambda own: own.answer.receipt if own.answer else "",
    "remaining": lambda own: str(own.remaining),
}
_LOBBY_VALUES: Mapping[str, Callable[[Waiting], str]] = {
    "name": lambda own: escape(own.name),
    "first_name": lambda own: escape(own.name.split()[0]),
    "typed": lambda own: escape(own.typed),
    "code_begin": lambda own: escape((own.code or "")[:3]),
    "code_end": lambda own: escape((own.code or "")[3:]),
    "joined": lambda own: str(own.joined),
}

_END_VALUES: Mapping[str, Callable[[Ended], str]] = {
    "name": lambda own: escape(own.name),
    "first_name": lambda own: escape(own.name.split()[0]),
    "total": lambda own: str(own.standing.total),
    "rank": lambda own: str(own.standing.rank),
    "rank_suffix": lambda own: suffix(own.standing.rank),
    "move": lambda own: str(own.move or 0),
    "moved": lambda own: str(abs(own.move or 0)),
    "right": lambda own: str(own.right),
    "answered": lambda own: str(own.answered),
    "reviews": lambda own: own.reviews,
}


def punched(stage: Stage) -> Stage:
    """``stage`` with a hole wherever it shows something of its student alone."""
    return replace(
        stage,
        remaining=millis(stage.remaining, "remaining"),
        points=_hole(stage.points, "points"),
        total=_hole(stage.total, "total"),
        rank=_hole(stage.rank, "rank"),
        name=Name(mark("name")),
        body=_punched_body(stage.body),
    )


def _punched_body(body: Body) -> Body:
    match body:
        case Lobby():
            return replace(
                body,
                name=Name(mark("name")),
                typed=mark("typed"),
                joined=Hole(body.joined, "joined"),
                code=None if body.code is None else Code(mark("code")),
            )
        case Asked():
            return replace(body, elapsed=millis(body.elapsed, "elapsed"), receipt=_receipt(body.receipt))
        case Reveal():
            return replace(
                body,
                elapsed=millis(body.elapsed, "elapsed"),
                receipt=_receipt(body.receipt),
                points=Hole(body.points, "points"),
                you=_punched_row(body.you),
            )
        case Leaders():
            gap, above = _hole(body.gap, "gap"), _hole(body.above, "above")
            return replace(body, you=_punched_row(body.you), gap=gap, above=above)
        case Finished():
            right, answered = Hole(body.right, "right"), Hole(body.answered, "answered")
            reviews = (mark("reviews"),) if body.reviews else ()
            return replace(body, you=_punched_row(body.you), right=right, answered=answered, reviews=reviews)


def _punched_row(row: BoardRow) -> BoardRow:
    move = None if row.move is None else Move(row.move, "move")
    return replace(row, rank=Hole(row.rank, "rank"), name=mark("name"), total=Hole(row.total, "total"), move=move)


class Name(str):
    """The hole of a name; its first word is a hole of its own."""

    __slots__ = ()

    def split(self, sep: str | None = None, maxsplit: SupportsIndex = -1) -> list[str]:
        return [mark("first_name")]


class Code(str):
    """The hole of a re-join code, which a page shows in two halves."""

    __slots__ = ()

    def __getitem__(self, part: SupportsIndex | slice) -> str:
        assert isinstance(part, slice)
        return mark("code_begin" if part.start is None else "code_end")


def _hole(value: int | None, name: str) -> int | None:
    return None if value is None else Hole(value, name)


def _receipt(receipt: str | None) -> str | None:
    return mark("receipt") if receipt else receipt
