"""Pools: what an author may write, and what becomes of it."""

from portal.domain.competition.contest import Contest, Difficulty
from portal.domain.question import Question, Quiz
from portal.pools import advice, read_pool, texts
from tests.pool_texts import MYSTERY, QUESTION, contest, quiz


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


def test_a_contest_is_read_whole() -> None:
    pool = read_contest(contest(starting_points=500, duration=3600, mystery=[MYSTERY]))
    assert (pool.starting_points, pool.duration, pool.wrong_penalty) == (500, 3_600_000, 0)
    (question,) = pool.questions
    assert (question.id, question.points) == ("q1", 100)
    assert question.letters == {"A", "B", "C", "D"}
    assert question.correct == {"B"}
    (mystery,) = pool.mysteries
    assert (mystery.id, mystery.difficulty, mystery.cost, mystery.points) == ("m1", Difficulty.MEDIUM, 100, 200)


def test_a_contest_may_be_without_an_end_and_without_boxes() -> None:
    pool = read_contest(contest(duration=None))
    assert pool.duration is None
    assert pool.mysteries == ()


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
