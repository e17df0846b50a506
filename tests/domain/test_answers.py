"""Answers: which are accepted, when, and what is kept of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.ids import Choice, Claim, Millis, QuestionNumber, Sequence
from portal.domain.quiz import commands as c
from portal.domain.quiz import events as e
from portal.domain.quiz.state import Answer, Phase
from portal.domain.receipt import Sealed, receipt
from portal.domain.rejection import Reason
from tests.playing import Room, joining, pid, question, quiz, vote

LIMIT, GRACE = 30_000, 500


def open_room(*ids: str) -> Room:
    return Room().join(*(ids or ("ada",))).next()


def answer_of(room: Room, who: str, number: int = 0) -> Answer:
    return room.state.participants[pid(who)].answers[QuestionNumber(number)]


def accepted(room: Room) -> int:
    return sum(isinstance(event, e.AnswerAccepted) for event in room.history)


def test_an_answer_is_kept_with_its_time_from_the_opening() -> None:
    room = open_room("ada", "bea").answer("ada", "B", after=1_234)
    assert (answer_of(room, "ada").choice, answer_of(room, "ada").elapsed) == ("B", 1_234)
    assert (room.state.tallies[QuestionNumber(0)], room.state.answered[QuestionNumber(0)]) == ({"B": 1}, 1)


@pytest.mark.parametrize(
    ("after", "elapsed"),
    [(0, 0), (1, 1), (LIMIT - 1, LIMIT - 1), (LIMIT, LIMIT), (LIMIT + 1, LIMIT), (LIMIT + GRACE, LIMIT)],
)
def test_up_to_the_end_of_the_grace_an_answer_counts_and_never_as_later_than_the_limit(
    after: int, elapsed: int
) -> None:
    assert answer_of(open_room().answer("ada", "B", after=after), "ada").elapsed == elapsed


@pytest.mark.parametrize("after", [LIMIT + GRACE + 1, LIMIT * 100])
def test_after_the_grace_time_is_up_even_if_the_bell_is_late(after: int) -> None:
    room = open_room().wait(after)
    assert room.state.phase is Phase.OPEN
    assert room.refuses(room.answering("ada", "B")) is Reason.TIME_EXPIRED
    assert accepted(room) == 0


def test_waiting_inside_the_server_is_not_the_students_loss() -> None:
    room = open_room().wait(1_000)
    tap = room.answering("ada", "B")
    room.wait(LIMIT * 2).do(tap)
    assert answer_of(room, "ada").elapsed == 1_000


def test_a_tap_that_was_on_its_way_while_the_question_opened_has_used_no_time() -> None:
    room = Room().join("ada")
    early = Millis(room.now - 20)
    room.next().do(c.SubmitAnswer(pid("ada"), room.claim("ada"), QuestionNumber(0), None, Choice("B"), early))
    assert answer_of(room, "ada").elapsed == 0


def test_a_setting_may_take_the_grace_away() -> None:
    room = Room(grace=0).join("ada").next().wait(LIMIT + 1)
    assert room.refuses(room.answering("ada", "B")) is Reason.TIME_EXPIRED


def test_in_the_lobby_no_question_is_open() -> None:
    room = Room().join("ada")
    assert room.refuses(room.answering("ada", "B")) is Reason.NOT_OPEN


def test_after_the_bell_the_reason_is_the_time_and_after_a_hand_it_is_the_close() -> None:
    rung = open_room().wait(LIMIT + GRACE + 60)
    rung.do(c.RingBell(rung.state.turn))
    assert rung.refuses(rung.answering("ada", "B")) is Reason.TIME_EXPIRED
    closed = open_room().close()
    assert closed.refuses(closed.answering("ada", "B")) is Reason.NOT_OPEN


def test_an_answer_that_arrived_before_the_close_but_was_decided_after_it_is_out() -> None:
    room = open_room()
    tap = room.answering("ada", "B")
    assert room.close().refuses(tap) is Reason.NOT_OPEN


@pytest.mark.parametrize("phase", [Phase.STANDINGS, Phase.FINISHED])
def test_once_the_room_has_moved_on_nothing_is_open(phase: Phase) -> None:
    room = open_room().close()
    room.do(c.ShowStandings(room.state.turn) if phase is Phase.STANDINGS else c.End(room.state.turn))
    assert room.state.phase is phase
    assert room.refuses(room.answering("ada", "B")) is Reason.NOT_OPEN


def test_an_answer_to_another_question_than_the_open_one_is_stale() -> None:
    room = open_room().next()
    for number in (0, 2):
        assert room.refuses(room.answering("ada", "B", number)) is Reason.STALE_QUESTION
    room.close()
    assert room.refuses(room.answering("ada", "B", 0)) is Reason.NOT_OPEN


def test_an_answer_to_a_vote_that_is_not_the_present_one_is_stale() -> None:
    room = open_room()
    tap = c.SubmitAnswer(pid("ada"), room.claim("ada"), QuestionNumber(0), vote(2), Choice("B"), room.now)
    assert room.refuses(tap) is Reason.STALE_QUESTION
    of_this_vote = c.SubmitAnswer(pid("ada"), room.claim("ada"), QuestionNumber(0), vote(1), Choice("B"), room.now)
    assert accepted(room.do(of_this_vote)) == 1


@pytest.mark.parametrize("choice", ["", "E", "b", "A,B", "AB", "0", " ", ",", "A,E"])
def test_what_is_not_one_of_the_options_is_no_answer(choice: str) -> None:
    room = open_room()
    assert room.refuses(room.answering("ada", choice)) is Reason.BAD_ANSWER


@pytest.mark.parametrize("number", [-1, 3, 10**18])
def test_an_answer_to_a_question_that_is_not_there_is_no_answer(number: int) -> None:
    room = open_room()
    assert room.refuses(room.answering("ada", "B", number)) is Reason.BAD_ANSWER


def test_a_question_that_takes_several_takes_several() -> None:
    room = Room(quiz(question("AC", several=True))).join("ada", "bea").next()
    room.answer("ada", "A,C").answer("bea", "A").close()
    assert room.state.tallies[QuestionNumber(0)] == {"A": 2, "C": 1}
    assert (room.state.answered[QuestionNumber(0)], room.total("ada"), room.total("bea")) == (2, 100, 50)


def test_a_poll_takes_answers_and_scores_nothing() -> None:
    room = Room(quiz(question(None))).join("ada").next().answer("ada", "D").close()
    assert (answer_of(room, "ada").choice, room.total("ada")) == ("D", 0)


def test_whoever_never_joined_has_no_identity() -> None:
    room = open_room()
    assert room.refuses(room.answering("eve", "B")) is Reason.NO_IDENTITY


def test_nobody_answers_with_the_claim_of_another() -> None:
    room = open_room("ada", "bea")
    tap = c.SubmitAnswer(pid("ada"), room.claim("bea"), QuestionNumber(0), None, Choice("B"), room.now)
    assert room.refuses(tap) is Reason.NO_IDENTITY


def test_the_first_answer_stands_against_every_second_thought() -> None:
    room = open_room().answer("ada", "B", after=1_000).answer("ada", "C", after=1_000)
    assert (answer_of(room, "ada").choice, answer_of(room, "ada").elapsed, accepted(room)) == ("B", 1_000, 1)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from("ABCD"), min_size=1, max_size=20), st.booleans())
def test_the_same_tap_sent_any_number_of_times_is_one_answer(choices: list[str], reopened: bool) -> None:
    room = open_room()
    for choice in choices:
        room.answer("ada", choice, after=10)
        if reopened:
            room.close().do(c.Reopen(room.state.turn))
    assert (answer_of(room, "ada").choice, accepted(room)) == (choices[0], 1)
    assert room.state.answered[QuestionNumber(0)] == 1


def test_a_retry_after_the_close_is_told_that_it_was_saved_but_another_choice_is_not() -> None:
    room = open_room().answer("ada", "B").close()
    happened = len(room.history)
    assert len(room.do(room.answering("ada", "B")).history) == happened
    assert room.refuses(room.answering("ada", "C")) is Reason.NOT_OPEN


def test_an_answer_from_a_claim_that_was_replaced_is_nobodys() -> None:
    room = open_room()
    old_tap = room.answering("ada", "D")
    room.do(c.Clear(pid("ada")), joining("ada", claim="rightful"))
    assert room.refuses(old_tap) is Reason.NO_IDENTITY
    assert answer_of(room.answer("ada", "B"), "ada").choice == "B"


def test_a_late_joiner_missed_what_is_closed_and_can_answer_what_is_open() -> None:
    room = open_room().answer("ada", "B").close().next().wait(10_000).join("bea").answer("bea", "C", after=1_000)
    room.close()
    assert room.board.mark(QuestionNumber(0), pid("bea")) is None
    assert (answer_of(room, "bea", 1).elapsed, room.total("bea")) == (11_000, 100)


def test_extra_time_lets_more_answers_in_and_counts_for_the_points() -> None:
    room = Room(quiz(question("B", seconds=20), score_fn="linear")).join("ada", "bea").next()
    room.answer("ada", "B", after=10_000).do(c.Extend(room.state.turn, Millis(20_000)))
    room.wait(20_000).do(room.answering("bea", "B")).close()
    assert (answer_of(room, "bea").elapsed, room.total("bea")) == (30_000, 65)  # 62.5 of a limit of 40 s
    assert room.total("ada") == 90  # 87.5: the longer limit is everybody's


def test_extra_time_given_after_the_deadline_opens_the_door_again() -> None:
    room = open_room().wait(LIMIT + GRACE + 1)
    assert room.refuses(room.answering("ada", "B")) is Reason.TIME_EXPIRED
    room.do(c.Extend(room.state.turn, Millis(15_000)), room.answering("ada", "B"))
    assert answer_of(room, "ada").elapsed == LIMIT + GRACE + 1


def test_a_receipt_vouches_for_what_was_saved_and_where() -> None:
    room = open_room().answer("ada", "B")
    sealed = Sealed(room.state.run, pid("ada"), QuestionNumber(0), vote(1), Choice("B"), Sequence(len(room.history)))
    assert answer_of(room, "ada").receipt == receipt(b"seal", sealed)
    assert answer_of(room, "ada").claim == Claim("claim-ada")


def test_looking_away_is_counted_up_to_a_limit_that_spares_the_file() -> None:
    room = Room().join("ada")
    blur = c.ReportGlance(pid("ada"), room.claim("ada"), e.Glance.BLUR)
    room.do(*[blur] * 600)
    assert room.state.participants[pid("ada")].glances[e.Glance.BLUR] == 500
    assert len(room.history) == 502
    assert room.refuses(c.ReportGlance(pid("ada"), Claim("dead"), e.Glance.BLUR)) is Reason.NO_IDENTITY
