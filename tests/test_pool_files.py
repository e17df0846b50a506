"""Pools on disk: the files that we ship, and the folder that the console picks from."""

import os
from pathlib import Path

import pytest

from portal.domain.competition.contest import Contest, Difficulty
from portal.markup import faults_in
from portal.pools import LARGEST_POOL, PoolFaults, list_pools, pool_file, read_pool, read_pool_file, texts
from tests.pool_texts import QUESTION, contest, faults, quiz

SHIPPED = Path(__file__).parent.parent / "pools"


def test_a_pool_of_more_than_a_mebibyte_is_refused(tmp_path: Path) -> None:
    assert LARGEST_POOL == 1024 * 1024
    fits = quiz() + " " * (LARGEST_POOL - len(quiz()))
    assert read_pool(fits) == read_pool(quiz())
    assert faults(fits + " ") == ("the pool: is larger than 1024 KiB",)
    (tmp_path / "big.json").write_text(fits + " ")
    with pytest.raises(PoolFaults, match="larger than 1024 KiB"):
        read_pool_file(tmp_path / "big.json")


def test_a_large_file_is_refused_for_its_size_wherever_it_is_cut(tmp_path: Path) -> None:
    (tmp_path / "big.json").write_text("é" * LARGEST_POOL, encoding="utf-8")
    with pytest.raises(PoolFaults, match="larger than 1024 KiB"):
        read_pool_file(tmp_path / "big.json")


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
        letters: list[str] = [
            letter for question in read_pool_file(SHIPPED / name).questions for letter in question.correct
        ]
        assert all(letters.count(letter) >= len(letters) // 5 for letter in "ABCD")
