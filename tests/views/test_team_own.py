"""A contest's pages and rows that are drawn once for many are, to the byte, those drawn for one team alone."""

import itertools
from dataclasses import replace

from portal.render import Renderer
from portal.views import team, team_own, team_tables
from portal.web.team_pages import drawn_stage
from tests.contesting import Hall, contest, question, running
from tests.views.test_team import Room

NAMES = ("<b>Ours</b> & “Co”", "Theirs >", "Søren", "Last")


def held_by_all() -> Hall:
    """Two questions of one answer, one of several, and a box."""
    questions = question("q1"), question("q2"), question("q3", several=True, correct="AB")
    hall = running(*NAMES, content=replace(contest(), questions=questions))
    for name in NAMES[:3]:
        hall.ask(name)
    return hall.open(NAMES[3])


def test_a_held_question_filled_in_is_the_page_drawn_whole() -> None:
    hall, renderer = held_by_all(), Renderer()
    shapes = set()
    for name in NAMES:
        view = team.stage(hall.state, hall.id(name), hall.now)
        shapes.add(team_own.punched(view))
        assert drawn_stage(renderer, view) == renderer.fragment("team/_stage.html", view=view, boxes=None)
        assert view.name not in repr(team_own.punched(view))
    assert len(shapes) == 3, "the two questions of one answer look alike"


def test_only_a_page_with_a_question_is_shared() -> None:
    hall = running(NAMES[0])
    who = hall.id(NAMES[0])
    assert team_own.punched(team.stage(hall.state, who, hall.now)) is None
    hall.ask(NAMES[0])
    assert team_own.punched(team.stage(hall.state, who, hall.now, notice="Already yours.")) is None


def test_rows_of_teams_filled_in_are_the_rows_drawn_whole() -> None:
    hall, renderer = held_by_all(), Renderer()
    for amount, name in ((5, NAMES[1]), (-20, NAMES[2])):
        hall.do(hall.adjusting(name, amount))
    devices = [device for each in hall.state.teams.values() for device in each.devices]
    for online in itertools.islice(itertools.combinations(devices, 2), 3):
        rows = team_tables.teams(hall.state, Room(*online, seen=dict.fromkeys(devices, 1)), hall.now)
        whole = [renderer.fragment("team_console/_team_row.html", row=row) for row in rows]
        assert renderer.rows("team_console/_team_row.html", rows) == "".join(whole)


def test_a_change_of_ranks_draws_no_row_anew() -> None:
    """280 rows drawn one by one took a tenth of a second, whenever a team took the lead."""
    names = tuple(f"Team {number}" for number in range(40))
    hall, renderer = running(*names), Renderer()
    drawn: list[str] = []
    draw = renderer.fragment
    renderer.fragment = lambda template, **context: drawn.append(template) or draw(template, **context)  # type: ignore[method-assign,func-returns-value]  # counts as it draws
    for name in names[:5]:
        hall.do(hall.adjusting(name, 7, slip=name))
        renderer.rows("team_console/_team_row.html", team_tables.teams(hall.state, Room(), hall.now))
    assert len(drawn) <= 3, "one for each shape: climbed, fell, stayed"
