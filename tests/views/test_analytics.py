"""Analytics: difficulty, discrimination and reliability against numbers worked out by hand."""

import pytest

from portal.views.instructor.analytics import Analytics, Judgement, analytics
from tests.playing import Room, question, quiz

CLASS = "abcdef"


def played(*rights: str, keys: str = "B") -> Analytics:
    """Six students and a question for each of ``rights``, which names who was right; B is right, the rest pick C."""
    room = Room(quiz(*(question(keys) for _ in rights))).join(*CLASS)
    for right in rights:
        room.next()
        for who in CLASS:
            room.answer(who, "B" if who in right else "C", after=100)
        room.close()
    return analytics(room.state, room.board)


def test_a_question_that_the_strong_get_right_is_strong() -> None:
    found = played("abc", "abc")
    assert [row.discrimination for row in found.questions] == [pytest.approx(1.0)] * 2
    assert [row.judgement for row in found.questions] == [Judgement.STRONG] * 2
    assert found.reliability == pytest.approx(1.0)
    assert (found.difficulty, found.doubtful) == (50, 0)


def test_a_question_that_the_strong_get_wrong_asks_for_its_key() -> None:
    found = played("abc", "def")
    assert [row.discrimination for row in found.questions] == [pytest.approx(-1.0)] * 2
    assert [row.judgement for row in found.questions] == [Judgement.CHECK_THE_KEY] * 2
    assert found.doubtful == 2
    assert found.reliability is None, "everybody has the same total"


def test_reliability_is_kuder_and_richardson_s() -> None:
    # totals 2 2 1 1 0 0: variance 2/3; p q = 2/9 twice; 2 (1 - (4/9) / (2/3)) = 2/3
    assert played("abcd", "ab").reliability == pytest.approx(2 / 3)


def test_the_correlation_is_with_the_other_questions_alone() -> None:
    # right 1 1 1 0 0 0 against the rest 1 0 0 1 0 0: covariance 0
    found = played("abc", "ad")
    assert found.questions[0].discrimination == pytest.approx(0.0)
    assert found.questions[0].judgement is Judgement.LOW


@pytest.mark.parametrize("rights", [("abcdef", "abc"), ("", "abc")])
def test_what_all_or_none_got_right_tells_nobody_apart(rights: tuple[str, str]) -> None:
    row = played(*rights).questions[0]
    assert (row.discrimination, row.judgement) == (None, None)


def test_few_students_get_no_correlation() -> None:
    room = Room(quiz(question("B"), question("B"))).join("a", "b")
    for _ in range(2):
        room.next().answer("a", "B").answer("b", "C").close()
    found = analytics(room.state, room.board)
    assert (found.questions[0].discrimination, found.reliability) == (None, None)
    assert found.questions[0].percent == 50


def test_choices_misses_and_times_of_a_question() -> None:
    room = Room(quiz(question("B"))).join(*CLASS).next()
    room.answer("a", "B", after=2_000).answer("b", "B", after=2_000).answer("c", "D", after=5_000).close()
    (row,) = analytics(room.state, room.board).questions
    assert [(pick.letter, pick.count, pick.height, pick.correct) for pick in row.picks] == [
        ("A", 0, 0, False),
        ("B", 2, 100, True),
        ("C", 0, 0, False),
        ("D", 1, 50, False),
    ]
    assert (row.missed, row.typical, row.percent) == (3, 4_000, 67)


def test_times_are_parts_of_the_limit() -> None:
    room = Room(quiz(question("B", seconds=40), question("B", seconds=8))).join("a", "b")
    for wait in (39_000, 7_900):
        room.next().answer("a", "B").answer("b", "C", after=wait).close()
    columns = analytics(room.state, room.board).times
    assert [(each.label, each.correct, each.wrong) for each in columns][::7] == [("0", 2, 0), ("87", 0, 2)]


def test_an_open_question_and_a_poll_are_not_judged() -> None:
    room = Room(quiz(question(None), question("B"), question("B"))).join(*CLASS)
    room.next().answer("a", "A").close().next()
    found = analytics(room.state, room.board)
    assert [(row.number, row.percent, row.judgement) for row in found.questions] == [(1, None, None)]
    assert found.difficulty is None


def test_a_run_without_anybody_has_no_figures_to_tell() -> None:
    room = Room().next().close()
    found = analytics(room.state, room.board)
    assert (found.took_part, found.mean, found.difficulty, found.typical) == (0, None, None, None)
