"""What was asked for on the command line, as every room of the harness reads it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """What a cycle plays, and with how many phones.

    ``spread``: seconds over which a class taps; 0 is everybody in the same instant. ``late``: seconds after which what
    has not come is late. ``exact``: the pool scores by accuracy, so that every point is known.
    """

    scenes: tuple[str, ...]
    students: int
    password: str
    spread: float
    late: float
    exact: bool
    seed: int
