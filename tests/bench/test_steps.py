"""What a phone costs does not grow with the class: counted in bytecodes, which other load hardly changes."""

import asyncio
from collections import Counter
from types import CodeType

import pytest

from tests.bench.steps import count

FEW, MANY = 20, 80
GROWTH = 1.1


@pytest.fixture(scope="module")
def counts() -> dict[int, dict[str, Counter[CodeType]]]:
    return {phones: asyncio.run(count(phones)) for phones in (FEW, MANY)}


@pytest.mark.parametrize("step", ["join", "stream", "question", "answer", "reveal"])
def test_a_phone_costs_no_more_in_a_larger_class(counts: dict[int, dict[str, Counter[CodeType]]], step: str) -> None:
    few, many = (counts[phones][step].total() / phones for phones in (FEW, MANY))
    assert 0 < many < few * GROWTH
