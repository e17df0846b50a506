"""What is wrong with a pool, every fault a sentence with its place."""

import json

import pytest

from tests.pool_texts import MYSTERY, QUESTION, contest, faults, quiz


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
    ],
)
def test_a_fault_of_the_pool_itself_names_the_key(change: dict[str, object], fault: str) -> None:
    assert faults(quiz(**change)) == (fault,)


def test_a_key_that_is_like_no_other_is_told_the_nearest_all_the_same() -> None:
    (fault,) = faults(quiz(**{"qu\n": 1}))
    assert fault.startswith('"qu\\n": unknown key; the nearest is "questions" of title, ')


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


def test_a_pool_full_of_faults_is_refused_with_the_first_thousand() -> None:
    found = faults(json.dumps({"title": "T", "questions": [1] * 100_000}))
    assert len(found) == 1001
    assert found[-1] == "… and 99000 more faults"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"id": "m1"}, 'mystery[1].id: "m1" is the id of another question too'),
        ({"id": "q1"}, 'mystery[1].id: "q1" is the id of another question too'),
        ({"id": "a b"}, 'mystery[1].id: "a b" is not an id: 1 to 32 of A-Z a-z 0-9 . _ -'),
        ({"points": 0}, "mystery[1].points: must be a whole number of points, 1 to 1000000, not 0"),
        ({"cost": True}, "mystery[1].cost: must be a whole number of points, 1 to 1000000, not true"),
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
