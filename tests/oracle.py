"""The rules of a quiz a second time, in the plainest way: what the model test holds the program against.

Written from the rules as people are told them: lists and loops, no event, no file, no module of the program.
What follows from it (points, ranks, tallies) is in :mod:`tests.oracle_numbers`.
"""

from dataclasses import dataclass, field

MINUTE = 60_000


@dataclass
class Asked:
    """A question of the pool: ``options`` and ``correct`` are strings of letters, ``limit`` is in milliseconds."""

    options: str
    correct: str
    several: bool
    limit: int


@dataclass
class Opened:
    """One stretch of time in which a question took answers; ``closed`` says by what: ``bell`` or ``hand``."""

    question: int
    start: int
    limit: int
    closed: str = ""


@dataclass
class Given:
    question: int
    choice: str
    elapsed: int
    during: Opened
    order: int


@dataclass
class Person:
    id: str
    name: str
    claim: str
    code: str
    code_until: int
    answers: list[Given] = field(default_factory=list)
    wrong_tries: int = 0
    blocked_until: int = 0
    glances: int = 0
    old_claim: str = ""
    waiting: bool = False  # handed over, and nobody has come yet


@dataclass
class Run:
    number: int
    questions: list[Asked]
    score_fn: str
    source: str
    phase: str = "lobby"
    turn: int = 0
    current: int = -1
    locked: bool = False
    people: list[Person] = field(default_factory=list)
    gone: list[Person] = field(default_factory=list)
    openings: list[Opened] = field(default_factory=list)
    attempts: list[tuple[str, str]] = field(default_factory=list)
    answers_so_far: int = 0


