"""What a student's page says in each state, and what it must not know before the close."""

import re
from collections.abc import Callable
from typing import TypeVar

import pytest

from portal.domain.ids import Millis
from portal.domain.quiz import commands as c
from portal.views import student
from tests.playing import Room, pid, question, quiz
from tests.views.drawing import RENDERER, attributes, phone, stage_of, words

CONTRACT = {
    f"data-{name}"
    for name in ("state", "turn", "question", "round", "remaining-ms", "answer", "correct", "points", "total", "rank")
}

Body = TypeVar("Body")


def contract(html: str) -> dict[str, str]:
    """What clients that are not browsers rely on."""
    return {name: value for name, value in attributes(html).items() if name in CONTRACT}


def body_of(room: Room, who: str, kind: type[Body]) -> Body:
    body = stage_of(room, who).body
    assert isinstance(body, kind)
    return body


def test_the_lobby_greets_by_name_and_shows_the_rejoin_code() -> None:
    room = Room().join("Ada-1", name="Ada Byron").join("b")
    page = phone(room, "Ada-1")
    assert contract(page) == {"data-state": "lobby", "data-turn": "0"}
    assert "in, Ada" in words(page)
    assert "111 111" in words(page)
    assert "ID Ada-1" in words(page)
    assert "2 joined" in words(page)


def test_a_rejoin_code_is_not_shown_once_it_has_expired() -> None:
    room = Room().join("a")
    assert "111 111" not in words(phone(room.wait(10 * 60 * 1000), "a"))


def test_an_open_question_shows_what_time_is_left_and_no_result() -> None:
    room = Room().join("a").next().wait(12_500)
    page = phone(room, "a")
    assert contract(page) == {
        "data-state": "question_open",
        "data-turn": "1",
        "data-question": "0",
        "data-round": "1",
        "data-remaining-ms": "17500",
    }
    assert [letter for letter in "ABCD" if f'value="{letter}"' in page] == list("ABCD")


def test_a_saved_answer_is_locked_with_its_time_and_its_receipt() -> None:
    room = Room().join("a").next().answer("a", "C", after=6_400)
    page = phone(room, "a")
    assert contract(page)["data-answer"] == "C"
    assert "Locked in after 6.4 s" in words(page)
    receipt = stage_of(room, "a").body.receipt  # type: ignore[union-attr]  # a question is asked, so it has one
    assert receipt
    assert receipt in page
    assert "<form" not in page


def test_a_closed_question_says_what_was_right_and_what_it_was_worth() -> None:
    room = Room().join("a", "b").next().answer("a", "B").answer("b", "C").close()
    assert contract(phone(room, "a")) == {
        "data-state": "question_closed",
        "data-turn": "2",
        "data-question": "0",
        "data-round": "1",
        "data-answer": "B",
        "data-correct": "B",
        "data-points": "100",
        "data-total": "100",
        "data-rank": "1",
    }
    assert "Not this one You chose C; it was B" in words(phone(room, "b"))


def test_whoever_missed_a_question_is_told_kindly() -> None:
    room = Room().join("a").next().close()
    page = phone(room, "a")
    assert "up No answer; it was B" in words(page)
    assert 'data-tone="bad"' not in page
    assert "data-answer" not in attributes(page)


def test_a_poll_knows_no_right_and_no_wrong() -> None:
    room = Room(quiz(question(None))).join("a").next().answer("a", "B").close()
    page = phone(room, "a")
    assert "Thank you" in words(page)
    assert not re.search(r'data-(tone|state)="(good|bad|correct|wrong)"', page)


def test_an_answer_that_is_partly_right_is_neither_correct_nor_wrong() -> None:
    room = Room(quiz(question("BC", several=True))).join("a").next().answer("a", "B").close()
    assert "Partly right You chose B; it was B and C" in words(phone(room, "a"))
    assert contract(phone(room, "a"))["data-points"] == "50"


