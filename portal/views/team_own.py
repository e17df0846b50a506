"""What is one team's own on the page of a question that it holds, as :mod:`portal.views.own` for a student's pages.

A question belongs to one team only, so even its texts are holes; what is left is drawn once for the whole contest.
``_held_values`` in :mod:`portal.web.team_pages` fills each hole: with HTML, which no view knows how to make.
Invariant: two teams whose punched stages are equal have pages that differ in nothing but the values of their holes;
``tests/views/test_team_own.py`` compares with the page drawn whole.
"""

from dataclasses import replace

from portal.domain.competition.roster import QuestionId, TeamCode, TeamId
from portal.domain.ids import Millis
from portal.domain.question import Option
from portal.views.content import BoardRow
from portal.views.holes import Hole, mark, millis
from portal.views.team import Holding, Stage, Standings

_POINTS, _RANK, _AT = Hole(0, "points"), Hole(0, "rank"), Hole(0, "at")
_LEFT = millis(Millis(0), "remaining")
_NOBODY = Standings(BoardRow(0, "", 0, None), 0, ())  # a page with a question shows no ranking


def punched(stage: Stage) -> Stage | None:
    """``stage`` with a hole wherever it shows something of its team alone; None unless the team holds a question.

    It is the same for all teams whose pages look alike, and so the key under which they are drawn.
    """
    body = stage.body
    if not isinstance(body, Holding) or stage.error or stage.notice:
        return None
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
