"""Points and ranks a second time, as naive as can be: fractions and loops, and nothing shared with what it checks."""

from fractions import Fraction

from portal.audit.history import Given, History

Marks = dict[tuple[int, str], tuple[int, bool]]
"""By question and id: points, and whether the answer was fully right."""

Line = tuple[int, str, str, int]
"""Rank, id, name, total."""


def marks(history: History) -> Marks:
    """Every counted answer to a closed question."""
    table: Marks = {}
    for question in history.closed_questions:
        given = [(each, who.id) for who in history.people.values() for each in who.answers if each.question == question]
        faster = 0  # fully right answers that came before
        for answer, who in sorted(given, key=lambda pair: pair[0].row.sequence):
            correct = history.quiz["questions"][question]["correct"]
            right = bool(correct) and sorted(correct) == answer.choice.split(",")
            share = _share(correct, answer.choice.split(","))
            worth = _worth(history.quiz["score_fn"], answer, right, faster)
            table[question, who] = (_to_the_nearest_five(share * worth), right)
            faster += right
    return table


def board(history: History, table: Marks) -> list[Line]:
    """Best first; a rank is one more than the number of people with more points, equals are listed by name."""
    totals = dict.fromkeys(history.people, 0)
    for (_, who), (points, _) in table.items():
        totals[who] += points
    best_first = sorted(totals.values(), reverse=True)
    lines = [(best_first.index(total) + 1, who, history.people[who].name, total) for who, total in totals.items()]
    return sorted(lines, key=lambda line: (line[0], line[2].casefold(), line[1]))


def _share(correct: list[str], picked: list[str]) -> Fraction:
    """Of a poll nobody gets a share."""
    good = len([letter for letter in picked if letter in correct])
    wrong = len(picked) - good
    return max(Fraction(0), Fraction(good - wrong, len(correct))) if correct else Fraction(0)


def _worth(score_fn: str, given: Given, right: bool, faster: int) -> int:
    """What a right answer that came when this one came is worth."""
    if score_fn == "accuracy":
        return 100
    if score_fn == "linear":
        return _to_the_nearest_five(100 - Fraction(50 * given.elapsed, given.during.limit))
    if score_fn == "ranked":
        return max(50, 100 - 5 * faster) if right else 50
    raise ValueError(f"the audit does not know the score function {score_fn}")


def _to_the_nearest_five(value: Fraction) -> int:
    """Halves up."""
    down = int(value // 5) * 5
    return down if value - down < Fraction(5, 2) else down + 5
