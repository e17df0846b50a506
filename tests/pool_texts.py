"""Texts of pools for tests: good ones to begin with, and what is said of bad ones."""

import json
from typing import Any

import pytest

from portal.pools import PoolFaults, read_pool

QUESTION: dict[str, Any] = {"text": "Which?", "options": {"A": "a", "B": "b", "C": "c", "D": "d"}, "correct": "B"}
CONTEST_QUESTION = {**QUESTION, "id": "q1", "points": 100}
MYSTERY = {**QUESTION, "id": "m1", "points": 200, "cost": 100, "difficulty": "MEDIUM"}


def quiz(*questions: object, **more: object) -> str:
    return json.dumps({"title": "Sorting", "questions": questions or [QUESTION], **more})


def contest(*questions: object, **more: object) -> str:
    return quiz(*(questions or [CONTEST_QUESTION]), mode="competition", **more)


def faults(text: str) -> tuple[str, ...]:
    with pytest.raises(PoolFaults) as refused:
        read_pool(text)
    return refused.value.faults
