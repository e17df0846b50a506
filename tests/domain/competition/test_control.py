"""The console: start, bell, end, reset; teams that are deleted, points that are adjusted, questions that are added."""

import pytest

from portal.domain.competition import commands as c
from portal.domain.competition import events as e
from portal.domain.competition.contest import Difficulty
from portal.domain.competition.roster import TeamId
from portal.domain.competition.state import Phase
from portal.domain.ids import Millis, Points, Turn
from portal.domain.rejection import Reason
from tests.contesting import MINUTE, START, Hall, claim, contest, mystery, qid, question, running


def test_next_starts_the_contest_and_then_finishes_it() -> None:
    hall = Hall().start()
    assert hall.state.phase is Phase.RUNNING
    assert hall.start().state.phase is Phase.FINISHED
    assert hall.refuses(c.Next(hall.state.turn)) is Reason.NOT_ALLOWED


def test_a_double_click_on_start_does_not_finish_the_contest() -> None:
    hall = Hall().do(c.Next(Turn(0)))
    assert hall.refuses(c.Next(Turn(0))) is Reason.STALE_CONTROL
    assert hall.state.phase is Phase.RUNNING


def test_end_finishes_from_the_lobby_too() -> None:
    hall = Hall().end()
    assert hall.state.phase is Phase.FINISHED
    assert hall.refuses(c.End(hall.state.turn)) is Reason.NOT_ALLOWED


def test_the_bell_ends_the_contest_that_it_was_set_for() -> None:
    hall = running("Ours", content=contest(minutes=60))
    assert hall.state.deadline == START + 60 * MINUTE
    hall.wait(60 * MINUTE).do(c.RingBell(hall.state.turn))
    assert (hall.state.phase, hall.state.ended_by) == (Phase.FINISHED, e.Ending.BELL)


def test_a_bell_that_comes_after_the_instructor_does_nothing() -> None:
    hall = running("Ours", content=contest(minutes=60))
    late = c.RingBell(hall.state.turn)
    hall.end()
    assert hall.events_of(late) == []


def test_a_bell_that_was_set_for_another_duration_does_nothing() -> None:
    hall = running("Ours", content=contest(minutes=60))
    early = c.RingBell(hall.state.turn)
    hall.do(c.SetDuration(hall.state.turn, Millis(90 * MINUTE))).wait(60 * MINUTE)
    assert hall.events_of(early) == []


def test_what_arrives_after_the_deadline_and_its_grace_is_late_even_before_the_bell_rings() -> None:
    hall = running("Ours", content=contest(minutes=60)).ask("Ours").wait(60 * MINUTE + 500)
    assert hall.events_of(hall.answering("Ours", "B"))
    hall.wait(1)
    assert hall.refuses(hall.answering("Ours", "B")) is Reason.NOT_RUNNING
    assert hall.state.phase is Phase.RUNNING


def test_time_that_the_server_was_down_is_nobodys_loss() -> None:
    hall = running("Ours", content=contest(minutes=60)).wait(70 * MINUTE)
    hall.do(c.Resume(Millis(20 * MINUTE)))
    assert hall.state.deadline == START + 80 * MINUTE
    assert hall.ask("Ours").team("Ours").held == "q1"


@pytest.mark.parametrize("finished", [False, True])
def test_nothing_is_resumed_that_does_not_run(finished: bool) -> None:
    hall = Hall()
    if finished:
        hall.end()
    assert hall.events_of(c.Resume(Millis(1000))) == []


def test_the_duration_can_be_set_before_the_start_and_changed_while_it_runs() -> None:
    hall = Hall().register("Ours")
    hall.do(c.SetDuration(hall.state.turn, Millis(30 * MINUTE))).start()
    assert hall.state.deadline == START + 30 * MINUTE
    hall.wait(20 * MINUTE).do(c.SetDuration(hall.state.turn, Millis(35 * MINUTE)))
    assert hall.state.deadline == START + 35 * MINUTE
    hall.do(c.SetDuration(hall.state.turn, None))
    assert hall.state.deadline is None


