"""What is to be reached, and the table that says whether it was: medians, beside the floor's.

For some bars it is known how long the floor took on the machine that they come from: as a proportion they hold on any
machine. Both are told.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import ge, le
from statistics import median
from typing import Any, NamedTuple

from tests.bench.life import FLOOR, PORTAL, Figures, Life

ANY = 0  # a bar that holds for a class of any size


class Bar(NamedTuple):
    """What is to be reached, and what the floor took on the machine that the bar comes from, where that is known."""

    value: float
    floor: float | None = None


@dataclass(frozen=True)
class Workload:
    """One line of the table. ``bars``: by number of phones, as long as it must be reached there."""

    figure: str
    title: str
    unit: str
    bars: dict[int, Bar] = field(default_factory=dict)
    met: Callable[[float, float], bool] = le

    def bar(self, size: int) -> float | None:
        bar = self._at(size)
        return None if bar is None else bar.value

    def proportion(self, size: int) -> float | None:
        """The bar in times of the floor."""
        bar = self._at(size)
        return None if bar is None or bar.floor is None else bar.value / bar.floor

    def _at(self, size: int) -> Bar | None:
        return self.bars.get(size, self.bars.get(ANY))


JOINS = dict.fromkeys((500, 1_000, 5_000, 10_000), Bar(2_000, 10_980))
QUESTION = {500: Bar(15, 5), 5_000: Bar(140, 37), 10_000: Bar(320, 93)}
REVEAL = {500: Bar(30, 10), 5_000: Bar(250, 60)}
SECOND = {500: Bar(5, 0.5), 5_000: Bar(300, 0.3)}

WORKLOADS = (
    Workload("save_second", "all answer within a second: saved, p95", "ms", SECOND),
    Workload("save_instant", "all answer at the same instant: saved, p95", "ms", {500: Bar(60, 2)}),
    Workload("cpu_instant", "CPU an answer, at the same instant", "ms", {500: Bar(0.2, 0.02)}),
    Workload("cpu_second", "CPU an answer, within a second", "ms"),
    Workload("cpu_join", "CPU a join", "ms"),
    Workload("cpu_page", "CPU a lobby page", "ms"),
    Workload("cpu_connect", "CPU a stream that is opened", "ms"),
    Workload("cpu_question", "CPU a phone, a question", "ms"),
    Workload("cpu_reveal", "CPU a phone, a reveal", "ms"),
    Workload("cpu_finish", "CPU a phone, the end", "ms"),
    Workload("question", "a question reaches the last phone", "ms", QUESTION),
    Workload("reveal", "a personal reveal reaches the last phone", "ms", REVEAL),
    Workload("finish", "the end, with a review each, reaches the last phone", "ms"),
    Workload("join_rate", "joins a second", "/s", JOINS, ge),
    Workload("page_rate", "lobby pages a second", "/s", met=ge),
    Workload("connect_rate", "streams opened a second", "/s", met=ge),
    Workload("reconnect", "all reconnect after a restart: right again", "s", {500: Bar(2)}),
    Workload("messages", "messages a phone a question", "", {ANY: Bar(6)}),
    Workload("screens", "messages a second to console and projector", "/s", {ANY: Bar(5)}),
    Workload("memory", "memory a connected student", "KiB", dict.fromkeys((500, 1_000, 5_000, 10_000), Bar(50))),
    Workload("start", "start of the program to the first page", "s", {ANY: Bar(1)}),
    Workload("restart", "start with this class in the file", "s"),
)
GROWTH = (1.3, 500, 5_000)  # an answer may cost so many times at the larger hall what it costs at the smaller


class Line(NamedTuple):
    """``times``: of the floor's figure; None where the floor's is nothing. ``bar`` None: only told.

    ``proportion``: the bar in times of the floor, None where that is not known.
    """

    workload: Workload
    size: int
    floor: float | None
    portal: float
    times: float | None
    bar: float | None
    is_met: bool
    proportion: float | None

    @property
    def is_met_in_proportion(self) -> bool | None:
        if self.proportion is None or self.times is None:
            return None
        return self.workload.met(self.times, self.proportion)


class Run:
    """All figures of all lives."""

    def __init__(self, repeats: int) -> None:
        self.repeats = repeats
        self.faults: list[str] = []
        self._figures: dict[tuple[str, int], Figures] = {}

    def add(self, side: str, size: int, life: Life) -> None:
        kept = self._figures.setdefault((side, size), {})
        for name, values in life.figures.items():
            kept.setdefault(name, []).extend(values)
        self.faults += life.faults

    def figure(self, side: str, size: int, name: str) -> float | None:
        """The median; None where there is none."""
        values = self._figures.get((side, size), {}).get(name)
        return median(values) if values else None

    def lines(self) -> Iterator[Line]:
        """In the order of the workloads, by size."""
        sizes = sorted({size for _, size in self._figures})
        for workload in WORKLOADS:
            for size in sizes:
                portal, floor = (self.figure(side.name, size, workload.figure) for side in (PORTAL, FLOOR))
                bar = self._bar(workload, size)
                if portal is not None:
                    times = portal / floor if floor else None
                    is_met = bar is None or workload.met(portal, bar)
                    yield Line(workload, size, floor, portal, times, bar, is_met, workload.proportion(size))

    def _bar(self, workload: Workload, size: int) -> float | None:
        factor, small, large = GROWTH
        if workload.figure == "cpu_instant" and size == large:
            cost = self.figure(PORTAL.name, small, workload.figure)
            return None if cost is None else cost * factor
        return workload.bar(size)

    @property
    def all_met(self) -> bool:
        """By the bars themselves, not in proportion."""
        return not self.faults and all(line.is_met for line in self.lines())

    def told(self) -> dict[str, Any]:
        """For the file: every value, and the lines."""
        values = {f"{side} {size}": figures for (side, size), figures in self._figures.items()}
        lines = [
            {**line._asdict(), "workload": line.workload.figure, "is_met_in_proportion": line.is_met_in_proportion}
            for line in self.lines()
        ]
        return {"repeats": self.repeats, "faults": self.faults, "lines": lines, "values": values}


def table(run: Run) -> str:
    """For a terminal: everything that was measured."""
    # "times" and "in times": of the floor
    rows: list[tuple[str, ...]] = [("", "phones", "floor", "portal", "times", "to reach", "", "in times", "")]
    rows += [(line.workload.title, f"{line.size:,}", *_cells(line)) for line in run.lines()]
    title, *widths = (max(map(len, column)) for column in zip(*rows, strict=True))
    drawn = [
        "  ".join([row[0].ljust(title), *(cell.rjust(width) for cell, width in zip(row[1:], widths, strict=True))])
        for row in rows
    ]
    return "\n".join([*drawn, *(f"FAULT: {fault}" for fault in run.faults)])


def markdown(run: Run) -> str:
    """For the README: only what has a bar."""
    rows = [
        "| workload | phones | floor | portal | times the floor | to reach | | to reach, in times the floor | |",
        "|---|--:|--:|--:|--:|--:|---|--:|---|",
    ]
    rows += [
        f"| {line.workload.title} | {line.size:,} | {' | '.join(_cells(line))} |"
        for line in run.lines()
        if line.bar is not None
    ]
    return "\n".join([*rows, *(f"\nFAULT: {fault}" for fault in run.faults)])


def _cells(line: Line) -> tuple[str, ...]:
    unit = line.workload.unit
    floor, portal, bar = (_with_unit(value, unit) for value in (line.floor, line.portal, line.bar))
    verdict = "" if line.bar is None else _verdict(line.is_met)
    return floor, portal, _times(line.times), bar, verdict, _times(line.proportion), _verdict(line.is_met_in_proportion)


def _verdict(is_met: bool | None) -> str:
    return {None: "", True: "met", False: "not met"}[is_met]


def _times(times: float | None) -> str:
    return "" if times is None else f"{times:.2g}" if times < 10 else f"{times:,.0f}"


def _with_unit(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    number = f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2g}"
    return f"{number} {unit}".strip() if unit != "/s" else f"{number}{unit}"
