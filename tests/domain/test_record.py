"""Values that nobody changes: the type checker says so, and they are equal, hashed and copied as such."""

from dataclasses import replace

from portal.domain.ids import Claim, Millis, ParticipantId
from portal.domain.quiz.events import CodeIssued, Joined

ISSUED = CodeIssued(Millis(1), ParticipantId("ada"), "123456")


def test_equal_values_are_one_value() -> None:
    again = CodeIssued(Millis(1), ParticipantId("ada"), "123456")
    assert again == ISSUED
    assert len({ISSUED, again}) == 1
    assert replace(ISSUED, code="654321") != ISSUED


def test_a_value_has_no_room_for_what_it_was_not_made_with() -> None:
    assert not hasattr(Joined(Millis(1), ParticipantId("ada"), "Ada", "Ada", Claim("c"), "1"), "__dict__")


def changed(value: CodeIssued) -> None:
    """Never called: without the type checker's complaint about it, the type checker complains."""
    value.code = "654321"  # type: ignore[misc]  # the complaint is what is tested: were there none, this would be one