def test_a_question_with_several_answers_says_so_and_asks_for_ticks() -> None:
    room = Room(quiz(question("BC", several=True))).join("a").next()
    page = phone(room, "a")
    assert page.count('type="checkbox"') == 4
    assert "More than one may be right" in words(page)


KEYS = [question(key) for key in ("A", "B", "C", "D", None)]


@pytest.mark.parametrize(
    "act", [lambda room: room, lambda room: room.answer("a", "B", after=900)], ids=["open", "saved"]
)
def test_before_the_close_the_page_is_the_same_whatever_the_key(act: Callable[[Room], Room]) -> None:
    pages = {phone(act(Room(quiz(each)).join("a", "b").next().wait(700)), "a") for each in KEYS}
    assert len(pages) == 1
    closed = {phone(act(Room(quiz(each)).join("a", "b").next()).close(), "a") for each in KEYS}
    assert len(closed) == len(KEYS)  # the comparison can tell keys apart


def test_points_of_a_reopened_question_are_not_shown_while_it_is_open() -> None:
    room = Room().join("a").next().answer("a", "B").close()
    room.do(c.Reopen(room.state.turn))
    assert not {"data-correct", "data-points", "data-total", "data-rank"} & set(attributes(phone(room, "a")))


def test_who_joins_during_a_question_learns_which_ones_are_missed_and_only_then() -> None:
    room = Room().join("a").next().close().next().close().next().wait(10).join("late")
    assert body_of(room, "late", student.Asked).missed == (1, 2)
    assert "You joined during question 3. Answer now; questions 1 and 2 count as missed." in words(phone(room, "late"))
    assert body_of(room, "a", student.Asked).missed == ()
    room.close().do(c.Open(room.state.turn, question=stage_of(room, "a").question or 0, limit=None))  # type: ignore[arg-type]  # a plain number does here
    assert body_of(room, "late", student.Asked).missed == ()


def test_ranks_are_shared_and_moves_count_from_the_close_before() -> None:
    room = Room().join("a", "b", "c").next().answer("a", "B").answer("b", "B").close()
    assert [body_of(room, who, student.Reveal).you.rank for who in "abc"] == [1, 1, 3]
    assert body_of(room, "a", student.Reveal).you.move is None  # nothing to compare the first question with
    room.next().answer("c", "C").answer("b", "C").close()
    assert [body_of(room, who, student.Reveal).you.rank for who in "abc"] == [2, 1, 2]
    assert [body_of(room, who, student.Reveal).you.move for who in "abc"] == [-1, 0, 1]


def test_standings_tell_the_gap_to_the_next_better_rank() -> None:
    room = Room().join("a", "b", "c").next().answer("a", "B").answer("b", "B").close()
    room.do(c.ShowStandings(room.state.turn))
    leaders = body_of(room, "c", student.Leaders)
    assert (leaders.gap, leaders.above) == (100, 1)
    assert "100 behind 1st place" in words(phone(room, "c"))
    assert (body_of(room, "a", student.Leaders).gap, body_of(room, "a", student.Leaders).above) == (None, None)


def test_the_own_row_follows_the_top_five_when_it_is_not_among_them() -> None:
    room = Room().join(*"abcdef").next()
    for who in "abcde":
        room.answer(who, "B")
    room.close()
    assert phone(room, "f").count('class="board-row"') == 6
    assert phone(room, "a").count('class="board-row"') == 5
    assert phone(room, "a").count('board-row" data-you') == 1


def test_the_end_counts_answers_and_reviews_every_question() -> None:
    room = Room().join("a").next().answer("a", "B").close().next().answer("a", "A").close().next().close().next()
    page = phone(room, "a")
    assert contract(page) == {"data-state": "finished", "data-turn": "7", "data-total": "100", "data-rank": "1"}
    finished = body_of(room, "a", student.Finished)
    assert (finished.answered, finished.right, len(finished.reviews)) == (2, 1, 3)
    assert page.count("<details>") == 3


