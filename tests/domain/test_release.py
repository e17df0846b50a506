"""An id that is taken from whoever holds it: cleared, handed over, and taken back."""

from portal.domain.ids import Claim, ParticipantId, QuestionNumber
from portal.domain.quiz import commands as c
from portal.domain.quiz.state import Participant
from portal.domain.rejection import Reason
from tests.playing import Room, joining, pid, quiz

FIRST = QuestionNumber(0)
CLEAR, HAND_OVER, UNDO = c.Clear(pid("ada")), c.HandOver(pid("ada")), c.UndoRelease(pid("ada"))


def room_with_answers() -> Room:
    """Ada and Bea answered the open question: B, which is right."""
    return Room().join("ada", "bea").next().answer("ada", "B", after=1_000).answer("bea", "B")


def held(room: Room, who: str = "ada") -> Participant:
    return room.state.participants[pid(who)]


def test_clearing_frees_the_id_and_kills_the_claim() -> None:
    room = room_with_answers()
    old_tap = room.answering("ada", "B")
    room.do(CLEAR)
    assert room.refuses(old_tap) is Reason.NO_IDENTITY
    assert held(room.do(joining("ada", name="The Real Ada", claim="real"))).name == "The Real Ada"


def test_the_answers_of_a_cleared_participant_are_evidence_and_count_no_more() -> None:
    room = room_with_answers().do(CLEAR)
    assert (room.state.tallies[FIRST], room.state.answered[FIRST]) == ({"B": 1}, 1)
    [released] = room.state.released
    assert released.participant.answers[FIRST].choice == "B"
    assert released.participant.answers[FIRST].claim == "claim-ada"
    assert list(room.close().board.by_participant) == ["bea"]


def test_the_rightful_owner_answers_the_question_that_the_other_had_answered() -> None:
    room = room_with_answers().do(CLEAR, joining("ada", claim="real")).answer("ada", "C").close()
    assert (held(room).answers[FIRST].choice, room.total("ada")) == ("C", 0)


def test_places_by_order_of_arrival_move_up_when_somebody_is_cleared() -> None:
    room = Room(quiz(score_fn="ranked")).join("ada", "bea").next().answer("ada", "B").answer("bea", "B").close()
    assert room.total("bea") == 95
    assert room.do(CLEAR).total("bea") == 100
    assert room.do(UNDO).total("bea") == 95


def test_taking_a_clear_back_restores_the_claim_the_answers_and_the_counts() -> None:
    room = room_with_answers()
    before = room.replayed()
    room.wait(60_000).do(CLEAR, UNDO)
    assert held(room) == before.participants[pid("ada")]
    assert (room.state.claims, room.state.tallies, room.state.released) == (before.claims, before.tallies, [])
    assert room.close().total("ada") == 100


def test_a_clear_cannot_be_taken_back_once_somebody_sits_there() -> None:
    room = room_with_answers().do(CLEAR, joining("ada", claim="real"))
    assert room.refuses(UNDO) is Reason.NOT_ALLOWED
    assert held(room).claim == "real"


def test_of_two_clears_the_latest_is_taken_back() -> None:
    room = room_with_answers().do(CLEAR, joining("ada", name="Second", claim="second"), CLEAR, UNDO)
    assert held(room).name == "Second"
    assert [each.participant.name for each in room.state.released] == ["Student ada"]


def test_handing_over_gives_the_next_device_the_participant_with_its_answers() -> None:
    room = room_with_answers().do(HAND_OVER)
    assert (
        room.refuses(
            c.SubmitAnswer(pid("ada"), Claim("claim-ada"), FIRST, None, held(room).answers[FIRST].choice, room.now)
        )
        is Reason.NO_IDENTITY
    )
    room.do(joining("ada", name="The Real Ada", claim="real")).close()
    assert (held(room).name, held(room).claim, room.total("ada")) == ("The Real Ada", "real", 100)


def test_while_an_id_waits_to_be_handed_over_its_answers_count() -> None:
    room = room_with_answers().do(HAND_OVER).close()
    assert (room.state.answered[FIRST], room.total("ada")) == (2, 100)


def test_who_takes_over_cannot_answer_again_what_was_answered() -> None:
    room = room_with_answers().do(HAND_OVER, joining("ada", claim="real")).answer("ada", "C")
    assert held(room).answers[FIRST].choice == "B"


def test_handing_over_twice_is_handing_over_once() -> None:
    room = room_with_answers().do(HAND_OVER)
    happened = len(room.history)
    assert len(room.do(HAND_OVER).history) == happened
    assert held(room.do(UNDO)).claim == "claim-ada"


def test_taking_a_hand_over_back_gives_the_old_device_its_claim_again() -> None:
    room = room_with_answers().do(HAND_OVER, UNDO)
    assert room.state.claims[Claim("claim-ada")] == "ada"
    assert room.refuses(joining("ada", claim="late")) is Reason.ID_TAKEN
    assert room.refuses(UNDO) is Reason.NOT_ALLOWED


def test_a_hand_over_cannot_be_taken_back_once_it_has_happened() -> None:
    room = room_with_answers().do(HAND_OVER, joining("ada", claim="real"))
    assert room.refuses(UNDO) is Reason.NOT_ALLOWED


def test_a_clear_of_an_id_that_waits_is_taken_back_to_its_waiting() -> None:
    room = room_with_answers().do(HAND_OVER, CLEAR, UNDO)
    assert held(room).claim is None
    assert Claim("claim-ada") not in room.state.claims
    assert held(room.do(UNDO)).claim == "claim-ada"


def test_nobody_can_be_released_who_is_not_there() -> None:
    room = Room().join("bea")
    assert [room.refuses(each) for each in (CLEAR, HAND_OVER, UNDO)] == [Reason.NOBODY_THERE] * 3


def test_attempts_on_an_id_that_was_cleared_are_listed_apart() -> None:
    room = Room().join("ada")
    room.refuses(joining("ada", name="Eve", claim="thief"))
    assert room.state.stray_joins == {}
    room.do(CLEAR)
    assert [each.name for each in room.state.stray_joins[ParticipantId("ada")]] == ["Eve"]
    room.do(joining("ada", claim="real"))
    assert room.state.stray_joins == {}
    assert [each.name for each in held(room).refused] == ["Eve"]


def test_attempts_made_after_a_clear_are_still_there_when_it_is_taken_back() -> None:
    room = Room().join("ada")
    room.refuses(joining("ada", name="Eve", claim="thief"))
    room.do(CLEAR, c.Lock(room.state.turn))
    room.refuses(joining("ada", name="Mallory", claim="thief-2"))
    room.do(UNDO)
    assert [each.name for each in held(room).refused] == ["Eve", "Mallory"]
    assert room.state.stray_joins == {}
