"""What the hall may see: never a student id, nobody below tenth, no vote and no key before the close."""

import re
from dataclasses import replace

import pytest

from portal.domain.quiz import commands as c
from portal.domain.quiz.events import Slide
from portal.paths import STATIC
from portal.views import content, crowding, projector
from tests.playing import Room, joining, question, quiz
from tests.views.drawing import RENDERER, attributes, hall, hall_of, words

SLIDES = list(Slide)


def turned(room: Room, slide: Slide) -> Room:
    return room.do(c.TurnProjector(slide))


def crowd(size: int) -> Room:
    """A room in which the n-th student is called "Name n" and has an id that stands nowhere else."""
    room = Room()
    for number in range(size):
        room.do(joining(f"secretid{number}", name=f"Name {number:02}", claim=f"claim-secretid{number}"))
    return room


def test_the_lobby_shows_how_to_join_and_how_many_have() -> None:
    page = hall(crowd(3))
    assert attributes(page)["data-state"] == "lobby"
    assert "quiz.example.edu" in words(page)
    assert "https://" not in words(page)
    assert "3 in the room" in words(page)
    assert 'src="/qr.svg"' in page


def test_a_locked_room_invites_nobody() -> None:
    room = crowd(1)
    page = words(hall(room.do(c.Lock(room.state.turn))))
    assert "The room is locked" in page
    assert "Scan" not in page


def test_an_open_question_carries_its_clock_and_counts_but_no_vote() -> None:
    room = crowd(4).next().answer("secretid0", "B").wait(4_000)
    page = hall(room)
    found = {name: value for name, value in attributes(page).items() if name not in ("data-fit", "data-split")}
    assert found == {
        "data-state": "question_open",
        "data-run": "1",
        "data-turn": "1",
        "data-question": "0",
        "data-round": "1",
        "data-remaining-ms": "26000",
    }
    assert "1 of 4 answered" in words(page)
    assert "%" not in words(page)


def test_the_live_vote_is_shown_only_when_the_instructor_asks_and_without_the_key() -> None:
    room = turned(crowd(2).next().answer("secretid0", "B"), Slide.ANSWERS)
    body = hall_of(room).body
    assert isinstance(body, projector.Asked)
    assert body.tally
    assert {row.correct for row in body.tally.rows} == {None}
    assert "100%" in words(hall(room))


@pytest.mark.parametrize("slide", SLIDES)
def test_before_the_close_the_page_is_the_same_whatever_the_key(slide: Slide) -> None:
    def page(key: str | None, *, close: bool = False) -> str:
        room = Room(quiz(question(key))).join("a", "b").next().answer("a", "B", after=300)
        return hall(turned(room.close() if close else room, slide))

    keys = ["A", "B", "C", "D", None]
    assert len({page(key) for key in keys}) == 1
    if slide is Slide.ANSWERS:
        assert len({page(key, close=True) for key in keys}) == len(keys)  # the comparison can tell keys apart


def test_the_reveal_marks_the_correct_option_and_says_why() -> None:
    room = crowd(2).next().answer("secretid0", "B").answer("secretid1", "C").close()
    page = hall(room)
    assert page.count(">Correct<") == 1
    assert "Because ties keep their order." in words(page)
    assert "2 of 2 answered" in words(page)


def test_a_poll_has_no_correct_option() -> None:
    room = Room(quiz(question(None))).join("a").next().answer("a", "B").close()
    assert "Correct" not in words(hall(room))
    assert 'data-tone="good"' not in hall(room)


@pytest.mark.parametrize("slide", SLIDES)
def test_no_state_ever_shows_a_student_id(slide: Slide) -> None:
    room = turned(crowd(3), slide)
    pages = [hall(room)]
    for step in (
        room.next,
        lambda: room.answer("secretid1", "B"),
        room.close,
        lambda: room.do(c.ShowStandings(room.state.turn)),
        lambda: room.do(c.End(room.state.turn)),
    ):
        step()
        pages.append(hall(turned(room, slide)))
    assert len(set(pages)) > 1
    assert not any("secretid" in page for page in pages)


def test_nobody_below_tenth_is_shown() -> None:
    room = crowd(12).next()
    for number in range(12):
        room.answer(f"secretid{number}", "B" if number < 10 else "A")
    room.close().do(c.ShowStandings(room.state.turn))
    page = words(hall(room))
    assert "Name 09" in page
    assert "Name 10" not in page
    assert "Top ten of 12" in page


def test_the_podium_puts_the_winner_in_the_middle() -> None:
    room = crowd(4).next()
    room.answer("secretid2", "B").close().next().answer("secretid2", "C").answer("secretid0", "C")
    room.do(c.End(room.state.turn))
    page = hall(room)
    podium = page[page.index('class="podium"') : page.index("</ol>")]
    assert re.findall(r"Name \d\d", podium) == ["Name 00", "Name 02", "Name 01"]
    assert re.findall(r'data-place="(\d)"', podium) == ["2", "1", "3"]
    assert "Name 03" in page


