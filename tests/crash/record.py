"""What the phones did and were told, in the shape that Jepsen's checkers read: invoked, then ok, refused or unknown."""

import time
from collections import Counter
from dataclasses import dataclass, field

OK, REFUSED, UNKNOWN = "ok", "refused", "unknown"


@dataclass(slots=True)
class Tap:
    """One answer on its way. Nobody may know what became of it: then it stays ``unknown``.

    ``stored`` is the answer that an ok reply showed: the first one, which need not be this tap's ``choice``.
    """

    student: str
    question: int
    choice: str
    invoked: float
    ended: float = float("inf")
    outcome: str = UNKNOWN
    stored: str = ""
    receipt: str = ""


@dataclass(slots=True)
class Record:
    """Everything that was seen from outside. Moments are ``time.monotonic()``."""

    taps: list[Tap] = field(default_factory=list)
    points: dict[tuple[str, int], int] = field(default_factory=dict)  # what a phone was shown, by student and question
    opened: dict[tuple[int, int], float] = field(default_factory=dict)  # earliest asking, by run and question
    resets: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)

    def tap(self, student: str, question: int, choice: str) -> Tap:
        self.taps.append(Tap(student, question, choice, time.monotonic()))
        return self.taps[-1]

    def breach(self, kind: str, sentence: str) -> None:
        self.counts[kind] += 1
        self.breaches.append(f"{kind}: {sentence}")
