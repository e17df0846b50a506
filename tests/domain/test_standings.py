"""Totals, ranks and moves, recomputed from the raw answers."""

from collections.abc import Callable
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.ids import ParticipantId, Points, QuestionNumber
from portal.domain.quiz import commands as c
from portal.domain.quiz import scoreboard
from portal.domain.quiz.scoreboard import Scoreboard
from portal.domain.ranking import standings
from tests.playing import Room, joining, pid, question, quiz


def test_equal_totals_share_a_rank_and_are_listed_by_name() -> None:
    totals = [("d", "Zoe", 50), ("a", "Ada", 90), ("c", "bea", 70), ("b", "Cy", 70)]
    board = standings((ParticipantId(who), name, Points(total)) for who, name, total in totals)
    assert [(each.rank, each.name) for each in board] == [(1, "Ada"), (2, "bea"), (2, "Cy"), (4, "Zoe")]


@given(st.lists(st.integers(0, 5), max_size=30))
def test_a_rank_is_one_more_than_the_number_of_people_with_more_points(totals: list[int]) -> None:
    board = standings((ParticipantId(str(who)), "Kim", Points(total)) for who, total in enumerate(totals))
    assert sorted(each.total for each in board) == sorted(totals)
    assert all(each.rank == 1 + sum(total > each.total for total in totals) for each in board)


def test_who_never_answered_has_no_points_and_shares_the_last_rank() -> None:
    room = Room().join("ada", "bea", "cy").next().answer("ada", "B").answer("bea", "C").close()
    assert [(each.rank, each.participant, each.total) for each in room.board.standings] == [
        (1, "ada", 100),
        (2, "bea", 0),
        (2, "cy", 0),
    ]


def test_an_open_question_counts_for_nobody_before_its_close() -> None:
    room = Room().join("ada").next().answer("ada", "B")
    assert (room.total("ada"), dict(room.board.marks)) == (0, {})
    assert room.close().total("ada") == 100


def test_by_order_of_arrival_only_the_fully_right_take_places() -> None:
    room = Room(quiz(question("AC", several=True), score_fn="ranked")).join("ada", "bea", "cy", "dan").next()
    room.answer("bea", "A").answer("ada", "A,C").answer("cy", "B").answer("dan", "A,C").close()
    assert {who: room.total(who) for who in ("ada", "bea", "cy", "dan")} == {"ada": 100, "bea": 25, "cy": 0, "dan": 95}


def test_a_move_says_by_how_many_ranks_somebody_climbed_at_the_latest_close() -> None:
    room = Room().join("ada", "bea", "cy").next().answer("ada", "B").close()
    assert dict(room.board.moves) == {}, "there was no rank before the first close"
    room.next().answer("bea", "C").answer("cy", "C").close()
    assert dict(room.board.moves) == {"ada": 0, "bea": 1, "cy": 1}
    room.next().answer("cy", "A").close()
    assert [each.rank for each in room.board.standings] == [1, 2, 2]
    assert dict(room.board.moves) == {"cy": 0, "ada": -1, "bea": -1}


def test_while_a_question_is_open_nobody_moves() -> None:
    room = Room().join("ada", "bea").next().answer("ada", "B").close().next().answer("bea", "C")
    assert dict(room.board.moves) == {}
    assert room.rank("ada") == 1


def test_a_late_joiner_is_ranked_with_everybody_else() -> None:
    room = Room().join("ada").next().answer("ada", "B").close().join("bea").next().answer("bea", "C").close()
    assert (room.rank("ada"), room.rank("bea"), dict(room.board.moves)) == (1, 1, {"ada": 0, "bea": 1})


def test_a_new_name_moves_a_row_among_its_equals() -> None:
    room = Room().join("ada", "bea").next().close()
    assert [each.participant for each in room.board.standings] == ["ada", "bea"]
    room.do(c.HandOver(pid("ada")), joining("ada", name="Zoe", claim="other"))
    assert [each.participant for each in room.board.standings] == ["bea", "ada"]


def test_a_mark_is_there_for_whoever_answered_and_none_for_whoever_missed() -> None:
    room = Room().join("ada", "bea").next().answer("ada", "C").close()
    mark = room.board.mark(QuestionNumber(0), pid("ada"))
    assert mark is not None
    assert (mark.right, mark.points, room.board.mark(QuestionNumber(0), pid("bea"))) == (False, 0, None)


def numbers(room: Room) -> object:
    """All that a board can say, computed now."""
    board = room.board
    return board.marks, board.standings, board.moves


