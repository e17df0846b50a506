"""Teams at the door: names of their own, members, codes for the other phones, a locked room."""

import pytest

from portal.domain.competition import commands as c
from portal.domain.competition import events as e
from portal.domain.competition.registering import MOST_DEVICES
from portal.domain.competition.roster import TeamCode, members_of, name_key, roster_faults, team_code, team_name
from portal.domain.ids import Claim, Points
from portal.domain.rejection import Reason
from tests.contesting import Hall, claim, contest, joining, registering, running


def test_a_team_registers_and_starts_with_the_points_of_the_pool() -> None:
    hall = Hall().register("Merge Conflict")
    assert hall.points("Merge Conflict") == 1000
    assert hall.state.claims == {claim("Merge Conflict"): "t1"}
    assert [row.entry.cause for row in hall.team("Merge Conflict").ledger] == [e.Cause.START]


def test_a_team_that_starts_with_nothing_has_an_empty_ledger() -> None:
    hall = Hall(contest(starting=0)).register("Zeros")
    assert (hall.points("Zeros"), hall.team("Zeros").ledger) == (0, [])


@pytest.mark.parametrize(
    "second", ["merge conflict", "MERGE  CONFLICT", " Merge Conflict ", "Merge\u00a0Conflict", "Merge\u200d Conflict"]
)
def test_two_spellings_of_one_name_are_one_name(second: str) -> None:
    hall = Hall().register("Merge Conflict")
    assert hall.refuses(registering(second, code="other")) is Reason.TEAM_NAME_TAKEN


def test_composed_and_decomposed_letters_are_one_name() -> None:
    hall = Hall().register("Caf\u00e9 STRASSE")
    assert hall.refuses(registering("Cafe\u0301 stra\u00dfe", code="other")) is Reason.TEAM_NAME_TAKEN


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\nb", "a\u202eb"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    assert Hall().refuses(registering(name)) is Reason.BAD_TEAM_NAME


def test_a_name_may_have_forty_characters() -> None:
    assert team_name("x" * 40) == "x" * 40
    assert team_name("  Heap   of Trouble ") == "Heap of Trouble"


@pytest.mark.parametrize("members", [(), tuple("abcdefghijk"), ("Ada", " "), ("x" * 41,)])
def test_a_team_has_one_to_ten_members_with_names(members: tuple[str, ...]) -> None:
    assert Hall().refuses(registering("Nobody", members=members)) is Reason.BAD_MEMBERS


def test_ten_members_are_a_team() -> None:
    hall = Hall().do(registering("Ten", members=tuple("abcdefghij")))
    assert len(hall.team("Ten").members) == 10


@pytest.mark.parametrize("email", ["ada", "a@b@c", "a b@c", "x" * 250 + "@y.edu"])
def test_what_is_no_address_is_refused(email: str) -> None:
    assert Hall().refuses(registering("Mail", email=email)) is Reason.BAD_EMAIL


def test_an_address_may_be_left_empty_or_given() -> None:
    hall = Hall().do(registering("None", email="  "), registering("One", email=" ada@example.edu "))
    assert (hall.team("None").email, hall.team("One").email) == ("", "ada@example.edu")


def test_every_wrong_field_is_told_at_once() -> None:
    assert set(roster_faults("", (), "x")) == {"team_name", "members", "email"}


def test_members_are_listed_one_a_line_or_with_commas() -> None:
    assert members_of("Ada Byron\r\n\n Kwame Mensah ;Li, ") == ("Ada Byron", "Kwame Mensah", "Li")


def test_a_code_is_read_however_it_was_typed() -> None:
    assert team_code(" k7qx 2mpa") == team_code("K7QX-2MPA") == "K7QX-2MPA"
    assert team_code("K0QX1MPA") == "KOQX-IMPA"


def test_the_same_device_registering_its_team_again_changes_nothing() -> None:
    hall = Hall().register("Null Pointers")
    assert hall.events_of(registering(" null  pointers", code="other", held="claim-Null Pointers")) == []


def test_a_form_that_came_twice_before_its_cookie_is_one_team() -> None:
    hall = Hall().register("Null Pointers")
    assert hall.events_of(registering("Null Pointers", code="other")) == []


def test_a_device_of_a_team_cannot_register_another() -> None:
    hall = Hall().register("Null Pointers")
    again = registering("Bits Please", held="claim-Null Pointers")
    assert hall.refuses(again) is Reason.IN_A_TEAM


def test_a_locked_room_takes_no_new_team_but_more_phones_of_one() -> None:
    hall = Hall().register("Early")
    hall.do(c.Lock(hall.state.turn))
    assert hall.refuses(registering("Late")) is Reason.ROOM_LOCKED
    hall.do(joining("Early", "second phone"))
    assert hall.state.claims[claim("second phone")] == hall.id("Early")
    hall.do(c.Unlock(hall.state.turn)).register("Late")
    assert hall.rank("Late") == 1


