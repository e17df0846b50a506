"""Events to rows and back, for ever."""

import json
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.quiz.events import Event, RunStarted
from portal.store import codec

KINDS = {kind.__name__: kind for kind in typing.get_args(Event)}

# What the first version wrote, letter for letter. Never edit a line: a file that holds it is somebody's lecture.
QUIZ = (
    '{"title":"Week 4","session_id":"main","score_fn":"linear","questions":[{"text":"Which?","options":'
    '[{"letter":"A","text":"This"},{"letter":"B","text":"That"}],"correct":["B"],"several":false,'
    '"explanation":"So.","time_limit":30000}]}'
)
WRITTEN = {
    "RunStarted": f'{{"at":1,"run":1,"quiz":{QUIZ},"source":"pools/demo.json"}}',
    "PoolChosen": f'{{"at":2,"quiz":{QUIZ},"source":"console"}}',
    "Joined": '{"at":3,"participant":"ada","typed":"Ada","name":"Ada L","claim":"c1","code":"123456"}',
    "ClaimMoved": '{"at":4,"participant":"ada","name":null,"claim":"c2","code":"234567"}',
    "JoinRefused": (
        '{"at":5,"kind":"duplicate_join","participant":"ada","name":"Eve","address":"10.0.0.9","wrong_code":false}'
    ),
    "CodeIssued": '{"at":6,"participant":"ada","code":"345678"}',
    "Glanced": '{"at":7,"participant":"ada","glance":"visibility_hidden"}',
    "QuestionOpened": '{"at":8,"question":0,"round":1,"limit":30000}',
    "TimeExtended": '{"at":9,"by":15000}',
    "AnswerAccepted": (
        '{"at":10,"participant":"ada","claim":"c2","question":0,"round":1,"choice":"B","elapsed":2,"receipt":"AAAAA-BBBBB"}'
    ),
    "QuestionClosed": '{"at":11,"by":"bell"}',
    "StandingsShown": '{"at":12}',
    "RunFinished": '{"at":13}',
    "RunArchived": '{"at":14}',
    "RoomLocked": '{"at":15}',
    "RoomUnlocked": '{"at":16}',
    "ProjectorTurned": '{"at":17,"slide":"times"}',
    "ParticipantCleared": '{"at":18,"participant":"ada"}',
    "ParticipantHandedOver": '{"at":19,"participant":"ada"}',
    "ReleaseUndone": '{"at":20,"participant":"ada"}',
    "RunResumed": '{"at":21,"down":3000}',
}


def events() -> st.SearchStrategy[Event]:
    return st.one_of(*(st.builds(kind) for kind in KINDS.values()))


@given(events())
def test_every_event_comes_back_from_the_file_as_it_went_in(event: Event) -> None:
    assert codec.decode(codec.kind_of(event), codec.encode(event)) == event


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_first_version_wrote_is_still_read(kind: str) -> None:
    event = codec.decode(kind, WRITTEN[kind])
    now = json.loads(codec.encode(event))
    assert {key: now[key] for key in json.loads(WRITTEN[kind])} == json.loads(WRITTEN[kind])


def test_an_old_event_without_a_later_field_is_read_with_its_default() -> None:
    event = codec.decode("RunStarted", f'{{"at":1,"run":1,"quiz":{QUIZ}}}')
    assert isinstance(event, RunStarted)
    assert event.source == ""


def test_a_kind_that_nobody_wrote_is_no_event() -> None:
    with pytest.raises(KeyError):
        codec.decode("RunExploded", "{}")
