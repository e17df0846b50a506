"""Who is let in: the first claim wins, a code moves it, a lock keeps newcomers out; what was tried is remembered."""

import pytest

from portal.domain.ids import Claim, ParticipantId
from portal.domain.quiz import commands as c
from portal.domain.quiz import events as e
from portal.domain.quiz.joining import ATTEMPTS_KEPT, STRAYS_KEPT
from portal.domain.quiz.state import Participant
from portal.domain.rejection import Reason
from tests.playing import Room, joining, pid

MINUTE = 60_000


def held(room: Room, who: str = "ada") -> Participant:
    return room.state.participants[pid(who)]


def with_code(code: str, claim: str = "new-phone") -> c.Join:
    """Ada's own new browser, which gives the code of the old one in place of the name."""
    return joining("ada", name=code, claim=claim, code="222222")


def test_the_first_claim_wins_and_the_attempt_is_evidence() -> None:
    room = Room().join("ada")
    thief = joining("ada", name="Eve", claim="thief", address="10.0.0.9")
    assert room.wait(5_000).refuses(thief) is Reason.ID_TAKEN
    assert held(room).claim == "claim-ada"
    [attempt] = held(room).refused
    assert (attempt.at, attempt.kind, attempt.name, attempt.address) == (
        room.now,
        e.Refusal.DUPLICATE,
        "Eve",
        "10.0.0.9",
    )


def test_two_spellings_of_an_id_are_one() -> None:
    room = Room().join("Ada")
    assert room.refuses(joining("ADA", claim="thief")) is Reason.ID_TAKEN
    assert held(room).typed == "Ada"


def test_two_people_may_have_one_name() -> None:
    room = Room().join("ada", "bea", name="Kim")
    assert [each.name for each in room.state.participants.values()] == ["Kim", "Kim"]


def test_the_same_device_joining_again_is_no_attempt() -> None:
    room = Room().join("ada")
    happened = len(room.history)
    room.do(joining("ada", name="Someone Else", claim="unused", held="claim-ada"))
    assert len(room.history) == happened
    assert (held(room).claim, held(room).name, held(room).refused) == ("claim-ada", "Student ada", [])


def test_a_cookie_that_has_died_is_another_device() -> None:
    room = Room().join("ada").do(with_code("111111"))
    assert room.refuses(joining("ada", claim="x", held="claim-ada")) is Reason.ID_TAKEN


@pytest.mark.parametrize("typed", ["111111", "111 111", "111-111"])
def test_the_code_moves_the_claim_to_the_new_browser_and_keeps_the_name(typed: str) -> None:
    room = Room().join("ada").do(with_code(typed))
    assert (held(room).claim, held(room).name, held(room).refused) == ("new-phone", "Student ada", [])
    assert room.state.claims == {Claim("new-phone"): "ada"}


def test_the_code_works_once() -> None:
    room = Room().join("ada").do(with_code("111111"))
    assert room.refuses(with_code("111111", "third")) is Reason.WRONG_CODE
    assert held(room.do(with_code("222222", "third"))).claim == "third"


def test_the_code_lives_for_ten_minutes() -> None:
    in_time = Room().join("ada").wait(10 * MINUTE - 1).do(with_code("111111"))
    assert held(in_time).claim == "new-phone"
    assert Room().join("ada").wait(10 * MINUTE).refuses(with_code("111111")) is Reason.WRONG_CODE


def test_the_code_is_renewed_on_demand_by_whoever_holds_the_claim() -> None:
    room = Room().join("ada").wait(11 * MINUTE).do(c.RenewCode(pid("ada"), Claim("claim-ada"), "333333"))
    assert room.refuses(with_code("111111")) is Reason.WRONG_CODE
    assert held(room.wait(9 * MINUTE).do(with_code("333333"))).claim == "new-phone"
    assert room.refuses(c.RenewCode(pid("ada"), Claim("claim-ada"), "444444")) is Reason.NO_IDENTITY


def test_a_wrong_code_is_an_attempt_like_any_other() -> None:
    room = Room().join("ada")
    assert room.refuses(with_code("999999")) is Reason.WRONG_CODE
    assert [each.kind for each in held(room).refused] == [e.Refusal.DUPLICATE]


def five_wrong_tries(room: Room) -> Room:
    for _ in range(5):
        assert room.refuses(with_code("999999")) is Reason.WRONG_CODE
    return room


