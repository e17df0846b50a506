"""The leaderboard that is kept in order agrees with the one that is sorted, and tells who climbed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.competition import commands as c
from portal.domain.competition.board import WINDOW, Board
from portal.domain.competition.roster import TeamId
from portal.domain.ids import ParticipantId, Points
from portal.domain.ranking import standings
from tests.contesting import running

TOTALS = st.lists(st.tuples(st.sampled_from(["a", "B", "c", "Ä"]), st.integers(0, 5)), max_size=12)


@settings(deadline=None)
@given(TOTALS, st.lists(st.tuples(st.integers(0, 11), st.integers(0, 5)), max_size=10))
def test_its_order_and_ranks_are_those_of_the_ranking(
    teams: list[tuple[str, int]], changes: list[tuple[int, int]]
) -> None:
    board = Board()
    now = {TeamId(f"t{number}"): (name, Points(points)) for number, (name, points) in enumerate(teams)}
    for team, (name, points) in now.items():
        board.put(team, name, points)
    for number, total in changes:
        team = TeamId(f"t{number}")
        if team in now:
            now[team] = (now[team][0], Points(total))
            board.put(team, *now[team])
    sorted_anew = standings((ParticipantId(team), name, points) for team, (name, points) in now.items())
    assert list(board.ranks().items()) == [(TeamId(row.participant), row.rank) for row in sorted_anew]
    assert board.top(20) == [TeamId(row.participant) for row in sorted_anew]
    assert all(board.rank(TeamId(row.participant)) == row.rank for row in sorted_anew)


def test_equal_points_share_a_rank() -> None:
    hall = running("A", "B", "C", "D")
    hall.ask("D").answer("D", "B")
    hall.do(hall.adjusting("A", -100))
    assert [hall.rank(name) for name in "DBCA"] == [1, 2, 2, 4]


def test_a_team_sees_two_above_and_two_below() -> None:
    hall = running(*"ABCDEFG")
    near = hall.state.board.around(hall.id("D"), 2)
    assert [hall.state.teams[team].name for team in near] == list("BCDEF")
    assert len(hall.state.board.around(hall.id("A"), 2)) == 3


def test_moves_are_counted_from_the_start() -> None:
    hall = running("A", "B", "C")
    assert hall.move("C") == 0
    hall.ask("C").answer("C", "B")
    assert [hall.move(name) for name in "ABC"] == [-1, -1, 0]


def test_moves_older_than_a_minute_are_forgotten_at_the_next_change() -> None:
    hall = running("A", "B", "C")
    hall.do(hall.adjusting("B", 10), hall.adjusting("C", 20))
    assert [hall.move(name) for name in "CBA"] == [0, -1, -2]
    hall.wait(WINDOW).do(hall.adjusting("A", 15, slip="later"))
    assert [hall.rank(name) for name in "CAB"] == [1, 2, 3]
    assert [hall.move(name) for name in "CAB"] == [0, 1, -1]


def test_a_team_that_came_after_the_window_began_has_no_move() -> None:
    hall = running("Early").register("Late")
    assert hall.move("Late") is None


def test_nobody_moves_in_the_lobby() -> None:
    hall = running("A")
    assert hall.state.board.since is not None
    lobby = running().register("A")
    assert lobby.move("A") is None


def test_a_renamed_team_stands_where_its_new_name_belongs() -> None:
    hall = running("A", "B")
    hall.do(c.EditTeam(hall.id("A"), "Z", ("Ada",), ""))
    assert [hall.state.teams[team].name for team in hall.state.board.top(2)] == ["B", "Z"]
