"""A contest's pages and rows that are drawn once for many are, to the byte, those drawn for one team alone."""

import itertools
from dataclasses import fields, replace

from portal.domain.competition import commands as c
from portal.domain.ids import Claim, Millis
from portal.render import Partial, Renderer, message
from portal.views import team, team_own, team_tables
from portal.views.team_content import HeldQuestion
from portal.web.team_pages import drawn_held
from tests.contesting import Hall, contest, mystery, question, running
from tests.views.test_team import Room

NAMES = ("<b>Ours</b> & “Co”", "Theirs >", "Søren", "Last")


def held_by_all() -> Hall:
    """Two questions of one answer, one of several, and a box."""
    questions = question("q1"), question("q2"), question("q3", several=True, correct="AB")
    hall = running(*NAMES, content=replace(contest(), questions=questions))
    for name in NAMES[:3]:
        hall.ask(name)
    return hall.open(NAMES[3])


def shared(hall: Hall, renderer: Renderer, name: str) -> tuple[team_own.Own, str]:
    """What is of the team alone, and its reply made of what it has in common with others."""
    own = team_own.own(hall.state, hall.id(name), hall.now)
    assert own is not None
    return own, drawn_held(renderer, own, lambda: team.stage(hall.state, hall.id(name), hall.now)).decode()


def whole(hall: Hall, renderer: Renderer, name: str) -> str:
    """The same, drawn for this team alone."""
    who = hall.id(name)
    view, version = team.stage(hall.state, who, hall.now), team.version(hall.state, who)
    stage = Partial("#stage", renderer.fragment("team/_stage.html", view=view, boxes=None))
    return message(stage, Partial("#v", f'<input type="hidden" id="v" name="v" value="{version}">'))


def test_a_held_question_filled_in_is_the_page_drawn_whole() -> None:
    hall, renderer = held_by_all(), Renderer()
    shapes = set()
    for name in NAMES:
        own, filled = shared(hall, renderer, name)
        shapes.add(own.shape)
        assert filled == whole(hall, renderer, name)
        assert name not in repr(team_own.punched(team.stage(hall.state, hall.id(name), hall.now)))
    assert len(shapes) == 3, "the two questions of one answer look alike"


def test_whatever_else_a_page_with_a_question_shows_is_drawn_apart() -> None:
    """Two shapes that are equal must not hide a difference in anything that the view has besides the holes."""
    plain, two = question("q1"), replace(question("q1"), options=question("q1").options[:2])
    timed = running(NAMES[0], content=replace(contest(), duration=Millis(600_000)))
    longer = running(NAMES[0], content=replace(contest(), duration=Millis(900_000)))
    later = running(NAMES[0], content=replace(contest(), duration=Millis(600_000)))
    crowded, again = running(NAMES[0]), Hall(contest()).reset().register(NAMES[0]).start()
    later.do(c.Resume(Millis(5_000)))
    crowded.do(c.JoinTeam(crowded.team(NAMES[0]).code, Claim("second phone")))
    halls = [
        *(running(NAMES[0], content=replace(contest(), questions=(each,))) for each in (plain, two)),
        running(NAMES[0], content=replace(contest(), questions=(question("q1", points=7),))),
        running(NAMES[0], content=replace(contest(), title="Another")),
        *(timed, longer, later, crowded, again),
    ]
    dear = replace(contest(), mysteries=(mystery("hard1", cost=160),))
    boxes = [running(NAMES[0]), running(NAMES[0], content=dear)]
    opened = [*(hall.ask(NAMES[0]) for hall in halls), *(hall.open(NAMES[0]) for hall in boxes)]
    renderer, looks = Renderer(), {}
    for hall in opened:
        own, filled = shared(hall, renderer, NAMES[0])
        assert filled == whole(hall, renderer, NAMES[0])
        looks[own.shape] = team_own.punched(team.stage(hall.state, hall.id(NAMES[0]), hall.now))
    assert (len(looks), len(set(looks.values()))) == (len(opened), len(opened))


def test_a_new_part_of_the_page_is_not_shared_before_somebody_has_thought_of_it() -> None:
    """Whoever adds a field: is it in ``Own.shape``, a hole, or the same for all? Then it belongs here, too."""
    stage = (
        "state run turn team points rank held outcome remaining limit title name code standings body error notice at"
    )
    thought_of = {
        team.Stage: stage,
        team.Holding: "question others",
        HeldQuestion: "id text options several points difficulty cost",
    }
    for kind, names in thought_of.items():
        assert [field.name for field in fields(kind)] == names.split()


def test_only_a_page_with_a_question_is_shared() -> None:
    hall = running(NAMES[0])
    who = hall.id(NAMES[0])
    assert team_own.own(hall.state, who, hall.now) is None
    hall.ask(NAMES[0])
    assert team_own.own(hall.state, who, hall.now) is not None
    hall.do(c.End(hall.state.turn))
    assert team_own.own(hall.state, who, hall.now) is None, "it is over, and the page tells what was left unanswered"


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
