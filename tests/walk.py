"""A plain seeded random walk through the model: what hypothesis does, without its care and at many times its speed."""

from collections.abc import Callable
from random import Random

from tests.model import CHOICES, FUNCTIONS, IDS, NAMES, Act, Model
from tests.worlds import Disk

LATE = (0, 0, 0, 0, 0, 1, -1)
CLAIM_AGES = (0, 0, 0, 0, 0, 0, 0, 0, 1, 2)
WAITED = (0, 0, 0, 1, 499, 500, 501, 2_000)
CODES = ("code", "code", "999999", "999999", "999999")
PAUSES = (1, 499, 1_000, 2_500, 5_000, 29_999, 60_000)


def walk(model: Model, lot: Random, steps: int) -> None:
    """``steps`` comparisons. Raises ``AssertionError`` at the first that differs."""
    goal = model.steps + steps
    while model.steps < goal:
        what = lot.random()
        if what < 0.12:
            model.wait(_pause(model, lot))
        elif what < 0.14:
            model.restart(lot.choice((0, 1, 3_000, 3_600_000)), crash=lot.random() < 0.5)
        elif what < 0.15 and isinstance(model.world, Disk):
            _misfortune(model, lot)
        elif model.oracle.is_overdue(model.clock.now()) and lot.random() < 0.5:
            model.step(model.bell())
        else:
            first = _act(model, lot)
            model.step(*_crowd(model, lot, first))


def _act(model: Model, lot: Random) -> Act:
    acts = _students if lot.random() < 0.8 else _instructors
    makers, weights = zip(*acts(model, lot), strict=True)
    make: Callable[[], Act] = lot.choices(makers, weights)[0]
    return make()


def _crowd(model: Model, lot: Random, first: Act) -> list[Act]:
    """Usually ``first`` alone; else a double tap, or others in the same instant."""
    what = lot.random()
    if what < 0.85:
        return [first]
    if what < 0.93:
        return [first] * lot.choice((2, 3))
    return [first, *(_act(model, lot) for _ in range(lot.choice((1, 2, 5))))]


def _students(model: Model, lot: Random) -> list[tuple[Callable[[], Act], float]]:
    age, run = lot.choice(CLAIM_AGES), model.oracle.run
    who = lot.choice([person.id for person in run.people] or IDS) if lot.random() < 0.7 else lot.choice(IDS)
    off, waited = lot.choice((0,) * 12 + (-1, 1)), lot.choice(WAITED)
    is_open, few = run.phase == "question_open", len(run.people) < 3
    return [
        (lambda: model.answer(who, _choice(model, lot), off=off, waited=waited, claim_age=age), 8 if is_open else 1),
        (lambda: model.join(who, lot.choice((*NAMES, *CODES)), lot.choice((0, 1, 1, 1))), 4 if few else 1),
        (lambda: model.renew(who, age), 0.2),
        (lambda: model.glance(who, age), 0.2),
    ]


def _choice(model: Model, lot: Random) -> str:
    """Usually one that the present question allows."""
    run = model.oracle.run
    if run.current < 0 or lot.random() < 0.15:
        return lot.choice(CHOICES)
    asked = run.questions[run.current]
    return ",".join(sorted(lot.sample(asked.options, lot.randint(1, 3) if asked.several else 1)))


def _instructors(model: Model, lot: Random) -> list[tuple[Callable[[], Act], float]]:
    late, who = lot.choice(LATE), lot.choice(IDS)
    run = model.oracle.run
    phase, released = run.phase, [each.id for each in (*run.people, *run.gone) if each.waiting or each in run.gone]
    is_open, is_closed, is_over = phase == "question_open", phase == "question_closed", phase == "finished"
    return [
        (lambda: model.next(late), 2),
        (lambda: model.open(lot.randrange(-1, 5), lot.choice((None, None, 4_999, 5_000, 90_000)), late), 2),
        (lambda: model.close_question(late), 3 if is_open else 0.5),
        (lambda: model.extend(lot.choice((999, 1_000, 15_000, 600_000, 600_001)), late), 2 if is_open else 0.5),
        (lambda: model.standings(late), 2 if is_closed else 0.5),
        (lambda: model.reopen(late), 3 if is_closed else 0.5),
        (lambda: model.end(late), 0.1),
        (lambda: model.reset(late), 8 if is_over else 0.1),
        (lambda: model.lock(lot.random() < 0.3, late), 0.5),
        (lambda: model.choose(lot.choice(FUNCTIONS), lot.randrange(1, 5)), 0.3),
        (lambda: model.clear(who), 0.5),
        (lambda: model.hand_over(who), 0.5),
        (lambda: model.undo(lot.choice(released or IDS)), 1),
    ]


def _pause(model: Model, lot: Random) -> int:
    """Often to the very edge of the open question's time."""
    if model.oracle.run.phase != "question_open" or lot.random() < 0.6:
        return lot.choice(PAUSES)
    opened = model.oracle.run.openings[-1]
    edge = opened.start + opened.limit + lot.choice((-1, 0, 1, 499, 500, 501))
    return max(0, edge - model.clock.now())


def _misfortune(model: Model, lot: Random) -> None:
    act = _act(model, lot)
    if lot.random() < 0.5:
        model.fail(act)
    else:
        model.crash_before_the_commit(act, lot.choice((0, 3_000)))