class Oracle:
    """Each method does what one command asks and says ``ok`` or the word for its refusal."""

    def __init__(self, questions: list[Asked], score_fn: str, grace: int) -> None:
        self.grace = grace
        self.archive: list[Run] = []
        self.run = Run(1, questions, score_fn, "start")

    # the console's commands

    def next(self, turn: int, now: int) -> str:
        if turn != self.run.turn:
            return "stale"
        if self.run.phase == "finished":
            return "not_allowed"
        self._close("hand")
        if self.run.current + 1 < len(self.run.questions):
            self._open(self.run.current + 1, 0, now)
        else:
            self._change("finished")
        return "ok"

    def open(self, turn: int, question: int, limit: int | None, now: int) -> str:
        if turn != self.run.turn:
            return "stale"
        if self.run.phase == "finished":
            return "not_allowed"
        if not 0 <= question < len(self.run.questions):
            return "bad_value"
        if limit is not None and not 5_000 <= limit <= 3_600_000:
            return "bad_value"
        if self.run.phase == "question_open" and self.run.current == question:
            return "not_allowed"
        self._close("hand")
        self._open(question, limit or 0, now)
        return "ok"

    def close(self, turn: int) -> str:
        if turn != self.run.turn:
            return "stale"
        if self.run.phase != "question_open":
            return "not_allowed"
        self._close("hand")
        return "ok"

    def extend(self, turn: int, by: int) -> str:
        if turn != self.run.turn:
            return "stale"
        if self.run.phase != "question_open":
            return "not_allowed"
        if not 1_000 <= by <= 600_000:
            return "bad_value"
        self.run.openings[-1].limit += by
        self.run.turn += 1
        return "ok"

    def standings(self, turn: int) -> str:
        if turn != self.run.turn:
            return "stale"
        if self.run.phase != "question_closed":
            return "not_allowed"
        self._change("standings")
        return "ok"

    def reopen(self, turn: int, now: int) -> str:
        if turn != self.run.turn:
            return "stale"
        if self.run.phase not in ("question_closed", "standings"):
            return "not_allowed"
        self._open(self.run.current, 0, now)
        return "ok"

    def end(self, turn: int) -> str:
        if turn != self.run.turn:
            return "stale"
        if self.run.phase == "finished":
            return "not_allowed"
        self._close("hand")
        self._change("finished")
        return "ok"

    def reset(self, turn: int, new_run: int, questions: list[Asked], score_fn: str, source: str) -> str:
        if turn != self.run.turn or new_run != self.run.number + 1:
            return "stale"
        self._close("hand")
        self.archive.append(self.run)
        self.run = Run(new_run, questions, score_fn, source)
        return "ok"

    def lock(self, turn: int, locked: bool) -> str:
        if turn != self.run.turn:
            return "stale"
        self.run.locked = locked
        return "ok"

    def choose(self, questions: list[Asked], score_fn: str) -> str:
        if self.run.phase != "lobby":
            return "not_allowed"
        self.run.questions, self.run.score_fn, self.run.source = questions, score_fn, "console"
        return "ok"

    def clear(self, who: str) -> str:
        person = self._person(who)
        if person is None:
            return "not_allowed"
        self.run.people.remove(person)
        self.run.gone.append(person)
        return "ok"

    def hand_over(self, who: str) -> str:
        person = self._person(who)
        if person is None:
            return "not_allowed"
        if not person.waiting:
            person.waiting, person.old_claim, person.claim = True, person.claim, ""
        return "ok"

    def undo(self, who: str) -> str:
        """Takes back the latest clear or hand-over of an id at which nobody sits since."""
        person = self._person(who)
        if person is not None:
            if not person.waiting:
                return "not_allowed"
            person.waiting, person.claim = False, person.old_claim
            return "ok"
        for gone in reversed(self.run.gone):
            if gone.id == who:
                self.run.gone.remove(gone)
                self.run.people.append(gone)
                return "ok"
        return "not_allowed"

    # a student's

    def join(self, who: str, name: str, claim: str, code: str, held: str, now: int) -> str:
        person = self._person(who)
        if person is None:
            if self.run.locked:
                self.run.attempts.append((who, "locked_join"))
                return "not_allowed"
            self.run.people.append(Person(who, name, claim, code, now + 10 * MINUTE))
            return "ok"
        if person.waiting:
            person.waiting, person.name = False, name
            self._move(person, claim, code, now)
            return "ok"
        if person.claim in (held, claim):
            return "ok"
        self.run.attempts.append((who, "duplicate_join"))
        digits = name.replace(" ", "").replace("-", "")
        if not (len(digits) == 6 and digits.isdigit()):
            return "not_allowed"
        if now < person.blocked_until:
            return "not_allowed"
        if digits != person.code or now >= person.code_until:
            person.wrong_tries += 1
            if person.wrong_tries == 5:
                person.wrong_tries, person.blocked_until = 0, now + MINUTE
            return "not_allowed"
        self.run.attempts.pop()
        self._move(person, claim, code, now)
        return "ok"

    def renew(self, who: str, claim: str, code: str, now: int) -> str:
        person = self._holder(who, claim)
        if person is None:
            return "no_identity"
        person.code, person.code_until = code, now + 10 * MINUTE
        return "ok"

    def glance(self, who: str, claim: str) -> str:
        person = self._holder(who, claim)
        if person is None:
            return "no_identity"
        person.glances += 1
        return "ok"

    def answer(self, who: str, claim: str, question: int, choice: str, arrived: int) -> str:
        person = self._holder(who, claim)
        if person is None:
            return "no_identity"
        if not 0 <= question < len(self.run.questions):
            return "bad_answer"
        asked, letters = self.run.questions[question], choice.split(",")
        if any(letter not in asked.options or letter == "" for letter in letters):
            return "bad_answer"
        if len(letters) > 1 and not asked.several:
            return "bad_answer"
        is_open = self.run.phase == "question_open"
        if question != self.run.current:
            return "stale" if is_open else "not_open"
        opened = self.run.openings[-1]
        for first in person.answers:
            if first.question == question and (is_open or first.choice == choice):
                return "ok"  # the first one stands
        if not is_open:
            return "time_expired" if opened.closed == "bell" and self.run.phase == "question_closed" else "not_open"
        if arrived > opened.start + opened.limit + self.grace:
            return "time_expired"
        elapsed = max(0, min(arrived - opened.start, opened.limit))
        self.run.answers_so_far += 1
        person.answers.append(Given(question, choice, elapsed, opened, self.run.answers_so_far))
        return "ok"

    # what happens by itself

    def is_overdue(self, now: int) -> bool:
        if self.run.phase != "question_open":
            return False
        opened = self.run.openings[-1]
        return now > opened.start + opened.limit + self.grace

    def bell(self) -> str:
        self._close("bell")
        return "ok"

    def restarted(self, down: int) -> None:
        """The time that the server was down is nobody's loss."""
        if self.run.phase == "question_open":
            self.run.openings[-1].start += down
            self.run.turn += 1

    def _person(self, who: str) -> Person | None:
        for person in self.run.people:
            if person.id == who:
                return person
        return None

    def _holder(self, who: str, claim: str) -> Person | None:
        person = self._person(who)
        return person if person is not None and claim and person.claim == claim else None

    def _move(self, person: Person, claim: str, code: str, now: int) -> None:
        person.claim, person.code, person.code_until = claim, code, now + 10 * MINUTE

    def _change(self, phase: str) -> None:
        self.run.phase = phase
        self.run.turn += 1

    def _open(self, question: int, limit: int, now: int) -> None:
        self.run.openings.append(Opened(question, now, limit or self.run.questions[question].limit))
        self.run.current = question
        self._change("question_open")

    def _close(self, by: str) -> None:
        if self.run.phase == "question_open":
            self.run.openings[-1].closed = by
            self._change("question_closed")
