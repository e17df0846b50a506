"""Points of one answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.ids import Letter, Millis, Points
from portal.domain.question import Question
from portal.domain.scoring import SCORE_FUNCTIONS, Attempt, is_right, share
from portal.domain.scoring import points as points_of_share
from tests.playing import question


def attempt(elapsed: int = 0, *, limit: int = 30_000, place: int = 0, right: bool = True) -> Attempt:
    return Attempt(Millis(elapsed), Millis(limit), place, right)


def points(function: str, asked: Question, picked: frozenset[Letter], given: Attempt) -> Points:
    return points_of_share(function, asked, share(asked, picked), given)


def picks(letters: str) -> frozenset[Letter]:
    return frozenset(Letter(each) for each in letters)


def test_accuracy_pays_the_full_hundred_however_late() -> None:
    assert points("accuracy", question("B"), picks("B"), attempt(30_000)) == 100


@pytest.mark.parametrize("function", SCORE_FUNCTIONS)
def test_a_wrong_answer_is_worth_nothing(function: str) -> None:
    assert points(function, question("B"), picks("C"), attempt(right=False)) == 0


@pytest.mark.parametrize("function", SCORE_FUNCTIONS)
def test_a_poll_is_worth_nothing_and_nobody_is_right(function: str) -> None:
    assert points(function, question(None), picks("A"), attempt()) == 0
    assert not is_right(question(None), picks("A"))
    assert not is_right(question(None), picks(""))


@pytest.mark.parametrize(
    ("elapsed", "expected"),
    [(0, 100), (1_499, 100), (1_500, 100), (1_501, 95), (15_000, 75), (28_500, 55), (28_501, 50), (30_000, 50)],
)
def test_linear_falls_from_a_hundred_to_fifty_in_steps_of_five_halves_up(elapsed: int, expected: int) -> None:
    assert points("linear", question("B"), picks("B"), attempt(elapsed)) == expected


@pytest.mark.parametrize(("place", "expected"), [(0, 100), (1, 95), (9, 55), (10, 50), (11, 50), (400, 50)])
def test_ranked_pays_by_order_of_arrival_but_not_under_fifty(place: int, expected: int) -> None:
    assert points("ranked", question("B"), picks("B"), attempt(place=place)) == expected


@pytest.mark.parametrize(
    ("picked", "expected"),
    [("AC", 100), ("A", 50), ("AB", 0), ("ABC", 50), ("ABCD", 0), ("B", 0), ("BD", 0)],
)
def test_several_correct_options_pay_the_share_that_wrong_picks_reduce(picked: str, expected: int) -> None:
    asked = question("AC", several=True)
    right = picks(picked) == picks("AC")
    assert points("accuracy", asked, picks(picked), attempt(right=right)) == expected


def test_a_third_of_a_hundred_is_thirty_five_on_the_grid_of_five() -> None:
    asked = question("ABC", several=True)
    assert points("accuracy", asked, picks("A"), attempt(right=False)) == 35


def test_a_partly_right_answer_counts_from_fifty_when_ranked() -> None:
    asked = question("AC", several=True)
    assert points("ranked", asked, picks("A"), attempt(place=0, right=False)) == 25


@given(
    st.sampled_from(sorted(SCORE_FUNCTIONS)),
    st.sets(st.sampled_from("ABCD"), min_size=1),
    st.sets(st.sampled_from("ABCD"), min_size=1),
    st.integers(5_000, 3_600_000),
    st.floats(0, 1),
    st.integers(0, 500),
)
def test_points_are_on_the_grid_between_nothing_and_a_hundred(
    function: str, correct: set[str], picked: set[str], limit: int, share: float, place: int
) -> None:
    asked, chosen = question("".join(correct), several=True), picks("".join(picked))
    tried = Attempt(Millis(int(limit * share)), Millis(limit), place, is_right(asked, chosen))
    worth = points(function, asked, chosen, tried)
    assert worth in range(0, 101, 5)
    assert (worth >= 50) or not is_right(asked, chosen)
