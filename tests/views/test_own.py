"""A page drawn once with holes and filled for each is, to the byte, the page drawn for that student alone."""

from functools import partial
from types import SimpleNamespace
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from portal import render
from portal.domain.ids import Turn
from portal.domain.quiz import commands as c
from portal.domain.quiz.state import CODE_LIFE, Phase
from portal.render import Renderer, Stencil, environment
from portal.views import content, own, projector, student
from portal.views.instructor import run
from portal.web import student_pages
from portal.web.context import Portal
from portal.web.once import Once
from portal.wording import ENGLISH
from tests.playing import Room, question, quiz

RENDERER = Renderer()
PEOPLE = [f"s{number}" for number in range(9)]


def draw(stage: student.Stage, version: str) -> str:
    return RENDERER.fragment("student/page.html", view=stage, version=version)


def portal_in(room: Room) -> Portal:
    """As much of a portal as a review needs."""
    run = SimpleNamespace(shown=room.state, board=room.board)
    return cast("Portal", SimpleNamespace(run=run, once=Once()))


def pages(room: Room) -> tuple[dict[str, str], dict[str, str], int]:
    """Everybody's page drawn whole, and filled in; and how many shapes were drawn for the latter."""
    whole: dict[str, str] = {}
    filled: dict[str, str] = {}
    stencils: dict[own.Shape, Stencil] = {}
    portal = portal_in(room)
    for who in room.state.participants:
        stage = student.stage(room.state, room.board, who, room.now)
        mine = own.own(room.state, room.board, who, room.now, partial(student_pages.review, portal))
        version = student.version(room.state, who)
        if mine.shape not in stencils:
            stencils[mine.shape] = Stencil(draw(own.punched(stage), version))
        whole[who] = draw(stage, version)
        filled[who] = stencils[mine.shape].fill(mine)
    return whole, filled, len(stencils)


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_filled_and_whole_pages_are_the_same_in_every_state(data: st.DataObject) -> None:
    picks = st.sampled_from(["A", "B", "C", "D", None])
    room = Room(quiz(question("B"), question("AC", several=True), question(None), score_fn="linear"))
    for each in PEOPLE:
        room.join(each, name=f"<b>{each}</b> & \u202aSöns")
    for number in range(3):
        room.next()
        if number == 1:
            room.wait(500).join("late")
        for each in list(room.state.participants):
            if pick := data.draw(picks):
                room.answer(each, pick, after=data.draw(st.integers(0, 900)))
        for phase in (Phase.OPEN, Phase.CLOSED, Phase.STANDINGS):
            assert room.state.phase is phase
            whole, filled, _ = pages(room)
            assert filled == whole
            assert len({whole[who] for who in room.state.participants if own.has_none(room.state, who)}) <= 1
            if phase is Phase.OPEN:
                room.close()
            elif phase is Phase.CLOSED:
                room.do(c.ShowStandings(room.state.turn))
    room.next()
    assert room.state.phase is Phase.FINISHED
    whole, filled, _ = pages(room)
    assert filled == whole


def test_a_class_that_has_not_answered_yet_has_one_page() -> None:
    room = Room().join(*PEOPLE).next()
    whole, filled, drawn = pages(room)
    assert filled == whole
    assert drawn == 1


def test_whoever_has_answered_or_missed_a_question_has_a_page_of_their_own() -> None:
    def have_none(room: Room) -> set[str]:
        return {who for who in room.state.participants if own.has_none(room.state, who)}

    room = Room(quiz(question("B"), question("B"))).join(*PEOPLE)
    assert not have_none(room)
    room.next().wait(500).join("early")  # nothing had closed yet
    assert have_none(room) == {*PEOPLE, "early"}
    assert not have_none(room.close())
    room.next().wait(500).join("late").answer("s3", "B")
    assert have_none(room) == {*PEOPLE, "early"} - {"s3"}


def test_a_class_in_the_lobby_has_one_page_and_those_whose_code_is_over_another() -> None:
    room = Room()
    for number, each in enumerate(PEOPLE):
        room.join(each, name=f"<b>{each}</b> \u202aSöns & {number}")
    whole, filled, drawn = pages(room)
    assert filled == whole
    assert drawn == 1
    room.wait(CODE_LIFE - 1_000).join("late").wait(2_000)
    whole, filled, drawn = pages(room)
    assert filled == whole
    assert drawn == 2


def test_the_first_in_the_lobby_has_a_page_as_the_others() -> None:
    whole, filled, _ = pages(Room().join("ada"))
    assert filled == whole


def test_at_the_end_a_class_has_one_page_beside_those_of_the_first_five() -> None:
    room = Room(quiz(question("B"))).join(*PEOPLE).next().close().next()
    assert room.state.phase is Phase.FINISHED
    whole, filled, drawn = pages(room)
    assert filled == whole
    assert drawn == content.TOP + 1


def test_whoever_ends_a_quiz_without_a_question_has_nothing_to_review() -> None:
    room = Room().join("ada").do(c.End(Turn(0)))
    whole, filled, _ = pages(room)
    assert filled == whole
    assert "No question has been closed yet." in filled["ada"]


def test_a_quiz_that_ends_before_its_first_question_is_over_on_every_screen() -> None:
    room = Room().join("ada").do(c.End(Turn(0)))
    assert isinstance(projector.stage(room.state, room.board, room.now).body, projector.Leaders)
    assert isinstance(run.body(room.state, room.board), run.Over)


def test_a_review_that_many_share_is_the_one_drawn_for_each_alone() -> None:
    room = Room(quiz(question("B"), question("AC", several=True), question(None))).join(*PEOPLE)
    for number in range(3):
        room.next()
        for place, each in enumerate(PEOPLE[: 4 + number]):
            room.answer(each, "ABCD"[place % 4], after=100 * place)
        room.close()
    room.next()
    template = environment(ENGLISH).get_template("student/_review.html")
    for who in room.state.participants:
        for reviewed in student.review(room.state, room.board, who).reviews:
            assert isinstance(reviewed, student.Reviewed)
            assert render.review(reviewed) == template.render(each=reviewed)
            assert (reviewed.receipt or "no answer") in render.review(reviewed)


def test_a_rank_of_one_s_own_is_no_page_of_one_s_own() -> None:
    room = Room(quiz(question("B"), score_fn="linear"))
    for number in range(60):
        room.join(f"p{number}", name=f"Person {number}")
    room.next()
    for number in range(60):
        room.answer(f"p{number}", "AB"[number % 2], after=450)
    room.close()
    assert len({room.board.by_participant[who].rank for who in room.state.participants}) > 5
    whole, filled, drawn = pages(room)
    assert filled == whole
    assert drawn <= len(("right", "wrong")) + content.TOP
