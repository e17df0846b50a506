"""A second opinion on points and ranks, written from the rules as people are told them and from nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

FULL, GRID = 100, 5
Row = Mapping[str, str]


def letters(choice: str | None) -> frozenset[str]:
    return frozenset(letter for letter in (choice or "").split(",") if letter)


def accuracy_points(choice: str | None, correct: frozenset[str]) -> int:
    """Points under ``accuracy``: the share of the right options, to the nearest 5, halves up."""
    if not correct:
        return 0
    picked = letters(choice)
    share = max(0, len(picked & correct) - len(picked - correct))
    return GRID * floor(Fraction(share * FULL, len(correct) * GRID) + Fraction(1, 2))


def could_be_points(points: int, choice: str | None, correct: frozenset[str]) -> bool:
    """Whether ``points`` can be right under any score function: on the grid, nothing for wrong, something for right."""
    most = accuracy_points(choice, correct)
    on_grid = points % GRID == 0 and 0 <= points <= most
    return on_grid and (points > 0 if most == FULL else True)


@dataclass
class Book:
    """What one phone was shown, question by question."""

    name: str
    answers: dict[int, str] = field(default_factory=dict)
    points: dict[int, int] = field(default_factory=dict)
    right: int = 0
    rank: int = 0

    @property
    def total(self) -> int:
        return sum(self.points.values())


Books = dict[str, Book]


def ranks(books: Books) -> dict[str, int]:
    """The rank of each: one more than how many have a higher total."""
    totals = sorted((book.total for book in books.values()), reverse=True)
    place: dict[int, int] = {}
    for index, total in enumerate(totals):
        place.setdefault(total, index + 1)
    return {student: place[book.total] for student, book in books.items()}


def faults_in_results(rows: Iterable[Row], books: Books, questions: Iterable[int]) -> list[str]:
    """Where ``results.csv`` differs from what the phones were shown."""
    faults, seen, asked = [], set(), list(questions)
    for row in rows:
        student = row["student_id"].lower()
        book = books.get(student)
        if book is None or student in seen:
            faults.append(f"results.csv: a row of {student} too many")
            continue
        seen.add(student)
        told = {"name": book.name, "rank": book.rank, "total": book.total, "answered": len(book.answers)}
        told["correct"] = book.right
        first = 0 if "q0_answer" in row else 1
        for question in asked:
            told[f"q{question + first}_answer"] = book.answers.get(question, "")
            told[f"q{question + first}_points"] = book.points[question]
        for column, value in told.items():
            cell = row.get(column) or ("0" if column.endswith("_points") else "")
            if cell != str(value):
                faults.append(f"results.csv: {student} {column} is {cell!r}, the phone was shown {value!r}")
    return faults + [f"results.csv: no row of {student}" for student in books.keys() - seen]


def given(rows: Iterable[Row]) -> dict[int, dict[str, Row]]:
    """The answers of ``answers.csv`` by question (from 0) and student; misses are left out."""
    table: dict[int, dict[str, Row]] = {}
    rows = list(rows)
    first = min((int(row["question"]) for row in rows), default=0)  # the column may count from 0 or from 1
    for row in rows:
        if row["answer"]:
            table.setdefault(int(row["question"]) - first, {})[row["student_id"].lower()] = row
    return table


def faults_in_answers(rows: Iterable[Row], books: Books, questions: Iterable[int]) -> list[str]:
    """Where ``answers.csv`` differs from the answers that were acknowledged as saved."""
    faults, table = [], given(rows)
    for question in questions:
        counted = table.get(question, {})
        for student, book in books.items():
            kept, saved = counted.get(student), book.answers.get(question)
            if (kept["answer"] if kept else None) != saved:
                stored = kept["answer"] if kept else "nothing"
                faults.append(f"answers.csv: {student} question {question} has {stored}, acknowledged was {saved}")
    return faults
