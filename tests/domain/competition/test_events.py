"""Events on disk: each comes back as it was written, and none is taken for one of the quiz's."""

import typing

import pytest
from pydantic import TypeAdapter

from portal.domain.competition import events as e
from portal.domain.quiz import events as quiz
from tests.contesting import full_hall

KINDS = typing.get_args(e.Event)


def test_the_contest_of_these_tests_has_every_kind_of_event() -> None:
    assert {type(event) for event in full_hall().history} == set(KINDS)


def test_no_event_is_called_as_one_of_the_quiz() -> None:
    assert not {kind.__name__ for kind in KINDS} & {kind.__name__ for kind in typing.get_args(quiz.Event)}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
def test_an_event_survives_being_written(kind: type) -> None:
    adapter: TypeAdapter[object] = TypeAdapter(kind)
    written = [event for event in full_hall().history if type(event) is kind]
    assert written
    assert [adapter.validate_json(adapter.dump_json(event)) for event in written] == written


def test_a_replay_gives_the_state_that_was_played() -> None:
    hall = full_hall()
    assert hall.replayed() == hall.state
