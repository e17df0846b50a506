"""What a rehearsal came to, in figures and in one sentence."""

from collections.abc import Iterator
from dataclasses import dataclass

from portal.stress.lesson import MOST_MESSAGES

Summary = dict[str, float]

# What a hall bears, at the 95th of 100 phones, in ms. Longer than this to join, and people scan the code again; to have
# an answer saved, and they doubt their tap; to be shown the reveal, and they look up at the projector. In a contest the
# start is what all are shown at once, and to be given a question is a tap like any other.
ALLOWED = {"join": 3_000, "start": 2_000, "ask": 1_000, "save": 1_000, "reveal": 2_000}
MEASURED = {name: name for name in ALLOWED} | {"start": "running"}  # by what the phones' figures call it
WORDS = {
    "join": "join",
    "start": "be shown the start",
    "ask": "be given a question",
    "save": "have an answer saved",
    "reveal": "be shown the reveal",
}
SHOWN = 5  # faults


@dataclass(frozen=True, slots=True)
class Outcome:
    """``figures`` by name, of :data:`ALLOWED`, in ms; ``late`` says that the time was up before the end.

    ``messages`` is None for a contest, where no number of them is promised. ``who``: students, or teams.
    """

    students: int
    figures: dict[str, Summary]
    saved: int
    lost: int
    messages: int | None
    faults: tuple[str, ...]
    fault_count: int
    late: bool = False
    who: str = "students"


def reasons(outcome: Outcome) -> list[str]:
    """Why the machine is not ready, the gravest first; none when it is."""
    told = []
    if outcome.lost:
        told.append(f"{_count(outcome.lost, 'saved answer')} lost")
    if outcome.late:
        told.append("it was too slow to come to its end")
    for name, allowed in ALLOWED.items():
        p95 = outcome.figures.get(name, {}).get("p95")
        if p95 is not None and p95 > allowed:
            told.append(
                f"5 of 100 phones wait {p95 / 1000:.1f} s or longer to {WORDS[name]} ({allowed / 1000:g} s is bearable)"
            )
    if outcome.messages is not None and outcome.messages > MOST_MESSAGES:
        told.append(f"a phone got {outcome.messages} messages for one question, {MOST_MESSAGES} are promised")
    if outcome.fault_count:
        told.append(f"{_count(outcome.fault_count, 'fault')}, listed above")
    if not outcome.saved and not told:
        told.append("no answer was saved")
    return told


def sentence(outcome: Outcome) -> str:
    """The last line."""
    why = reasons(outcome)
    if why:
        return f"Not ready for {outcome.students} {outcome.who}: {'; '.join(why)}."
    return f"Ready for {outcome.students} {outcome.who}."


def table(outcome: Outcome) -> Iterator[str]:
    """The figures, one line each."""
    yield f"{'':16}{'typical':>10}{'95 of 100':>11}{'99 of 100':>11}{'slowest':>10}"
    for name in ALLOWED:
        if summary := outcome.figures.get(name):
            columns = zip(("p50", "p95", "p99", "max"), (10, 11, 11, 10), strict=True)
            yield f"{name:16}" + "".join(f"{_milliseconds(summary[key]):>{width}}" for key, width in columns)
    if outcome.messages is not None:
        yield f"{'messages':16}at most {outcome.messages} a phone and question"
    yield f"{'answers':16}{outcome.saved:,} saved, {outcome.lost} lost"
    for fault in outcome.faults[:SHOWN]:
        yield f"{'fault':16}{fault}"
    if outcome.fault_count > SHOWN:
        yield f"{'':16}and {outcome.fault_count - min(SHOWN, len(outcome.faults))} more"


def _milliseconds(value: float) -> str:
    return f"{value:,.0f} ms"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
