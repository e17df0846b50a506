"""A question that is opened again: for those who have no answer; what was given stays."""

from portal.domain.ids import Millis, QuestionNumber
from portal.domain.quiz import commands as c
from portal.domain.quiz.state import Phase
from tests.playing import Room, pid, question, quiz

FIRST = QuestionNumber(0)


def closed_room(score_fn: str = "linear") -> Room:
    """Ada answered after 15 of 30 seconds, Bea not; the first question is closed."""
    room = Room(quiz(question("B"), question("C"), score_fn=score_fn)).join("ada", "bea").next()
    return room.answer("ada", "B", after=15_000).wait(5_000).close()


def reopened(room: Room) -> Room:
    return room.do(c.Reopen(room.state.turn))


def test_a_reopened_question_has_its_full_time_limit_again() -> None:
    room = closed_room()
    room.do(c.Open(room.state.turn, QuestionNumber(1), Millis(7_000))).close()
    room.do(c.Open(room.state.turn, FIRST, None))
    assert room.state.opening is not None
    assert (room.state.current, room.state.opening.limit) == (0, 30_000)
    assert room.state.opening.deadline == room.now + 30_000


def test_answers_already_given_stay_with_their_round_and_points() -> None:
    room = closed_room()
    before = room.state.participants[pid("ada")].answers[FIRST]
    assert room.total("ada") == 75
    reopened(room.wait(60_000)).answer("ada", "C", after=100).close()
    assert room.state.participants[pid("ada")].answers[FIRST] == before
    assert room.total("ada") == 75
    assert room.state.round == 1


def test_new_answers_count_their_time_from_the_reopening() -> None:
    room = reopened(closed_room().wait(60_000)).answer("bea", "B", after=3_000).close()
    assert room.state.participants[pid("bea")].answers[FIRST].elapsed == 3_000
    assert room.total("bea") == 95


def test_each_answer_is_measured_by_the_limit_of_its_own_opening() -> None:
    room = closed_room()
    room.do(c.Open(room.state.turn, FIRST, Millis(60_000))).answer("bea", "B", after=30_000).close()
    assert (room.total("ada"), room.total("bea")) == (75, 75)


def test_by_order_of_arrival_those_of_the_first_opening_came_first() -> None:
    room = reopened(closed_room("ranked")).answer("bea", "B").close()
    assert (room.total("ada"), room.total("bea")) == (100, 95)


def test_what_a_reopened_question_is_worth_is_not_in_the_totals_until_it_is_closed_again() -> None:
    room = closed_room()
    assert room.total("ada") == 75
    assert reopened(room).total("ada") == 0
    assert room.close().total("ada") == 75


def test_a_jump_to_a_question_that_was_closed_before_opens_it_as_by_reopen() -> None:
    room = closed_room().next().close()
    room.do(c.Open(room.state.turn, FIRST, None)).answer("ada", "C").answer("bea", "B", after=1_000).close()
    answers = {who: each.answers[FIRST].choice for who, each in room.state.participants.items()}
    assert answers == {"ada": "B", "bea": "B"}
    assert room.state.tallies[FIRST] == {"B": 2}


def test_it_can_be_reopened_from_the_standings_and_any_number_of_times() -> None:
    room = closed_room()
    room.do(c.ShowStandings(room.state.turn))
    for _ in range(3):
        reopened(room)
        assert room.state.phase is Phase.OPEN
        room.close()
    assert len(room.state.openings[FIRST]) == 4
    assert room.state.answered[FIRST] == 1
