"""Whatever happens to the text of a pool, it is read or refused; nothing else."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.competition.contest import Contest
from portal.domain.question import Quiz
from portal.pools import PoolFaults, advice, read_pool, texts
from tests.pool_texts import MYSTERY, contest, quiz

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
    pool, faults = _read(text)
    if pool is None:
        assert faults
        assert all("\n" not in fault and fault.encode() for fault in faults)
    else:
        assert pool.questions
        assert all(text.encode() for _, text in texts(pool))
        advice(pool)


def _read(text: str) -> tuple[Quiz | Contest | None, tuple[str, ...]]:
    try:
        return read_pool(text), ()
    except PoolFaults as refused:
        return None, refused.faults