def test_response_times_fall_into_eight_equal_parts_of_the_limit() -> None:
    room = crowd(3).next().answer("secretid0", "B", after=1_000).answer("secretid1", "B", after=10_000).close()
    body = hall_of(turned(room, Slide.TIMES)).body
    assert isinstance(body, projector.Times)
    assert [column.count for column in body.columns] == [1, 0, 1, 0, 0, 0, 0, 0]
    assert "Half of you answered within 11.0 s" in words(hall(room))


def test_scores_fall_into_ten_parts_of_what_could_be_had() -> None:
    room = crowd(3).next().answer("secretid0", "B").close()
    body = hall_of(turned(room, Slide.SCORES)).body
    assert isinstance(body, projector.Scores)
    assert [column.count for column in body.columns] == [2, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert "The average is 33 points" in words(hall(room))


@pytest.mark.parametrize("slide", SLIDES)
def test_an_empty_room_is_drawn_in_every_state(slide: Slide) -> None:
    room = turned(Room(), slide)
    for step in (
        room.next,
        room.close,
        lambda: room.do(c.ShowStandings(room.state.turn)),
        lambda: room.do(c.End(room.state.turn)),
    ):
        step()
        assert attributes(hall(turned(room, slide)))["data-state"] == room.state.phase.value


def test_the_counts_are_one_region_in_every_state() -> None:
    room = crowd(2)
    for step in (
        lambda: None,
        room.next,
        room.close,
        lambda: room.do(c.ShowStandings(room.state.turn)),
        lambda: room.do(c.End(room.state.turn)),
    ):
        step()
        assert hall(room).count('id="counts"') == 1
        assert RENDERER.fragment("projector/_counts.html", view=hall_of(room)).lstrip()[:200].count('id="counts"') == 1


@pytest.mark.parametrize(
    ("text", "heading", "rest"),
    [
        ("One line?", "One line?", ""),
        ("What prints?\n\n```python\na = 1\n```", "What prints?", "```python\na = 1\n```"),
        ("```python\na = 1\n```\n\nWhat prints?", "", "```python\na = 1\n```\n\nWhat prints?"),
        ("$$x^2$$\n\nWhat is it?", "", "$$x^2$$\n\nWhat is it?"),
        ("- a\n- b", "", "- a\n- b"),
        ("Is 3 - 2 = 1?\nYes or no", "Is 3 - 2 = 1?\nYes or no", ""),
    ],
)
def test_the_first_paragraph_of_a_question_is_its_heading_when_it_can_be_one(
    text: str, heading: str, rest: str
) -> None:
    asked = question("A")
    shown = content.PublicQuestion(0, 1, 1, text, asked.options, False, asked.time_limit)  # type: ignore[arg-type]  # a plain number and text do here
    assert (shown.heading, shown.rest) == (heading, rest)


LONG = "Which of these sorts is stable? " * 12


def test_a_crowded_page_is_drawn_smaller_and_an_ordinary_one_is_not() -> None:
    def steps(options: int, text: str, explanation: str = "") -> list[str]:
        asked = replace(question("A", options=options), text=text, explanation=explanation)
        room = Room(quiz(asked)).join("a").next()
        return re.findall(r'data-tight="(.)"', hall(room)) + re.findall(r'data-tight="(.)"', hall(room.close()))

    assert steps(4, "Which sort is stable?", "Ties.") == []
    assert steps(8, LONG) == ["3", "3"], "the question, and its vote beside a shorter one"
    assert steps(4, "Which sort is stable?", LONG) == ["1"], "only the explanation"


def test_a_formula_is_as_wide_as_it_looks() -> None:
    def fit(text: str) -> crowding.Fit:
        asked = question("A")
        options = tuple(replace(each, text=text) for each in asked.options)
        shown = content.PublicQuestion(0, 1, 1, "Which?", options, False, asked.time_limit)  # type: ignore[arg-type]  # a plain number and text do here
        return crowding.revealed(shown, content.Key((), "Why.", False))

    assert fit(r"$\mathrm{aaaaaaaaaa}^{\frac{b}{c}}$") == fit("aaaaaaaaaa bc xx") == crowding.Fit()
    assert fit("a long and wordy option that does not look like a formula") != crowding.Fit()


def test_a_picture_leaves_less_room_than_the_words_that_stand_for_it() -> None:
    def fit(text: str) -> crowding.Fit:
        asked = question("A")
        shown = content.PublicQuestion(0, 1, 1, text, asked.options, False, asked.time_limit)  # type: ignore[arg-type]  # a plain number and text do here
        return crowding.asked(shown, None)

    two_lines = "Which?\n\nA chart\n\n"
    assert fit(two_lines).step == 0
    assert fit(two_lines + "![A chart](/static/a.png)").step > 0


def test_the_steps_of_a_crowded_page_are_those_of_the_style_sheet() -> None:
    drawn = re.findall(r'\[data-tight="(\d)"\]\{zoom:([.\d]+)\}', (STATIC / "portal.css").read_text())
    assert {int(step): float(zoom) for step, zoom in drawn} == dict(enumerate(crowding.ZOOMS[1:], start=1))
