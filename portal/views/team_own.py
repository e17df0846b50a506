"""What is one team's own on the page of a question that it holds, as :mod:`portal.views.own` for a student's pages.

A question belongs to one team only, so even its texts are holes; what is left is drawn once for the whole contest.
``_held_values`` in :mod:`portal.web.team_pages` fills each hole: with HTML, which no view knows how to make.
Invariant: two teams whose ``Own.shape`` is equal have pages that differ in nothing but the values of their holes;
``tests/views/test_team_own.py`` compares with the page drawn whole.
"""

from dataclasses import dataclass, replace

from portal.domain.competition.roster import QuestionId, TeamCode, TeamId
from portal.domain.competition.state import ContestState, Phase
from portal.domain.competition.team import Team
from portal.domain.ids import Millis
from portal.domain.question import Option
from portal.views import team as team_views
from portal.views import team_content as content
from portal.views.content import BoardRow
from portal.views.holes import Hole, mark, millis
from portal.views.team import Holding, Stage, Standings
from portal.views.team_content import HeldQuestion

Shape = tuple[object, ...]

_POINTS, _RANK, _AT = Hole(0, "points"), Hole(0, "rank"), Hole(0, "at")
_LEFT = millis(Millis(0), "remaining")
_NOBODY = Standings(BoardRow(0, "", 0, None), 0, ())  # a page with a question shows no ranking


@dataclass(slots=True)  # not frozen: made for each team that asks, and hundreds ask in the same instant
class Own:
    """One team's own while it holds ``question``. ``shape`` is equal for all teams whose pages look alike."""

    team: Team
    question: HeldQuestion
    rank: int
    remaining: Millis | None
    at: int
    version: str
    shape: Shape


def own(state: ContestState, who: TeamId, now: Millis) -> Own | None:
    """What is of team ``who`` alone; None unless it has a question to answer."""
    team = state.teams[who]
    question = content.held_question(state, team) if state.phase is Phase.RUNNING else None
    if question is None:
        return None
    letters = tuple(each.letter for each in question.options)
    asked = letters, question.several, question.points, question.difficulty, question.cost
    told = state.run, state.turn, state.contest.title, state.duration, len(team.devices) > 1
    version = team_views.version(state, who)
    return Own(
        team, question, state.board.rank(who), content.remaining(state, now), state.sequence, version, (*told, *asked)
    )


def punched(stage: Stage) -> Stage:
    """``stage`` of a team that holds a question, with a hole wherever it shows something of its team alone."""
    body = stage.body
    assert isinstance(body, Holding), "of all pages only one with a question is shared"
    held = QuestionId(mark("held"))
    options = tuple(Option(each.letter, mark(f"option_{each.letter.lower()}")) for each in body.question.options)
    return replace(
        stage,
        team=TeamId(mark("team")),
        points=_POINTS,
        rank=_RANK,
        held=held,
        remaining=None if stage.remaining is None else _LEFT,
        name=mark("name"),
        code=TeamCode(mark("code")),
        standings=_NOBODY,
        at=_AT,
        body=replace(
            body,
            others=min(body.others, 1),
            question=replace(body.question, id=held, text=mark("text"), options=options),
        ),
    )
