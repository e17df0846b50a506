"""Questions that belong to one team, final answers, boxes that cost points: whatever races, the rules hold."""

import pytest

from portal.domain.competition import commands as c
from portal.domain.competition import events as e
from portal.domain.competition.contest import Contest, Difficulty
from portal.domain.ids import Points
from portal.domain.rejection import Reason
from tests.contesting import Hall, claim, contest, joining, mystery, qid, question, running


def test_a_team_gets_the_question_that_it_asks_for() -> None:
    hall = running("Ours").ask("Ours", "q3")
    assert hall.team("Ours").held == "q3"
    assert hall.state.owner(qid("q3")) == hall.id("Ours")


def test_next_gives_the_free_questions_in_the_order_of_the_pool() -> None:
    hall = running("A", "B", "C", "D").ask("A", "q2")
    held = [hall.ask(name).team(name).held for name in ("B", "C", "D")]
    assert held == ["q1", "q3", "q4"]


def test_of_280_teams_asking_for_one_question_one_gets_it_and_279_are_told() -> None:
    names = [f"Team {number}" for number in range(280)]
    hall = running(*names)
    told = []
    for name in names:
        if hall.state.owner(qid("q1")) is None:
            hall.ask(name, "q1")
        else:
            told.append(hall.refuses(hall.asking(name, "q1")))
    assert told == [Reason.TAKEN] * 279
    assert [name for name in names if hall.team(name).held] == ["Team 0"]


def test_of_280_teams_asking_for_the_next_among_250_every_question_has_one_holder() -> None:
    names = [f"Team {number}" for number in range(280)]
    hall = running(*names, content=contest(250))
    told = []
    for name in names:
        if hall.state.questions.left:
            hall.ask(name)
        else:
            told.append(hall.refuses(hall.asking(name)))
    assert told == [Reason.NONE_LEFT] * 30
    assert len({hall.team(name).held for name in names[:250]}) == 250


def test_a_question_stays_with_its_team_after_the_answer() -> None:
    hall = running("Ours", "Theirs").ask("Ours", "q1").answer("Ours", "B")
    assert hall.refuses(hall.asking("Theirs", "q1")) is Reason.TAKEN
    assert hall.refuses(hall.asking("Ours", "q1")) is Reason.TAKEN


def test_what_is_taken_tells_nothing_about_who_has_it() -> None:
    assert "Ours" not in Reason.TAKEN.value
    hall = running("Ours", "Theirs").ask("Ours", "q1")
    assert hall.refuses(hall.asking("Theirs", "q1")) is Reason.TAKEN


def test_a_team_holds_one_question_at_a_time() -> None:
    hall = running("Ours").ask("Ours", "q1")
    assert hall.refuses(hall.asking("Ours", "q2")) is Reason.HOLDING
    assert hall.refuses(hall.asking("Ours")) is Reason.HOLDING
    assert hall.refuses(hall.opening("Ours")) is Reason.HOLDING


def test_asking_again_for_what_the_team_holds_changes_nothing() -> None:
    hall = running("Ours").ask("Ours", "q1")
    assert hall.events_of(hall.asking("Ours", "q1")) == []


def test_a_question_that_is_not_in_the_contest_cannot_be_asked_for() -> None:
    hall = running("Ours")
    assert hall.refuses(hall.asking("Ours", "q99")) is Reason.NO_SUCH_QUESTION


def test_a_mystery_cannot_be_had_without_paying() -> None:
    hall = running("Ours")
    assert hall.refuses(hall.asking("Ours", "hard1")) is Reason.NO_SUCH_QUESTION


def test_a_right_answer_adds_the_points_of_its_question() -> None:
    hall = running("Ours").ask("Ours").answer("Ours", "B")
    assert hall.points("Ours") == 1100
    assert (hall.team("Ours").held, hall.team("Ours").solved) == (None, 1)


def test_a_wrong_answer_adds_nothing() -> None:
    hall = running("Ours").ask("Ours").answer("Ours", "A")
    latest = hall.team("Ours").latest
    assert hall.points("Ours") == 1000
    assert latest is not None
    assert (latest.right, latest.entry) == (False, None)


def test_a_wrong_answer_costs_the_penalty_of_the_pool() -> None:
    hall = running("Ours", content=contest(penalty=30)).ask("Ours").answer("Ours", "A")
    assert hall.points("Ours") == 970


def test_a_penalty_never_takes_more_than_there_is() -> None:
    hall = running("Poor", content=contest(starting=20, penalty=30))
    assert hall.ask("Poor").answer("Poor", "A").points("Poor") == 0
    hall.ask("Poor").answer("Poor", "A")
    assert [row.entry.delta for row in hall.team("Poor").ledger] == [20, -20]


@pytest.mark.parametrize(("choice", "right"), [("A,C", True), ("A", False), ("A,B,C", False)])
def test_several_options_are_right_only_together(choice: str, right: bool) -> None:
    pool = Contest("Cup", "main", Points(0), None, Points(0), (question("q1", correct="AC", several=True),), ())
    hall = running("Ours", content=pool).ask("Ours").answer("Ours", choice)
    assert hall.team("Ours").answers[qid("q1")].right is right


@pytest.mark.parametrize("choice", ["", "E", "A,B"])
def test_what_is_no_option_is_no_answer(choice: str) -> None:
    hall = running("Ours").ask("Ours")
    assert hall.refuses(hall.answering("Ours", choice)) is Reason.BAD_ANSWER
    assert hall.team("Ours").held == "q1"