def test_five_wrong_tries_block_the_code_for_a_minute() -> None:
    room = five_wrong_tries(Room().join("ada"))
    assert room.wait(MINUTE - 1).refuses(with_code("111111")) is Reason.CODE_BLOCKED
    assert held(room.wait(1).do(with_code("111111"))).claim == "new-phone"


def test_after_the_minute_five_more_block_it_again() -> None:
    room = five_wrong_tries(Room().join("ada")).wait(MINUTE)
    five_wrong_tries(room)
    assert room.refuses(with_code("111111")) is Reason.CODE_BLOCKED


def test_a_try_on_a_blocked_code_is_evidence_too_and_does_not_prolong_the_block() -> None:
    room = five_wrong_tries(Room().join("ada")).wait(MINUTE - 1)
    assert room.refuses(with_code("999999")) is Reason.CODE_BLOCKED
    assert len(held(room).refused) == 6
    assert held(room.wait(1).do(with_code("111111"))).claim == "new-phone"


def test_a_block_on_one_id_is_no_other_ids_and_not_its_holders() -> None:
    room = five_wrong_tries(Room().join("ada", "bea"))
    room.do(joining("bea", name="111111", claim="beas-new-phone"), joining("ada", claim="x", held="claim-ada"))
    assert (held(room, "bea").claim, held(room).claim) == ("beas-new-phone", "claim-ada")


def test_a_locked_room_takes_no_newcomer_and_remembers_who_knocked() -> None:
    room = Room().join("ada")
    room.do(c.Lock(room.state.turn))
    assert room.refuses(joining("bea", name="Bea")) is Reason.ROOM_LOCKED
    [knock] = room.state.stray_joins[ParticipantId("bea")]
    assert (knock.kind, knock.name) == (e.Refusal.LOCKED, "Bea")
    assert list(room.state.participants) == ["ada"]


def test_a_flood_on_one_id_fills_no_file_and_the_latest_is_still_told() -> None:
    room = Room().join("ada")
    for _ in range(300):
        assert room.refuses(joining("ada", name="Eve", claim="thief")) is Reason.ID_TAKEN
    assert len(held(room).refused) == ATTEMPTS_KEPT
    before = len(room.history)
    five_wrong_tries(room)
    assert room.refuses(with_code("111111")) is Reason.CODE_BLOCKED, "wrong codes are counted through any flood"
    assert len(room.history) == before + 5
    room.wait(60_000)
    for _ in range(300):
        room.refuses(joining("ada", name="Eve", claim="thief"))
    assert (len(room.history), held(room).refused[-1].at) == (before + 6, room.now)
    room.join("bea").refuses(joining("bea", name="Eve", claim="thief"))
    assert len(held(room, "bea").refused) == 1, "a flood on one id hides nothing on another"


def test_a_flood_of_made_up_ids_on_a_locked_room_fills_no_file() -> None:
    room = Room()
    room.do(c.Lock(room.state.turn))
    for number in range(STRAYS_KEPT + 100):
        assert room.refuses(joining(f"id{number}")) is Reason.ROOM_LOCKED
    assert sum(map(len, room.state.stray_joins.values())) == STRAYS_KEPT
    room.wait(60_000).refuses(joining("late"))
    assert ParticipantId("late") in room.state.stray_joins


def test_a_locked_room_still_lets_its_own_back_in() -> None:
    room = Room().join("ada", "bea")
    room.do(c.Lock(room.state.turn), with_code("111111"), c.HandOver(pid("bea")), joining("bea", claim="other"))
    assert (held(room).claim, held(room, "bea").claim) == ("new-phone", "other")


def test_an_unlocked_room_takes_newcomers_and_what_they_tried_before_is_with_them() -> None:
    room = Room()
    room.do(c.Lock(room.state.turn))
    room.refuses(joining("bea"))
    room.do(c.Unlock(room.state.turn)).join("bea")
    assert [each.kind for each in held(room, "bea").refused] == [e.Refusal.LOCKED]
    assert room.state.stray_joins == {}


def test_locking_twice_is_locking_once() -> None:
    room = Room()
    room.do(c.Lock(room.state.turn))
    happened = len(room.history)
    assert len(room.do(c.Lock(room.state.turn)).history) == happened


def test_a_phone_whose_first_reply_was_lost_is_let_in_by_asking_again() -> None:
    room = Room().join("ada")
    again = joining("ada", claim="claim-ada")
    events = len(room.history)
    room.do(again)
    assert len(room.history) == events, "nothing happened, and nothing was refused"
    assert room.refuses(joining("ada", claim="another")) is Reason.ID_TAKEN
