"""Pools: what an author may write, and the sentence for everything else."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.competition.contest import Contest, Difficulty
from portal.domain.question import Question, Quiz
from portal.markup import faults_in
from portal.pools import LARGEST_POOL, PoolFaults, advice, list_pools, pool_file, read_pool, read_pool_file, texts

SHIPPED = Path(__file__).parent.parent / "pools"
QUESTION: dict[str, Any] = {"text": "Which?", "options": {"A": "a", "B": "b", "C": "c", "D": "d"}, "correct": "B"}
CONTEST_QUESTION = {**QUESTION, "id": "q1", "points": 100}
MYSTERY = {**QUESTION, "id": "m1", "points": 200, "cost": 100, "difficulty": "MEDIUM"}


def quiz(*questions: object, **more: object) -> str:
    return json.dumps({"title": "Sorting", "questions": questions or [QUESTION], **more})


def contest(*questions: object, **more: object) -> str:
    return quiz(*(questions or [CONTEST_QUESTION]), mode="competition", **more)


def read_quiz(text: str) -> Quiz:
    pool = read_pool(text)
    assert isinstance(pool, Quiz)
    return pool


def read_contest(text: str) -> Contest:
    pool = read_pool(text)
    assert isinstance(pool, Contest)
    return pool


def only_question(**changes: object) -> Question:
    (question,) = read_quiz(quiz({**QUESTION, **changes})).questions
    return question


def faults(text: str) -> tuple[str, ...]:
    with pytest.raises(PoolFaults) as refused:
        read_pool(text)
    return refused.value.faults


def test_a_pool_needs_a_title_and_a_question_and_has_defaults_for_the_rest() -> None:
    pool = read_quiz(quiz())
    assert (pool.title, pool.session_id, pool.score_fn) == ("Sorting", "main", "accuracy")
    (question,) = pool.questions
    assert question.time_limit == 30_000
    assert question.explanation == ""
    assert not question.several


def test_a_question_without_a_time_limit_takes_the_pools() -> None:
    pool = read_quiz(
        quiz(QUESTION, {**QUESTION, "time_limit": 20}, {**QUESTION, "time_limit": None}, time_limit_default=45)
    )
    assert [question.time_limit for question in pool.questions] == [45_000, 20_000, 45_000]


def test_options_in_a_list_are_lettered_in_order() -> None:
    question = only_question(options=["x", "y", "z"])
    assert [(option.letter, option.text) for option in question.options] == [("A", "x"), ("B", "y"), ("C", "z")]


def test_a_list_of_correct_letters_takes_several() -> None:
    assert only_question(correct=["A", "C"]).correct == {"A", "C"}
    assert only_question(correct=["A"]).several
    assert not only_question(correct="A").several


def test_a_question_without_a_correct_letter_is_a_poll() -> None:
    assert only_question(correct=None).is_poll
    (question,) = read_quiz(quiz({"text": "Which?", "options": ["a", "b"]})).questions
    assert question.is_poll


def test_a_byte_order_mark_is_accepted() -> None:
    assert read_pool("\ufeff" + quiz()) == read_pool(quiz())


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"correct": "E"}, 'correct: "E" is not one of the options A to D'),
        ({"correct": "b"}, 'correct: "b" is not one of the options A to D'),
        ({"correct": ["E", "A", "F"]}, 'correct: "E" and "F" are not among the options A to D'),
        ({"correct": []}, 'correct: is an empty list; a poll has no "correct" at all'),
        ({"correct": ["A", "A"]}, 'correct: "A" stands in the list more than once'),
        ({"correct": 1}, "correct: must be a letter or a list of letters; 1 is neither"),
        ({"correct": ["A", None]}, "correct: must be a letter or a list of letters; null is neither"),
        ({"correct": ["A"] * 9}, "correct: holds 9 letters; there are at most 8 options"),
        ({"explantion": "x"}, 'explantion: unknown key; did you mean "explanation"?'),
        ({"Text": "x"}, 'Text: unknown key; did you mean "text"?'),
        ({"time_limit": 4}, "time_limit: must be a whole number of seconds, 5 to 3600, not 4"),
        ({"time_limit": 3601}, "time_limit: must be a whole number of seconds, 5 to 3600, not 3601"),
        ({"time_limit": True}, "time_limit: must be a whole number of seconds, 5 to 3600, not true"),
        ({"time_limit": 30.0}, "time_limit: must be a whole number of seconds, 5 to 3600, not 30.0"),
        ({"time_limit": "30"}, 'time_limit: must be a whole number of seconds, 5 to 3600, not "30"'),
        ({"text": " "}, "text: is empty"),
        ({"text": 5}, "text: must be text in double quotes, not 5"),
        ({"text": None}, "text: must be text in double quotes, not null"),
        ({"text": "x" * 20_001}, "text: has 20,001 characters; 20,000 are possible"),
        ({"text": "a\0b"}, "text: holds a character that cannot be shown: U+0000"),
        ({"text": "a\x85b"}, "text: holds a character that cannot be shown: U+0085"),
        ({"text": "\ud800"}, "text: holds a character that cannot be shown: U+D800"),
        ({"explanation": ["x"]}, "explanation: must be text in double quotes, not a list"),
        ({"options": "ab"}, 'options: must be an object by letter or a list, not "ab"'),
        ({"options": ["a"]}, "options: must be 2 to 8, not 1"),
        ({"options": ["a"] * 9}, "options: must be 2 to 8, not 9"),
        ({"options": ["a", ""]}, "options[1]: is empty"),
        ({"options": {"A": "a", "B": 7}}, "options.B: must be text in double quotes, not 7"),
        ({"options": {"A": "a", "C": "c"}}, 'options: must be lettered A, B in this order, not "A" and "C"'),
        ({"options": {"B": "b", "A": "a"}}, 'options: must be lettered A, B in this order, not "B" and "A"'),
        ({"options": {"AB": "b", "": "a"}}, 'options: must be lettered A, B in this order, not "AB" and ""'),
    ],
)
def test_a_fault_is_one_sentence_that_begins_with_its_place(change: dict[str, object], fault: str) -> None:
    assert faults(quiz(QUESTION, {**QUESTION, **change})) == (f"questions[1].{fault}",)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"title": ""}, "title: is empty"),
        ({"title": "a\nb"}, "title: must be one line of at most 200 characters"),
        ({"mode": "quizz"}, 'mode: "quizz" is not a mode (quiz and competition); did you mean "quiz"?'),
        ({"mode": 1}, "mode: must be a mode (quiz and competition), not 1"),
        (
            {"score_fn": "liner"},
            'score_fn: "liner" is not a score function (accuracy, linear and ranked); did you mean "linear"?',
        ),
        ({"questions": []}, "questions: is empty: at least one question is needed"),
        ({"questions": {}}, "questions: must be a list, […], not an object"),
        ({"questions": [7]}, "questions[0]: must be an object, {…}, not 7"),
        ({"time_limit_defualt": 5}, 'time_limit_defualt: unknown key; did you mean "time_limit_default"?'),
        ({"time_limit_default": 2}, "time_limit_default: must be a whole number of seconds, 5 to 3600, not 2"),
        ({"qu\n": 1}, '"qu\\n": unknown key; did you mean "quiz"?'),
    ],
)
def test_a_fault_of_the_pool_itself_names_the_key(change: dict[str, object], fault: str) -> None:
    found = faults(quiz(**change))
    if "qu\n" in change:  # far from every key: the nearest is named all the same
        assert found[0].startswith('"qu\\n": unknown key; ')
        assert '"questions"' in found[0]
    else:
        assert found == (fault,)


def test_every_fault_is_told_at_once() -> None:
    broken = {"text": "", "options": {"A": "", "C": 5}, "correct": 5, "time_limit": 1, "explantion": "x"}
    found = faults(json.dumps({"title": 3, "mode": "x", "questions": [QUESTION, broken, {**QUESTION, "correct": "E"}]}))
    assert [fault.split(": ")[0] for fault in found] == [
        "title",
        "mode",
        "questions[1].text",
        "questions[1].options",
        "questions[1].options.A",
        "questions[1].options.C",
        "questions[1].correct",
        "questions[1].time_limit",
        "questions[1].explantion",
        "questions[2].correct",
    ]


def test_what_is_missing_is_told() -> None:
    assert faults("{}") == ("title: is missing", "questions: is missing")
    assert faults("[]") == ("the pool: must be an object, {…}, not a list",)


def test_a_slip_in_the_json_is_told_with_line_and_column() -> None:
    (fault,) = faults('{\n  "title": "x",\n}')
    assert fault.startswith("line 3, column 1: this is not JSON: a key in double quotes is expected")
    assert faults(" ") == ("line 1, column 2: this is not JSON: there is nothing in it",)


def test_a_key_that_stands_twice_is_told_with_its_place() -> None:
    text = quiz().replace('"text"', '"correct": "A", "text"').replace('"title"', '"title": "T", "title"')
    assert faults(text) == ("title: stands here more than once", "questions[0].correct: stands here more than once")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 16, "9" * 5000, "-" + "9" * 5000])
def test_a_number_that_no_pool_can_mean_is_told_with_its_place(number: str) -> None:
    (fault,) = faults(quiz(time_limit_default=777).replace("777", number))
    assert fault.startswith(f"time_limit_default: {number[:15]}")
    assert fault.endswith("is not a number that a pool can hold")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 900 + "]" * 900, "[" * 5000 + "]" * 5000])
def test_deep_nesting_is_a_fault_and_no_crash(text: str) -> None:
    assert len(faults(text)) == 1


def test_a_pool_of_more_than_a_mebibyte_is_refused(tmp_path: Path) -> None:
    assert LARGEST_POOL == 1024 * 1024
    fits = quiz() + " " * (LARGEST_POOL - len(quiz()))
    assert read_pool(fits) == read_pool(quiz())
    assert faults(fits + " ") == ("the pool: is larger than 1024 KiB",)
    (tmp_path / "big.json").write_text(fits + " ")
    with pytest.raises(PoolFaults, match="larger than 1024 KiB"):
        read_pool_file(tmp_path / "big.json")


def test_a_pool_full_of_faults_is_refused_with_the_first_thousand() -> None:
    found = faults(json.dumps({"title": "T", "questions": [1] * 100_000}))
    assert len(found) == 1001
    assert found[-1] == "… and 99000 faults more"


def test_a_contest_is_read_whole() -> None:
    pool = read_contest(contest(starting_points=500, duration=3600, mystery=[MYSTERY]))
    assert (pool.starting_points, pool.duration, pool.wrong_penalty) == (500, 3_600_000, 0)
    assert (pool.questions[0].id, pool.questions[0].points, pool.questions[0].correct) == ("q1", 100, {"B"})
    (mystery,) = pool.mysteries
    assert (mystery.id, mystery.difficulty, mystery.cost, mystery.points) == ("m1", Difficulty.MEDIUM, 100, 200)


def test_a_contest_may_be_without_an_end_and_without_boxes() -> None:
    pool = read_contest(contest(duration=None))
    assert pool.duration is None
    assert pool.mysteries == ()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"id": "m1"}, 'mystery[1].id: "m1" is the id of another question too'),
        ({"id": "q1"}, 'mystery[1].id: "q1" is the id of another question too'),
        ({"id": "a b"}, 'mystery[1].id: "a b" is not an id: 1 to 32 of A-Z a-z 0-9 . _ -'),
        ({"points": 0}, "mystery[1].points: must be a whole number of points, 1 to 1000000, not 0"),
        ({"cost": -5}, "mystery[1].cost: must be a whole number of points, 1 to 1000000, not -5"),
        ({"cost": 1.5}, "mystery[1].cost: must be a whole number of points, 1 to 1000000, not 1.5"),
        (
            {"difficulty": "easy"},
            'mystery[1].difficulty: "easy" is not a difficulty (EASY, MEDIUM and HARD); did you mean "EASY"?',
        ),
        ({"correct": None}, "mystery[1].correct: must be a letter or a list of letters; null is neither"),
        ({"costs": 5}, 'mystery[1].costs: unknown key; did you mean "cost"?'),
    ],
)
def test_a_fault_of_a_mystery_has_its_place(change: dict[str, object], fault: str) -> None:
    assert faults(contest(mystery=[MYSTERY, {**MYSTERY, "id": "m2", **change}])) == (fault,)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"starting_points": -1}, "starting_points: must be a whole number of points, 0 to 1000000, not -1"),
        ({"duration": 59}, "duration: must be a whole number of seconds, 60 to 86400, not 59"),
        ({"duration": True}, "duration: must be a whole number of seconds, 60 to 86400, not true"),
        ({"mysteries": []}, 'mysteries: unknown key; did you mean "mystery"?'),
    ],
)
def test_a_fault_of_a_contest_names_the_key(change: dict[str, object], fault: str) -> None:
    assert faults(contest(**change)) == (fault,)


def test_a_misspelt_mode_does_not_turn_a_contest_into_faults_of_a_quiz() -> None:
    text = contest(starting_points=5).replace('"competition"', '"compettion"')
    assert faults(text) == ('mode: "compettion" is not a mode (quiz and competition); did you mean "competition"?',)


KEYS = [
    "title",
    "text",
    "options",
    "correct",
    "questions",
    "mystery",
    "id",
    "mode",
    "time_limit",
    "A",
    "points",
    "junk",
]
ANYTHING = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(),
        st.sampled_from(["A", "B", "quiz", "competition"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text()), inner, max_size=4)
    ),
    max_leaves=12,
)


@st.composite
def mutated_pools(draw: st.DrawFn) -> str:
    """A good pool in which some values have become anything at all, and perhaps a character of the text too."""
    pool = json.loads(draw(st.sampled_from([quiz(), contest(mystery=[MYSTERY])])))
    for _ in range(draw(st.integers(1, 3))):
        spot = pool
        while (inner := draw(st.sampled_from([*_entries(spot), None]))) is not None and _entries(spot[inner]):
            spot = spot[inner]
        if isinstance(spot, dict):
            spot[draw(st.sampled_from([*spot, *KEYS]))] = draw(ANYTHING)
        else:
            spot.append(draw(ANYTHING))
    text = json.dumps(pool)
    if draw(st.booleans()):
        position = draw(st.integers(0, len(text) - 1))
        text = text[:position] + draw(st.text(max_size=2)) + text[position + draw(st.integers(0, 2)) :]
    return text


def _entries(value: object) -> list[Any]:
    return list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []


@settings(max_examples=500, deadline=None)
@given(st.one_of(mutated_pools(), ANYTHING.map(json.dumps), st.text(st.characters())))
def test_whatever_is_wrong_with_a_pool_it_is_refused_in_sentences(text: str) -> None:
    try:
        pool = read_pool(text)
    except PoolFaults as refused:
        assert refused.faults
        assert all("\n" not in fault and fault.encode() for fault in refused.faults)
    else:
        assert pool.questions
        assert all(text.encode() for _, text in texts(pool))
        advice(pool)


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    for file in (tmp_path / "none.json", tmp_path):
        with pytest.raises(PoolFaults, match="the file: "):
            read_pool_file(file)


def test_a_file_that_is_not_utf8_is_a_fault_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "latin.json").write_bytes(quiz(title="x").replace('"questions"', '\n"questions"').encode() + b"\xe9")
    with pytest.raises(PoolFaults, match="line 2: this is not UTF-8 text"):
        read_pool_file(tmp_path / "latin.json")


def test_the_folder_lists_good_and_bad_pools_by_name(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(quiz(QUESTION, QUESTION))
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "c.json").write_text(contest())
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / ".hidden.json").write_text(quiz())
    (tmp_path / "folder.json").mkdir()
    bad, good, match = list_pools(tmp_path)
    assert (bad.name, bad.faults) == ("a.json", ("title: is missing", "questions: is missing"))
    assert (good.name, good.title, good.questions, good.mode, good.faults) == ("b.json", "Sorting", 2, "quiz", ())
    assert (match.name, match.mode) == ("c.json", "competition")


def test_a_folder_that_is_not_there_lists_nothing(tmp_path: Path) -> None:
    assert list_pools(tmp_path / "none") == []


def test_a_pool_is_found_by_its_plain_name_only(tmp_path: Path) -> None:
    folder = tmp_path / "pools"
    folder.mkdir()
    (folder / "a.json").write_text(quiz())
    (tmp_path / "secret.json").write_text(quiz())
    assert pool_file(folder, "a.json") == folder / "a.json"
    outside = str(tmp_path / "secret.json")
    names = [
        "../secret.json",
        outside,
        "./a.json",
        "a",
        "",
        ".",
        "..",
        "a.json\0",
        "..\\secret.json",
        f"a.json{os.sep}",
    ]
    assert [name for name in names if pool_file(folder, name)] == []


def test_long_texts_short_times_and_equal_options_are_advised_against() -> None:
    long = {**QUESTION, "text": "word " * 40, "options": ["x" * 131, "y", "y"], "time_limit": 5}
    assert advice(read_pool(quiz(QUESTION, long))) == [
        "questions[1].text: has 200 characters; above 160 the last row cannot read it",
        "questions[1].options.A: has 131 characters; above 130 the last row cannot read it",
        "questions[1].options: B and C say the same",
        "questions[1].time_limit: 5 s is little: reading takes about 14 s, so 25 s would do",
    ]


def test_an_image_does_not_count_as_text_to_read() -> None:
    text = f"Which?\n\n![A dot](data:image/png;base64,{'A' * 4000})"
    assert advice(read_pool(quiz({**QUESTION, "text": text}))) == []


def test_the_texts_of_a_pool_come_with_their_places() -> None:
    pool = read_pool(contest(mystery=[{**MYSTERY, "explanation": "so"}]))
    places = [place for place, _ in texts(pool)]
    assert places[:2] == ["questions[0].text", "questions[0].options.A"]
    assert places[-1] == "mystery[0].explanation"
    assert len(places) == 5 + 6


@pytest.mark.parametrize(
    ("name", "questions"), [("example.json", 2), ("demo.json", 10), ("showcase.json", 13), ("competition.json", 40)]
)
def test_a_shipped_pool_has_no_fault(name: str, questions: int) -> None:
    pool = read_pool_file(SHIPPED / name)
    assert len(pool.questions) == questions
    assert [(place, fault) for place, text in texts(pool) for fault in faults_in(text)] == []


def test_the_shipped_contest_has_four_boxes_of_each_difficulty() -> None:
    pool = read_pool_file(SHIPPED / "competition.json")
    assert isinstance(pool, Contest)
    assert [sum(box.difficulty is one for box in pool.mysteries) for one in Difficulty] == [4, 4, 4]
    assert all(box.cost < box.points for box in pool.mysteries)


def test_the_right_letters_of_the_shipped_pools_are_spread() -> None:
    for name in ("demo.json", "competition.json"):
        letters = [letter for question in read_pool_file(SHIPPED / name).questions for letter in question.correct]
        assert all(letters.count(letter) >= len(letters) // 5 for letter in "ABCD")
