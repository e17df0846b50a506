"""The outside checker: what was told against what is exported. It knows the pool, the record and two files a run."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from portal.stress.marking import accuracy_points, letters
from tests.crash.record import OK, UNKNOWN, Record, Tap

Row = Mapping[str, str]
Key = tuple[str, int]
SLACK = 1.0  # seconds by which a time may be longer than what was seen from outside


class Exports:
    """``answers.csv`` and ``results.csv`` of every run, by its number."""

    def __init__(self) -> None:
        self.answers: dict[int, Sequence[Row]] = {}
        self.results: dict[int, Sequence[Row]] = {}


def check(record: Record, exports: Exports, correct: Sequence[frozenset[str]]) -> None:
    """Notes every breach in ``record``. ``correct`` are the right options of each question."""
    taps: dict[Key, list[Tap]] = defaultdict(list)
    for tap in record.taps:
        taps[tap.student, tap.question].append(tap)
    rows: dict[Key, Row] = {}
    for run, told in exports.answers.items():
        for row in told:
            if row["answer"]:
                key = row["student_id"].lower(), int(row["question"]) - 1
                if key in rows:
                    record.breach("doubled", f"{key} has two rows")
                rows[key] = row
                _check_row(record, row, taps[key], correct, record.opened.get((run, key[1])))
    for key, tapped in taps.items():
        if key not in rows:
            record.counts["acknowledged"] += sum(tap.outcome == OK for tap in tapped)
            for tap in tapped:
                if tap.outcome == OK:
                    record.breach("lost", f"{key}: {tap.choice} was acknowledged, and there is no row")
    for run, results in exports.results.items():
        _check_results(record, run, results, exports.answers[run])


def _check_row(
    record: Record, row: Row, taps: list[Tap], correct: Sequence[frozenset[str]], opened: float | None
) -> None:
    place = f"{row['student_id']} question {row['question']}"
    possible = [tap for tap in taps if tap.choice == row["answer"] and tap.outcome in (OK, UNKNOWN)]
    if not possible:
        said = [(tap.choice, tap.outcome) for tap in taps]
        record.breach("ghosts", f"{place} has {row['answer']}, tapped was {said}")
    for tap in taps:
        record.counts["acknowledged"] += tap.outcome == OK
        if tap.outcome == OK and tap.stored not in ("", row["answer"]):
            record.breach("lost", f"{place}: {tap.stored} was shown as saved, exported is {row['answer']}")
        if tap.outcome == OK and tap.receipt and tap.receipt != row["receipt"]:
            record.breach("receipts", f"{place}: {tap.receipt} was shown, {row['receipt']} exported")
    question = int(row["question"]) - 1
    worth = accuracy_points(row["answer"], correct[question])
    shown = record.points.get((row["student_id"].lower(), question), worth)
    if not int(row["points"]) == worth == shown:
        record.breach("points", f"{place}: exported {row['points']}, shown {shown}, recomputed {worth}")
    if row["correct"] and (row["correct"] == "1") != (letters(row["answer"]) == correct[question]):
        record.breach("points", f"{place}: correct is {row['correct']} for {row['answer']}")
    seen = max((tap.ended for tap in possible), default=0.0)
    if opened is not None and int(row["elapsed_ms"]) / 1000 > seen - opened + SLACK:
        record.breach("time", f"{place}: {row['elapsed_ms']} ms, but it was open for {seen - opened:.1f} s at most")


def _check_results(record: Record, run: int, results: Iterable[Row], answers: Iterable[Row]) -> None:
    totals: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    for row in answers:
        if row["status"] == "answered":
            totals[row["student_id"]] += int(row["points"])
            answered[row["student_id"]] += 1
    results = list(results)
    for row in results:
        who = row["student_id"]
        better = sum(1 for other in results if totals[other["student_id"]] > totals[who])
        expected = {"total": totals[who], "rank": better + 1, "answered": answered[who]}
        for column, value in expected.items():
            if row[column] != str(value):
                record.breach("points", f"run {run}, {who}: {column} is {row[column]}, recomputed {value}")
    if strangers := answered.keys() - {row["student_id"] for row in results}:
        record.breach("points", f"run {run}: answers of {strangers}, who have no results")
