"""The second opinion on points must be right itself."""

import pytest

from portal.stress.marking import Book, accuracy_points, could_be_points, faults_in_results, ranks


@pytest.mark.parametrize(
    ("choice", "correct", "points"),
    [
        ("B", "B", 100),
        ("A", "B", 0),
        (None, "B", 0),
        ("A", "", 0),  # a poll
        ("A,B", "A,B", 100),
        ("A", "A,B", 50),
        ("A,C", "A,B", 0),
        ("A,B,C", "A,B", 50),
        ("A", "A,B,C", 35),  # a third of 100, on the grid
        ("A,B", "A,B,C", 65),
        ("A", "ABCDEFGH", 15),  # an eighth is 12.5: halves go up
    ],
)
def test_points(choice: str | None, correct: str, points: int) -> None:
    assert accuracy_points(choice, frozenset(correct.replace(",", ""))) == points


def test_no_score_function_pays_for_wrong_or_off_the_grid() -> None:
    right = frozenset("B")
    assert could_be_points(55, "B", right)
    assert not any([could_be_points(5, "A", right), could_be_points(52, "B", right), could_be_points(0, "B", right)])


def test_equal_totals_share_a_rank() -> None:
    books = {name: Book(name, points={0: points}) for name, points in zip("abcd", (0, 100, 50, 50), strict=True)}
    assert ranks(books) == {"b": 1, "c": 2, "d": 2, "a": 4}


def test_an_export_that_tells_something_else_is_noticed() -> None:
    books = {"s1": Book("Ada", {0: "B"}, {0: 100}, right=1, rank=1)}
    row = {"student_id": "s1", "name": "Ada", "rank": "1", "total": "100", "answered": "1", "correct": "1"}
    row |= {"q1_answer": "B", "q1_points": "100"}
    assert faults_in_results([row], books, [0]) == []
    for column in row.keys() - {"student_id"}:
        assert len(faults_in_results([{**row, column: "7"}], books, [0])) == 1
    assert faults_in_results([], books, [0]) == ["results.csv: no row of s1"]
    assert len(faults_in_results([row, row], books, [0])) == 1