def test_a_board_changes_only_when_the_reckoning_says_so() -> None:
    """What lets the live run keep a computed board: every event that moves a point or a rank moves the reckoning."""
    room = Room(quiz(question("B"), score_fn="ranked")).join("ada", "bea").next()
    commands: list[Callable[[], c.Command]] = [
        lambda: room.answering("bea", "B"),
        lambda: room.answering("ada", "B"),
        lambda: c.Close(room.state.turn),
        lambda: c.ShowStandings(room.state.turn),
        lambda: c.Clear(pid("bea")),
        lambda: c.UndoRelease(pid("bea")),
        lambda: c.HandOver(pid("bea")),
        lambda: c.UndoRelease(pid("bea")),
        lambda: c.HandOver(pid("bea")),
        lambda: joining("bea", name="Aaa", claim="other"),
        lambda: joining("cy"),
        lambda: c.Reopen(room.state.turn),
        lambda: c.Close(room.state.turn),
        lambda: c.End(room.state.turn),
    ]
    changes = 0
    for make in commands:
        reckoning, board = room.state.reckoning, numbers(room)
        room.do(make())
        if numbers(room) != board:
            changes += 1
            assert room.state.reckoning != reckoning
    assert changes >= 6


def test_a_board_that_takes_over_from_the_one_before_says_what_a_new_one_says() -> None:
    room = Room(quiz(question("B"), question("C"), question("A"), score_fn="ranked")).join("ada", "bea", "cy")
    kept = Scoreboard(room.state)
    steps: list[Callable[[], object]] = [
        lambda: room.next().answer("bea", "B").answer("ada", "B").close(),
        lambda: room.next().answer("cy", "C").answer("ada", "C").close(),
        lambda: room.do(c.Reopen(room.state.turn)).answer("bea", "C").close(),
        lambda: room.do(c.Clear(pid("bea"))),
        lambda: room.do(c.UndoRelease(pid("bea"))),
        lambda: room.join("dan").next().answer("dan", "A").close(),
        lambda: room.do(c.HandOver(pid("ada")), joining("ada", name="Zoe", claim="other")),
        lambda: room.do(c.Open(room.state.turn, QuestionNumber(0), None)),
        lambda: room.answer("cy", "B").answer("dan", "B").close(),
        lambda: room.do(c.Open(room.state.turn, QuestionNumber(2), None)).close(),
    ]
    for step in steps:
        step()
        kept, fresh = Scoreboard(room.state, kept), Scoreboard(room.state)
        assert (kept.marks, kept.standings, kept.moves) == (fresh.marks, fresh.standings, fresh.moves)


def test_a_close_ranks_the_class_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The moves are told from the board that everybody saw before, as it is still at hand."""
    room = Room(quiz(question("B"), question("C"), question("A"))).join("ada", "bea")
    kept = Scoreboard(room.next().answer("bea", "B").close().state)
    assert kept.standings
    ranked = Mock(side_effect=standings)
    monkeypatch.setattr(scoreboard, "standings", ranked)
    kept = Scoreboard(room.next().answer("ada", "C").close().state, kept)
    assert (dict(kept.moves), ranked.call_count) == ({"ada": 1, "bea": 0}, 1)


def test_a_close_adds_one_question_to_the_totals_of_the_board_before(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room(quiz(question("B"), question("C"), question("A"))).join("ada", "bea")
    kept = Scoreboard(room.next().answer("bea", "B").close().state)
    assert kept.standings
    monkeypatch.setattr(Scoreboard, "_summed", Mock(side_effect=AssertionError("summed from the first question on")))
    kept = Scoreboard(room.next().answer("bea", "C").answer("ada", "C").close().state, kept)
    assert [(each.participant, each.total) for each in kept.standings] == [("bea", 200), ("ada", 100)]


def test_a_climb_is_told_from_the_board_before_also_when_a_question_was_open_twice() -> None:
    room = Room(quiz(question("B"), question("C"))).join("ada", "bea").next().answer("ada", "B").close()
    kept = Scoreboard(room.state)
    assert kept.by_participant[pid("bea")].rank == 2
    room.do(c.Reopen(room.state.turn)).answer("bea", "B").close()
    kept = Scoreboard(room.state, kept)  # which nobody looks at
    room.next().answer("bea", "C").close()
    assert dict(Scoreboard(room.state, kept).moves) == {"ada": -1, "bea": 0}