def test_the_same_answer_again_changes_nothing() -> None:
    hall = running("Ours").ask("Ours").answer("Ours", "B")
    assert hall.events_of(hall.answering("Ours", "B", to="q1")) == []


def test_a_second_thought_does_not_change_the_first_answer() -> None:
    hall = running("Ours").ask("Ours").answer("Ours", "A")
    assert hall.events_of(hall.answering("Ours", "B", to="q1")) == []
    assert hall.team("Ours").answers[qid("q1")].choice == "A"


def test_a_retry_that_arrives_after_the_end_is_still_answered_with_the_outcome() -> None:
    hall = running("Ours").ask("Ours").answer("Ours", "B").end()
    assert hall.events_of(hall.answering("Ours", "B", to="q1")) == []


def test_two_phones_of_one_team_answering_at_once_have_one_outcome() -> None:
    hall = running("Ours").do(joining("Ours", "second phone")).ask("Ours", "q1")
    other = c.AnswerQuestion(hall.id("Ours"), claim("second phone"), qid("q1"), hall.answering("Ours", "A").choice)
    hall.answer("Ours", "B").do(other)
    assert hall.points("Ours") == 1100
    assert hall.team("Ours").answers[qid("q1")].claim == claim("Ours")


def test_a_team_cannot_answer_what_it_does_not_hold() -> None:
    hall = running("Ours", "Theirs").ask("Theirs", "q1")
    assert hall.refuses(hall.answering("Ours", "B", to="q1")) is Reason.NOT_HELD
    assert hall.refuses(hall.answering("Ours", "B", to="q99")) is Reason.NOT_HELD


def test_a_box_costs_its_price_and_its_question_is_the_teams() -> None:
    hall = running("Ours").open("Ours")
    assert (hall.points("Ours"), hall.team("Ours").held) == (850, "hard1")


def test_paying_and_getting_the_box_are_one_event() -> None:
    hall = running("Ours")
    (opened,) = hall.events_of(hall.opening("Ours"))
    assert isinstance(opened, e.BoxOpened)
    assert (opened.question, opened.entry.delta, opened.entry.balance) == ("hard1", -150, 850)


def test_a_box_that_is_solved_brings_its_prize() -> None:
    assert running("Ours").open("Ours").answer("Ours", "C").points("Ours") == 1000 - 150 + 300


def test_a_box_that_is_missed_takes_no_penalty_besides_its_price() -> None:
    hall = running("Ours", content=contest(penalty=30)).open("Ours").answer("Ours", "A")
    assert hall.points("Ours") == 850


def test_a_team_without_the_price_cannot_open_a_box() -> None:
    hall = running("Poor", content=contest(starting=149))
    assert hall.refuses(hall.opening("Poor")) is Reason.TOO_POOR
    assert (hall.points("Poor"), hall.state.boxes[Difficulty.HARD].left) == (149, 2)


def test_a_team_can_spend_its_last_point() -> None:
    assert running("Poor", content=contest(starting=150)).open("Poor").points("Poor") == 0


def test_boxes_of_a_kind_run_out_and_the_others_stay() -> None:
    hall = running("A", "B", "C").open("A").open("B")
    assert hall.refuses(hall.opening("C")) is Reason.NO_BOX_LEFT
    assert hall.refuses(hall.opening("C", Difficulty.MEDIUM)) is Reason.NO_BOX_LEFT
    assert hall.open("C", Difficulty.EASY).team("C").held == "easy"


def test_two_phones_opening_a_box_at_once_pay_once() -> None:
    hall = running("Ours").do(joining("Ours", "second phone")).open("Ours")
    second = c.OpenBox(hall.id("Ours"), claim("second phone"), Difficulty.HARD)
    assert hall.refuses(second) is Reason.HOLDING
    assert hall.points("Ours") == 850


def test_a_box_that_has_another_price_than_was_confirmed_is_not_paid() -> None:
    hall = running("Slow", "Fast").do(c.AddQuestion(mystery("hard3", cost=400)))
    hall.open("Fast").answer("Fast", "C").open("Fast")
    assert hall.refuses(hall.opening("Slow", shown=150)) is Reason.PRICE_CHANGED
    hall.do(hall.opening("Slow", shown=400))
    assert hall.points("Slow") == 600


def test_points_are_the_sum_of_the_ledger_and_each_row_says_its_balance() -> None:
    hall = running("Ours").open("Ours").answer("Ours", "C").ask("Ours").answer("Ours", "B")
    hall.do(hall.adjusting("Ours", -50))
    rows = [row.entry for row in hall.team("Ours").ledger]
    assert [row.delta for row in rows] == [1000, -150, 300, 100, -50]
    assert [row.balance for row in rows] == [1000, 850, 1150, 1250, 1200]
    assert hall.points("Ours") == 1200


@pytest.mark.parametrize("when", ["lobby", "finished"])
def test_questions_and_boxes_are_had_only_while_the_contest_runs(when: str) -> None:
    hall = Hall().register("Ours")
    if when == "finished":
        hall.start().end()
    assert hall.state.phase.value == when
    assert hall.refuses(hall.asking("Ours")) is Reason.NOT_RUNNING
    assert hall.refuses(hall.opening("Ours")) is Reason.NOT_RUNNING
    assert hall.refuses(hall.answering("Ours", "B", to="q1")) is Reason.NOT_RUNNING


def test_every_answer_that_was_given_is_a_row_of_the_log() -> None:
    hall = running("Ours").ask("Ours").answer("Ours", "B")
    answered = [event for event in hall.history if isinstance(event, e.TeamAnswered)]
    assert [(event.question, event.choice, event.right) for event in answered] == [("q1", "B", True)]