@pytest.mark.parametrize("minutes", [0, 20, 2000])
def test_a_contest_cannot_be_set_to_end_in_the_past_or_after_a_day(minutes: int) -> None:
    hall = Hall().start().wait(20 * MINUTE)
    assert hall.refuses(c.SetDuration(hall.state.turn, Millis(minutes * MINUTE))) is Reason.BAD_DURATION


def test_reset_archives_the_run_and_begins_an_empty_one() -> None:
    hall = running("Ours").ask("Ours")
    before = len(hall.history)
    hall.reset()
    kinds = [type(event) for event in hall.history[before:]]
    assert kinds == [e.ContestFinished, e.ContestArchived, e.ContestStarted]
    assert (hall.state.run, hall.state.phase, hall.state.teams) == (2, Phase.LOBBY, {})
    assert hall.state.sequence == len(hall.history)


def test_a_cookie_of_the_run_before_is_nobodys_after_a_reset() -> None:
    hall = running("Ours")
    asking = hall.asking("Ours")
    hall.reset()
    assert hall.refuses(asking) is Reason.NO_TEAM


def test_archive_leaves_the_room_to_another_kind_of_run() -> None:
    hall = running("Ours")
    hall.do(c.Archive(hall.state.turn))
    assert (hall.state.archived, hall.state.phase) == (True, Phase.FINISHED)


def test_another_pool_can_be_chosen_in_the_lobby_and_sets_everybodys_start() -> None:
    hall = Hall(contest(starting=1000)).register("Ours")
    hall.do(c.ChoosePool(contest(2, starting=300), "other.json"))
    assert (hall.points("Ours"), len(hall.state.questions.order)) == (300, 2)
    assert sum(row.entry.delta for row in hall.team("Ours").ledger) == 300


def test_a_poorer_pool_takes_no_team_below_zero() -> None:
    hall = Hall(contest(starting=1000)).register("Ours", "Fined")
    hall.do(hall.adjusting("Fined", -900), c.ChoosePool(contest(starting=300), "other.json"))
    assert (hall.points("Ours"), hall.points("Fined")) == (300, 0)


def test_the_same_pool_again_changes_nothing() -> None:
    assert Hall(contest()).events_of(c.ChoosePool(contest(), "")) == []


def test_a_contest_that_runs_keeps_its_pool() -> None:
    assert Hall().start().refuses(c.ChoosePool(contest(2), "")) is Reason.RUN_HAS_BEGUN


def test_points_are_adjusted_with_a_reason_that_the_ledger_keeps() -> None:
    hall = running("Ours")
    hall.do(hall.adjusting("Ours", 150, "Box question had a wrong key"))
    row = hall.team("Ours").ledger[-1].entry
    assert (row.delta, row.balance, row.note) == (150, 1150, "Box question had a wrong key")


def test_an_adjustment_that_was_sent_twice_counts_once() -> None:
    hall = running("Ours")
    hall.do(hall.adjusting("Ours", 150), hall.adjusting("Ours", 150))
    assert hall.points("Ours") == 1150
    hall.do(hall.adjusting("Ours", 150, slip="slip-2"))
    assert hall.points("Ours") == 1300


def test_an_adjustment_takes_all_that_there_is_but_not_more() -> None:
    hall = running("Ours")
    assert hall.refuses(hall.adjusting("Ours", -1001)) is Reason.BELOW_ZERO
    assert hall.do(hall.adjusting("Ours", -1000)).points("Ours") == 0


@pytest.mark.parametrize("note", ["", "  ", "x" * 201, "a\x00b"])
def test_an_adjustment_needs_a_reason(note: str) -> None:
    hall = running("Ours")
    assert hall.refuses(hall.adjusting("Ours", 5, note)) is Reason.BAD_NOTE


