"""What is one student's own on the pages that all see at the same instant: lobby, question, reveal and standings.

``Own.shape`` says which pages look alike, ``punched`` opens holes where they differ, ``Own.values`` fills them.
Invariant: whatever a student's page shows that another's of the same shape does not is a hole;
``tests/views/test_own.py`` compares with the page drawn whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import ClassVar, SupportsIndex

from portal.domain.ids import Choice, Millis, ParticipantId
from portal.domain.quiz.scoreboard import Scoreboard
from portal.domain.quiz.state import Phase, QuizState
from portal.views import content
from portal.views.content import TOP, BoardRow
from portal.views.holes import Hole, Move, mark, millis, seconds
from portal.views.student import Asked, Body, Leaders, Lobby, Reveal, Stage
from portal.wording import suffix

Shape = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """One student's numbers. ``place``: position among the top rows, None below them. ``move``: as on the board."""

    name: str
    choice: Choice | None
    elapsed: Millis | None
    receipt: str | None
    missed: tuple[int, ...]
    right: bool
    points: int
    total: int
    rank: int
    move: int | None
    place: int | None
    gap: int | None
    above: int | None
    remaining: Millis | None

    @property
    def shape(self) -> Shape:
        """Equal for two students whose pages differ in nothing but the values of their holes."""
        moved = None if self.move is None else (self.move > 0) - (self.move < 0)
        return self.choice, self.missed, self.right, self.points > 0, moved, self.place, self.gap is None

    def values(self) -> Mapping[str, str]:
        """What goes into the holes, ready for HTML."""
        return {
            "name": escape(self.name),
            "elapsed": "" if self.elapsed is None else seconds(self.elapsed),
            "receipt": self.receipt or "",
            "points": str(self.points),
            "total": str(self.total),
            "rank": str(self.rank),
            "rank_suffix": suffix(self.rank),
            "move": str(self.move or 0),
            "moved": str(abs(self.move or 0)),
            "gap": str(self.gap),
            "above": str(self.above),
            "above_suffix": suffix(self.above or 0),
            "remaining": str(self.remaining),
        }


@dataclass(frozen=True, slots=True)
class Waiting:
    """One student's own in the lobby. ``joined`` is everybody's, but moves on while hundreds of pages are drawn."""

    name: str
    typed: str
    code: str | None
    joined: int
    remaining: ClassVar = None

    @property
    def shape(self) -> Shape:
        """As of :class:`Own`."""
        return self.code is None, self.joined == 1

    def values(self) -> Mapping[str, str]:
        """What goes into the holes, ready for HTML."""
        code = self.code or ""
        return {
            "name": escape(self.name),
            "first_name": escape(self.name.split()[0]),
            "typed": escape(self.typed),
            "code_begin": escape(code[:3]),
            "code_end": escape(code[3:]),
            "joined": str(self.joined),
        }


def own(state: QuizState, board: Scoreboard, who: ParticipantId, now: Millis) -> Own | Waiting | None:
    """What is of ``who`` alone; None after the end, where a page is hardly anybody else's."""
    participant = state.participants[who]
    if state.phase is Phase.LOBBY or state.current is None:
        code = participant.code if now < participant.code_until else None
        return Waiting(participant.name, participant.typed, code, len(state.participants))
    if state.phase is Phase.FINISHED:
        return None
    answer = participant.answers.get(state.current)
    is_open = state.phase is Phase.OPEN
    standing = None if is_open else board.by_participant[who]
    given = board.mark(state.current, who) if not is_open else None
    ahead = board.standings[standing.rank - 2] if standing and standing.rank > 1 else None
    return Own(
        name=participant.name,
        choice=answer.choice if answer else None,
        elapsed=answer.elapsed if answer else None,
        receipt=answer.receipt if answer else None,
        missed=content.missed_before(state, participant) if is_open else (),
        right=given.right if given else False,
        points=given.points if given else 0,
        total=standing.total if standing else 0,
        rank=standing.rank if standing else 0,
        move=board.moves.get(who) if standing else None,
        place=None if is_open else next((i for i, row in enumerate(board.standings[:TOP]) if row is standing), None),
        gap=ahead.total - standing.total if ahead and standing else None,
        above=ahead.rank if ahead else None,
        remaining=content.remaining(state, now),
    )


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
        case _:
            return body


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