def test_a_team_can_still_register_while_the_contest_runs_but_not_after_it() -> None:
    hall = running("Early").register("Late")
    assert hall.points("Late") == 1000
    hall.end()
    assert hall.refuses(registering("Too late")) is Reason.CONTEST_OVER


def test_an_unknown_code_joins_nobody() -> None:
    assert Hall().register("Early").refuses(joining("Other", "phone")) is Reason.UNKNOWN_TEAM_CODE


def test_a_phone_that_joins_twice_sits_there_once() -> None:
    hall = Hall().register("Early")
    assert hall.events_of(joining("Early", "new cookie", held="claim-Early")) == []
    hall.do(joining("Early", "phone"))
    assert hall.events_of(joining("Early", "phone")) == []
    assert len(hall.team("Early").devices) == 2


def test_a_phone_that_joins_another_team_leaves_the_one_where_it_sat() -> None:
    hall = Hall().register("Ours", "Duplicate of ours")
    hall.do(joining("Ours", "fresh", held="claim-Duplicate of ours"))
    assert hall.state.claims[claim("fresh")] == hall.id("Ours")
    assert claim("Duplicate of ours") not in hall.state.claims
    assert hall.team("Duplicate of ours").devices == {}


def test_a_team_has_a_bounded_number_of_devices() -> None:
    hall = Hall().register("Many")
    hall.do(*(joining("Many", f"phone {number}") for number in range(1, MOST_DEVICES)))
    assert hall.refuses(joining("Many", "one more")) is Reason.TOO_MANY_DEVICES


def test_two_teams_never_get_the_same_code() -> None:
    hall = Hall().register("First")
    assert hall.refuses(registering("Second", code="code-First")) is Reason.TEAM_CODE_CLASH


def test_a_claim_of_nobody_can_do_nothing() -> None:
    hall = running("Real")
    stranger = c.AskQuestion(hall.id("Real"), Claim("invented"))
    assert hall.refuses(stranger) is Reason.NO_TEAM


def test_a_claim_speaks_for_its_own_team_only() -> None:
    hall = running("Mine", "Theirs")
    assert hall.refuses(c.AskQuestion(hall.id("Theirs"), claim("Mine"))) is Reason.NO_TEAM


def test_the_console_creates_a_team_in_a_locked_room_with_other_points() -> None:
    hall = Hall()
    hall.do(c.Lock(hall.state.turn))
    hall.do(c.CreateTeam("Guests", ("Ada",), "", TeamCode("GUEST"), Points(250)))
    assert (hall.points("Guests"), hall.team("Guests").devices) == (250, {})
    hall.do(c.JoinTeam(TeamCode("GUEST"), claim("their phone")))
    assert hall.state.claims[claim("their phone")] == hall.id("Guests")


def test_the_console_cannot_create_a_team_below_zero_or_under_a_taken_name() -> None:
    hall = Hall().register("Taken")
    assert hall.refuses(c.CreateTeam("New", ("A",), "", TeamCode("X"), Points(-1))) is Reason.BAD_POINTS
    assert hall.refuses(c.CreateTeam("TAKEN", ("A",), "", TeamCode("X"))) is Reason.TEAM_NAME_TAKEN


def test_editing_renames_a_team_and_frees_its_old_name() -> None:
    hall = Hall().register("Old", "Other")
    team = hall.id("Old")
    assert hall.refuses(c.EditTeam(team, "other", ("A",), "")) is Reason.TEAM_NAME_TAKEN
    hall.do(c.EditTeam(team, "New", ("Ada", "Li"), "a@b.edu"))
    assert (hall.team("New").members, hall.team("New").email) == (("Ada", "Li"), "a@b.edu")
    hall.do(c.CreateTeam("Old", ("Ada",), "", TeamCode("X")))
    assert hall.id("Old") != team


def test_a_team_may_change_only_the_case_of_its_name() -> None:
    hall = Hall().register("teapot")
    hall.do(c.EditTeam(hall.id("teapot"), "Teapot", ("Ada",), ""))
    assert hall.team("teapot").name == "Teapot"
    assert hall.events_of(c.EditTeam(hall.id("teapot"), "Teapot", ("Ada",), "")) == []


def test_names_that_differ_have_different_keys() -> None:
    assert name_key("Team 1") != name_key("Team 2")


def test_two_hundred_and_eighty_teams_register_one_name_once() -> None:
    hall = Hall()
    refused = 0
    for number in range(280):
        command = c.RegisterTeam("Segfault", ("Ada",), "", Claim(f"c{number}"), TeamCode(f"k{number}"))
        if hall.state.teams:
            assert hall.refuses(command) is Reason.TEAM_NAME_TAKEN
            refused += 1
        else:
            hall.do(command)
    assert (len(hall.state.teams), refused) == (1, 279)