@pytest.mark.parametrize("delta", [0, 1_000_001, -1_000_001])
def test_an_adjustment_is_a_number_that_changes_something(delta: int) -> None:
    hall = running("Ours")
    assert hall.refuses(hall.adjusting("Ours", delta)) is Reason.BAD_POINTS


def test_an_adjustment_of_nobody_is_refused() -> None:
    assert Hall().refuses(c.AdjustPoints(TeamId("t9"), Points(5), "why", "s")) is Reason.NO_SUCH_TEAM


def test_deleting_a_team_gives_back_what_it_had_not_answered() -> None:
    hall = running("Gone", "Next").ask("Gone", "q1").answer("Gone", "B").ask("Gone", "q2")
    hall.do(c.DeleteTeam(hall.id("Gone")))
    assert hall.refuses(hall.asking("Next", "q1")) is Reason.TAKEN
    assert hall.ask("Next").team("Next").held == "q2"


def test_a_box_that_a_deleted_team_had_not_answered_is_free_again() -> None:
    hall = running("Gone", "Next").open("Gone")
    hall.do(c.DeleteTeam(hall.id("Gone")))
    assert hall.open("Next").team("Next").held == "hard1"


def test_a_deleted_team_is_kept_as_evidence_and_its_phones_are_nobodys() -> None:
    hall = running("Gone").ask("Gone").answer("Gone", "B")
    asking = hall.asking("Gone")
    hall.do(c.DeleteTeam(hall.id("Gone")))
    assert hall.refuses(asking) is Reason.NO_TEAM
    assert [(each.team.name, each.team.points) for each in hall.state.deleted] == [("Gone", 1100)]
    assert (hall.state.board.rows, hall.state.names, hall.state.codes, hall.state.claims) == ([], {}, {}, {})
    assert hall.state.solved == 0


def test_a_deleted_teams_name_and_code_can_be_used_again_but_not_its_number() -> None:
    hall = Hall().register("Gone")
    hall.do(c.DeleteTeam(hall.id("Gone"))).register("Gone")
    assert hall.id("Gone") == "t2"
    assert hall.state.claims == {claim("Gone"): "t2"}


def test_deleting_twice_deletes_once() -> None:
    hall = Hall().register("Gone")
    delete = c.DeleteTeam(hall.id("Gone"))
    assert hall.do(delete).refuses(delete) is Reason.NO_SUCH_TEAM


def test_a_question_can_be_added_while_the_contest_runs() -> None:
    hall = running("A", "B", content=contest(1)).ask("A")
    assert hall.refuses(hall.asking("B")) is Reason.NONE_LEFT
    hall.do(c.AddQuestion(question("late", points=70)))
    assert hall.ask("B").answer("B", "B").points("B") == 1070


def test_a_mystery_can_be_added_while_the_contest_runs() -> None:
    hall = running("Ours").do(c.AddQuestion(mystery("medium", Difficulty.MEDIUM, cost=10)))
    assert hall.open("Ours", Difficulty.MEDIUM).team("Ours").held == "medium"


def test_a_question_that_was_sent_twice_is_there_once_and_another_needs_an_id_of_its_own() -> None:
    hall = running("Ours").do(c.AddQuestion(question("late")))
    assert hall.events_of(c.AddQuestion(question("late"))) == []
    assert hall.refuses(c.AddQuestion(question("late", points=5))) is Reason.QUESTION_ID_TAKEN
    assert hall.refuses(c.AddQuestion(mystery("q1"))) is Reason.QUESTION_ID_TAKEN
    assert hall.state.questions.order.count(qid("late")) == 1


def test_nothing_is_added_to_a_contest_that_is_over() -> None:
    assert Hall().end().refuses(c.AddQuestion(question("late"))) is Reason.NOT_ALLOWED


def test_locking_twice_is_locking_once() -> None:
    hall = Hall()
    assert hall.events_of(c.Unlock(hall.state.turn)) == []
    hall.do(c.Lock(hall.state.turn))
    assert hall.events_of(c.Lock(hall.state.turn)) == []