def test_names_and_texts_cannot_become_markup() -> None:
    room = Room().join("a", name='<b>Ada</b> "x"').next().answer("a", "B").close()
    page = phone(room, "a")
    assert "<b>Ada" not in page
    assert "&lt;b&gt;Ada" in page


def test_a_clock_has_a_new_id_each_time_it_is_drawn() -> None:
    room = Room().join("a").next()
    ids = {re.findall(r'id="clock-([^"]+)"', phone(room.wait(each), "a"))[0] for each in (0, 1, 1000)}
    assert len(ids) == 3


def test_a_refusal_is_said_on_the_stage_and_to_the_ear() -> None:
    room = Room().join("a").next()
    page = phone(room, "a", error="not_saved", notice="Not saved. Tap again.")
    assert attributes(page)["data-error"] == "not_saved"
    assert attributes(page)["data-say"].startswith("Not saved. Tap again.")
    assert "Not saved. Tap again." in words(page)


@pytest.mark.parametrize("move", ["lobby", "open", "saved", "closed", "standings", "finished"])
def test_every_state_says_one_sentence_without_markup(move: str) -> None:
    room = Room().join("a")
    steps: dict[str, Callable[[], object]] = {
        "lobby": lambda: None,
        "open": room.next,
        "saved": lambda: room.answer("a", "B"),
        "closed": room.close,
        "standings": lambda: room.do(c.ShowStandings(room.state.turn)),
        "finished": lambda: room.do(c.End(room.state.turn)),
    }
    for name, step in steps.items():
        step()
        if name == move:
            break
    said = attributes(phone(room, "a"))["data-say"]
    assert said.endswith(".")
    assert "<" not in said
    assert "\n" not in said


def test_a_page_that_may_be_typed_into_never_refreshes_itself() -> None:
    join = RENDERER.fragment("student/join_page.html", view=student.JoinForm("Sorting", False, "", "", {}, None))
    assert 'http-equiv="refresh"' not in join
    room = Room(quiz(question("BC", several=True, seconds=30))).join("a").next()
    asked = RENDERER.fragment("student/page.html", view=stage_of(room, "a"), version="1")
    assert '<meta http-equiv="refresh" content="32">' in asked  # after its time, not while boxes are being ticked


def test_the_join_form_keeps_what_was_typed_and_says_what_is_wrong_beside_it() -> None:
    view = student.JoinForm("Sorting", True, "a b", "Ada", {"student_id": "That is no id."}, "restarted")
    page = RENDERER.fragment("student/_join.html", view=view)
    assert 'value="a b"' in page
    assert 'aria-invalid="true"' in page
    assert "That is no id." in words(page)
    assert 'data-error="restarted"' in page
    assert 'id="stage"' not in page


def test_statistics_are_those_of_the_question_closed_last() -> None:
    room = Room().join("a", "b", "c").next().answer("a", "B", after=2_000).answer("b", "C", after=2_000).close()
    view = student.statistics(room.state, room.board)
    assert (view.average_time, view.average_points) == (Millis(3_000), 50)
    assert [column.count for column in view.times] == [1, 1, 0, 0, 0, 0, 0, 0]
    page = words(RENDERER.fragment("student/stats_page.html", view=view, title="Sorting"))
    assert "3.0 s" in page
    assert student.statistics(Room().state, Room().board).question is None


def test_the_review_page_shows_only_closed_questions() -> None:
    room = Room().join("a").next().answer("a", "B").close().next()
    view = student.review(room.state, room.board, pid("a"))
    page = RENDERER.fragment("student/review_page.html", view=view, title="Sorting", name="Ada")
    assert page.count("<details>") == 1


def test_a_page_of_too_many_ends_its_stream_and_its_polling() -> None:
    message = RENDERER.fragment("student/_displaced.html")
    assert re.findall(r'hx-target="([^"]+)"', message) == ["#live", "#poll", ".skip", "#page"]
    assert "hx-sse" not in message
