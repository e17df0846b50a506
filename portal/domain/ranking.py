"""Totals to standings: equal totals share a rank (1, 2, 2, 4) and are listed by name."""

from collections.abc import Iterable
from typing import NamedTuple

from portal.domain.ids import ParticipantId, Points


class Standing(NamedTuple):
    """One row of the leaderboard. Made by the thousand at each close, a tuple in a third of a dataclass's time."""

    rank: int
    participant: ParticipantId
    name: str
    total: Points


def standings(totals: Iterable[tuple[ParticipantId, str, Points]]) -> list[Standing]:
    """Order by total, highest first, then by name, then by id so that the order never flickers."""
    rows = sorted([(-total, name.casefold(), participant, name) for participant, name, total in totals])
    board: list[Standing] = []
    rank, above = 0, None
    for place, (negated, _, participant, name) in enumerate(rows, start=1):
        if negated != above:
            rank, above = place, negated
        board.append(Standing(rank, participant, name, Points(-negated)))
    return board
