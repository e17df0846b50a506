"""What is wrong with a pool is said in the language of whoever has it read."""

import json
import re
from collections.abc import Callable, Iterator
from contextvars import copy_context
from pathlib import Path
from typing import TypeVar

import pytest

from portal.__main__ import main
from portal.markup import faults_in
from portal.pools import PoolFaults, advice, read_pool, read_pool_file
from portal.wording import Language, speak
from tests.pool_texts import MYSTERY, QUESTION, contest, quiz
from tests.serving import Console, serving
from tests.wording.heard import Shouting

Written = TypeVar("Written", str, Path)

BROKEN = [
    quiz(mode="quizz", score_fn=1, questions=7),
    quiz(title="", mode=1, score_fn="liner", session_id="a\nb", questions=[]),
    quiz(*({**QUESTION, "correct": key} for key in ("E", ["E", "F"], [], ["A", "A"], 1, ["A"] * 9))),
    quiz(*({**QUESTION, "text": some} for some in ("", 5, "x" * 20_001, "\0", None, ["x"], {"x": 1}, True))),
    quiz(*({**QUESTION, "options": some} for some in (1, ["a"], {"A": "a", "C": "c"}, ["a", ""]))),
    quiz({**QUESTION, "txet": 1, "qu": 2, "time_limit": 1}, 7),
    contest(mystery=[{**MYSTERY, "id": "q1", "points": 0, "difficulty": "HRAD"}, {**MYSTERY, "id": "?"}]),
    '{"title": NaN, "title": 1}',
    "[]",
    " ",
    *("{", '{"a"', '{"a":', '{"a": 1 2', "[1] 2", '["a', '["\\x"]', '["\\ux"]', '["\n"]', "[1,]", '{"a": 1,}'),
    "[" * 100_000,
    " " * 2_000_000,
    json.dumps({"title": "T", "questions": [1] * 2000}),
]
UNWISE = quiz({**QUESTION, "text": "x" * 200, "options": ["y" * 140, "y" * 140], "correct": "A", "time_limit": 5})
MARKED = [
    "$\\foo$ $\\frac{1}$ $a & b$ $\\newcommand{a}{b}$ $x^{$ " + f"${'x' * 2001}$",
    "![](x.png) [go](javascript:1) <b>no</b>",
    "```pyhton\nx\n```\n\n```python\n" + "x = 1\n" * 9000 + "```",
]


def told_by(read: Callable[[Written], object], written: Written) -> tuple[str, ...]:
    with pytest.raises(PoolFaults) as refused:
        read(written)
    return refused.value.faults


def everything_told(folder: Path) -> Iterator[str]:
    speak(Language("de", Shouting()))
    for text in BROKEN:
        yield from told_by(read_pool, text)
    (folder / "latin.json").write_bytes(b'{"title": "\xe9"}')
    for file in (folder / "missing.json", folder, folder / "latin.json"):
        yield from told_by(read_pool_file, file)
    yield from advice(read_pool(UNWISE))
    for text in MARKED:
        yield from (f"text: {fault}" for fault in faults_in(text))


def test_nothing_that_is_wrong_with_a_pool_is_said_untranslated(tmp_path: Path) -> None:
    told = copy_context().run(lambda: list(everything_told(tmp_path)))
    assert len({re.sub(r"^[^⟦]*", "", each) for each in told}) > 55, "few kinds of faults are looked at"
    for sentence in told:
        place = r'(?:[\w".\\[\]-]+: )?' if not sentence.startswith("⟦") else ""
        assert re.fullmatch(rf"{place}(?:⟦.*⟧(?:: )?)+", sentence), sentence


def test_the_console_in_german_says_in_german_what_is_wrong_with_a_pool(tmp_path: Path) -> None:
    (tmp_path / "week.json").write_text('{"title": "T", "questions": []}')
    with serving(tmp_path, quiz()) as url:
        german, english = Console(url), Console(url)
        german.headers["Accept-Language"] = "de"
        pasted = {"pool_text": quiz({**QUESTION, "correct": "E"})}
        assert "&#34;E&#34; ist keine der Optionen A bis D" in german.post("/admin/pools", data=pasted).text
        assert "&#34;E&#34; is not one of the options A to D" in english.post("/admin/pools", data=pasted).text
        assert "ist leer: mindestens eine Frage ist nötig" in german.get("/admin/pools").text
        assert "is empty: at least one question is needed" in english.get("/admin/pools").text


def test_a_check_speaks_english_or_what_it_is_asked_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad, fine = tmp_path / "bad.json", tmp_path / "fine.json"
    bad.write_text(quiz({**QUESTION, "text": "x" * 20_001}))
    fine.write_text(UNWISE)
    check = ["check", str(bad), str(fine)]

    def said(*more: str) -> str:
        assert copy_context().run(main, [*check, *more]) == 1
        return "".join(capsys.readouterr())

    english, german = said(), said("--language", "de")
    assert "Sorting, 1 question, ready" in english
    assert "note: questions[0].options: A and B say the same" in english
    assert "questions[0].text: has 20,001 characters; 20,000 are possible" in english
    assert "Sorting, 1 Frage, bereit" in german
    assert "Hinweis: questions[0].options: A und B sagen dasselbe" in german
    assert "questions[0].text: hat 20.001 Zeichen; 20.000 sind möglich" in german
