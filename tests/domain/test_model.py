"""The rules on a real disk against a naive second implementation, in any order that hypothesis can think of."""

import random
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.model import CHOICES, FUNCTIONS, IDS, NAMES, Act, Model, pool
from tests.walk import walk
from tests.worlds import Disk, Rules

LATE = st.sampled_from([0, 0, 0, 0, 1, -1])
TAPS = st.sampled_from([1, 1, 1, 2, 3])
CHOICE = st.sampled_from([*CHOICES, "A", "A", "B", "B", "C"])
WHO = st.sampled_from(IDS)
CLAIM_AGE = st.sampled_from([0, 0, 0, 0, 1, 2])
WAITED = st.sampled_from([0, 0, 1, 499, 500, 501, 2_000])


class Lecture(RuleBasedStateMachine):
    """One room. Every rule does the same to the program and to the oracle; ``Model.step`` compares."""

    @initialize(function=st.sampled_from(FUNCTIONS))
    def start(self, function: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="portal-model-"))
        self.model = Model(Disk(self.folder, pool(function)), function)
        self.model.step(*[self.model.join(who, name, 0) for who, name in zip(IDS, NAMES, strict=False)])

    def teardown(self) -> None:
        if hasattr(self, "model"):
            self.model.close()
            shutil.rmtree(self.folder)

    @rule(late=LATE, taps=TAPS)
    def the_instructor_taps_next(self, late: int, taps: int) -> None:
        self.model.step(*[self.model.next(late)] * taps)

    @rule(number=st.integers(-1, 4), limit=st.sampled_from([None, 4_999, 5_000, 10_000, 3_600_001]), late=LATE)
    def the_instructor_jumps(self, number: int, limit: int | None, late: int) -> None:
        self.model.step(self.model.open(number, limit, late))

    @rule(by=st.sampled_from([0, 999, 1_000, 15_000, 600_000, 600_001]), late=LATE, taps=TAPS)
    def the_instructor_gives_more_time(self, by: int, late: int, taps: int) -> None:
        self.model.step(*[self.model.extend(by, late)] * taps)

    @rule(which=st.sampled_from(["close_question", "standings", "reopen"]), late=LATE, taps=TAPS)
    def the_instructor_taps(self, which: str, late: int, taps: int) -> None:
        self.model.step(*[self._console(which, late)] * taps)

    @rule(which=st.sampled_from(["end", "reset"]), late=LATE, taps=TAPS, sure=st.sampled_from([True, False, False]))
    def the_instructor_finishes(self, which: str, late: int, taps: int, sure: bool) -> None:
        if sure:
            self.model.step(*[self._console(which, late)] * taps)

    @rule(locked=st.booleans(), late=LATE)
    def the_instructor_locks(self, locked: bool, late: int) -> None:
        self.model.step(self.model.lock(locked, late))

    @rule(function=st.sampled_from(FUNCTIONS), questions=st.integers(1, 4))
    def the_instructor_chooses_a_pool(self, function: str, questions: int) -> None:
        self.model.step(self.model.choose(function, questions))

    @rule(which=st.sampled_from(["clear", "hand_over", "undo"]), who=WHO)
    def the_instructor_releases(self, which: str, who: str) -> None:
        self.model.step(self._release(which, who))

    @rule(who=WHO, name=st.sampled_from([*NAMES, "code", "999999"]), claim_age=st.sampled_from([0, 1]), devices=TAPS)
    def somebody_joins(self, who: str, name: str, claim_age: int, devices: int) -> None:
        self.model.step(*[self.model.join(who, name, claim_age) for _ in range(devices)])

    @rule(who=WHO, claim_age=CLAIM_AGE, looks_away=st.booleans())
    def somebody_renews_the_code_or_looks_away(self, who: str, claim_age: int, looks_away: bool) -> None:
        self.model.step(self.model.glance(who, claim_age) if looks_away else self.model.renew(who, claim_age))

    @rule(who=WHO, choice=CHOICE, off=st.sampled_from([0, 0, 0, -1, 1]), claim_age=CLAIM_AGE)
    def somebody_answers(self, who: str, choice: str, off: int, claim_age: int) -> None:
        self.model.step(self.model.answer(who, choice, off=off, claim_age=claim_age))

    @rule(choices=st.lists(st.tuples(WHO, CHOICE, WAITED), min_size=2, max_size=8), close=st.booleans())
    def many_answer_in_the_same_instant(self, choices: list[tuple[str, str, int]], close: bool) -> None:
        acts = [self.model.answer(who, choice, waited=waited) for who, choice, waited in choices]
        self.model.step(*acts[:4], *([self.model.close_question()] if close else []), *acts[4:])

    @rule(milliseconds=st.sampled_from([1, 499, 1_000, 2_500, 5_000, 29_999, 60_000, 600_000]))
    def time_passes(self, milliseconds: int) -> None:
        self.model.wait(milliseconds)

    @precondition(lambda self: self.model.oracle.run.phase == "question_open")
    @rule(after=st.sampled_from([-1, 0, 1, 499, 500, 501]))
    def time_passes_until_about_the_deadline(self, after: int) -> None:
        opened = self.model.oracle.run.openings[-1]
        self.model.wait(max(0, opened.start + opened.limit + after - self.model.clock.now()))

    @precondition(lambda self: self.model.oracle.is_overdue(self.model.clock.now()))
    @rule()
    def the_bell_rings(self) -> None:
        self.model.step(self.model.bell())

    @rule(away=st.sampled_from([0, 1, 3_000, 3_600_000]), crash=st.booleans())
    def the_program_starts_again(self, away: int, crash: bool) -> None:
        self.model.restart(away, crash=crash)

    @rule(who=WHO, choice=CHOICE, away=st.sampled_from([0, 3_000]))
    def the_program_dies_before_an_answer_is_on_disk(self, who: str, choice: str, away: int) -> None:
        self.model.crash_before_the_commit(self.model.answer(who, choice), away)

    @rule(who=WHO, name=st.sampled_from(NAMES), which=st.sampled_from(["answer", "join", "next", "clear", "reset"]))
    def the_disk_does_not_take_it(self, who: str, name: str, which: str) -> None:
        self.model.fail(self._written(which, who, name))

    def _console(self, which: str, late: int) -> Act:
        act: Act = getattr(self.model, which)(late)
        return act

    def _release(self, which: str, who: str) -> Act:
        act: Act = getattr(self.model, which)(who)
        return act

    def _written(self, which: str, who: str, name: str) -> Act:
        if which == "answer":
            return self.model.answer(who, "B")
        if which == "join":
            return self.model.join(who, name, claim_age=0)
        return self._release(which, who) if which == "clear" else self._console(which, 0)


TestLecture = Lecture.TestCase
TestLecture.settings = settings(
    max_examples=30, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_thousands_of_random_steps_of_the_bare_rules_agree_with_the_oracle() -> None:
    for seed in range(30):
        function = FUNCTIONS[seed % len(FUNCTIONS)]
        model = Model(Rules(pool(function)), function)
        walk(model, random.Random(seed), 100)  # noqa: S311 (a seed that can be walked again)
        assert model.steps == 100
        model.close()
