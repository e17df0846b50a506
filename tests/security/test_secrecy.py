"""No byte and no time tells what is right; the nights are ``tests/crash/secrecy.py`` and ``tests/crash/timing.py``."""

import asyncio
from pathlib import Path
from random import Random

import pytest

from tests.crash import lectures
from tests.crash.secrecy import differences
from tests.crash.timing import Timing, lecture


@pytest.mark.parametrize("seed", range(100, 112))
def test_two_lectures_that_differ_in_their_keys_are_the_same_to_the_byte_before_the_close(seed: int) -> None:
    compared, told = differences(seed)
    assert compared > 20_000, "there was something to compare"
    assert told == []


def test_the_two_lectures_of_a_pair_have_different_keys() -> None:
    texts = [lectures.pool(Random(3), 0, Random(lot)) for lot in (1, 2)]  # noqa: S311 (to be the same each time)
    assert texts[0] != texts[1]


def test_the_end_of_a_lecture_tells_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison can see a key: one that goes on past the close of the question does differ."""

    async def and_the_close(self: lectures.Lecture, secret: int) -> None:
        await up_to(self, secret)
        await self.command("close")
        await self.command("open", question=secret)

    up_to = lectures.Lecture.up_to
    monkeypatch.setattr(lectures.Lecture, "up_to", and_the_close)
    found = [differences(seed)[1] for seed in range(200, 203)]
    assert any(found)


def test_a_right_answer_takes_as_long_as_a_wrong_one() -> None:
    seen = asyncio.run(lecture(2_000, seed=1, class_=100))
    assert len(seen.right) > 400
    assert len(seen.wrong) > 1_200
    assert abs(seen.t) < 9, "noise alone never gets there; at night the limit is 4.5"


def test_a_difference_of_a_twentieth_of_a_millisecond_is_seen() -> None:
    wrong = [1 + number % 17 / 50 for number in range(1000)]
    assert abs(Timing(wrong, wrong).t) < 0.1
    assert Timing([each + 0.05 for each in wrong], wrong).t > 9
