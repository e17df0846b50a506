"""A stock of questions: the next free one is the first in order that nobody owns, whatever came and went."""

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.competition.roster import QuestionId, TeamId
from portal.domain.competition.stock import stock

STEPS = st.lists(st.tuples(st.sampled_from(["take", "give", "add"]), st.integers(0, 9)), max_size=40)


@settings(deadline=None)
@given(STEPS)
def test_next_is_the_first_that_nobody_owns(steps: list[tuple[str, int]]) -> None:
    kept = stock(QuestionId(f"q{number}") for number in range(5))
    for step, number in steps:
        question = QuestionId(f"q{number}")
        if step == "add" and question not in kept.places:
            kept.add(question)
        elif step == "take" and question in kept.places and question not in kept.owners:
            kept.take(question, TeamId("t1"))
        elif step == "give" and question in kept.owners:
            kept.give_back(question)
        free = [each for each in kept.order if each not in kept.owners]
        assert kept.next_free() == (free[0] if free else None)
        assert (list(kept.free()), kept.left) == (free, len(free))
