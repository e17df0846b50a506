"""The oracle's numbers: everything that is shown of a run, computed anew each time, points as fractions."""

from fractions import Fraction
from typing import Any

from tests.oracle import Given, Person, Run


def picture(run: Run, now: int) -> dict[str, Any]:
    """Everything that a page, an export or a console may show of a run, as plain values."""
    is_open = run.phase == "question_open"
    closed = closed_questions(run)
    before = [question for question in closed if question != run.current]
    ranks = ranking(run, closed)
    earlier = ranking(run, before)
    moves = {}
    if before and len(before) < len(closed):
        for rank, who, _ in ranks:
            moves[who] = next(old for old, other, _ in earlier if other == who) - rank
    opened_ever = {opened.question for opened in run.openings}
    return {
        "run": run.number,
        "pool": (len(run.questions), run.score_fn, run.source),
        "phase": run.phase,
        "turn": run.turn,
        "question": run.current,
        "locked": run.locked,
        "remaining": max(0, run.openings[-1].start + run.openings[-1].limit - now) if is_open else None,
        "limit": run.openings[-1].limit if is_open else None,
        "people": sorted((person.id, person.name, person.claim) for person in run.people),
        "codes": {person.id: (person.code, person.code_until) for person in run.people},
        "wrong codes": {person.id: now < person.blocked_until for person in run.people},
        "glances": {person.id: person.glances for person in run.people},
        "attempts": sorted(run.attempts),
        "strays": sorted(who for who, _ in run.attempts if who not in [person.id for person in run.people]),
        "answers": {
            (person.id, given.question): (given.choice, given.elapsed)
            for person in run.people
            for given in person.answers
        },
        "tallies": {question: tally(run, question) for question in opened_ever},
        "answered": {question: len(given_to(run, question)) for question in opened_ever},
        "points": {
            (question, person.id): points(run, given)
            for question in closed
            for person, given in given_to(run, question)
        },
        "ranking": ranks,
        "moves": moves,
        "evidence": [
            (person.id, sorted((each.question, each.choice) for each in person.answers)) for person in run.gone
        ],
    }


def closed_questions(run: Run) -> list[int]:
    closed = []
    for question in range(len(run.questions)):
        openings = [opened for opened in run.openings if opened.question == question]
        if openings and openings[-1].closed:
            closed.append(question)
    return closed


def given_to(run: Run, question: int) -> list[tuple[Person, Given]]:
    return [(person, given) for person in run.people for given in person.answers if given.question == question]


def tally(run: Run, question: int) -> dict[str, int]:
    counts = {}
    for letter in run.questions[question].options:
        count = 0
        for _, given in given_to(run, question):
            if letter in given.choice.split(","):
                count += 1
        if count:
            counts[letter] = count
    return counts


def points(run: Run, given: Given) -> int:
    asked = run.questions[given.question]
    if not asked.correct:
        return 0
    picked = given.choice.split(",")
    right = len([letter for letter in picked if letter in asked.correct])
    wrong = len(picked) - right
    share = max(Fraction(0), Fraction(right - wrong, len(asked.correct)))
    return nearest_five(share * worth(run, given))


def worth(run: Run, given: Given) -> int:
    """What a right answer that was given like this one is worth."""
    if run.score_fn == "accuracy":
        return 100
    if run.score_fn == "linear":
        return nearest_five(100 - 50 * Fraction(given.elapsed, given.during.limit))
    if not is_right(run, given):
        return 50
    place = 0
    for _, other in given_to(run, given.question):
        if other.order < given.order and is_right(run, other):
            place += 1
    return max(50, 100 - 5 * place)


def is_right(run: Run, given: Given) -> bool:
    return given.choice.split(",") == sorted(run.questions[given.question].correct)


def nearest_five(value: Fraction | int) -> int:
    """Halves up."""
    down = int(value // 5) * 5
    return down if value - down < Fraction(5, 2) else down + 5


def ranking(run: Run, questions: list[int]) -> list[tuple[int, str, int]]:
    """Rank, id and total: a rank is one more than the number of people with more points."""
    rows = []
    for person in run.people:
        total = sum(points(run, given) for given in person.answers if given.question in questions)
        rows.append((person, total))
    board = [
        (1 + len([1 for _, more in rows if more > total]), person.name.lower(), person.id, total)
        for person, total in rows
    ]
    return [(rank, who, total) for rank, _, who, total in sorted(board)]
