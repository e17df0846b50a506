"""Totals to standings: equal totals share a rank (1, 2, 2, 4) and are listed by name."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.domain.ids import ParticipantId, Points


@dataclass(frozen=True, slots=True)
class Standing:
    """One row of the leaderboard."""

    rank: int
    participant: ParticipantId
    name: str
    total: Points


def standings(totals: Iterable[tuple[ParticipantId, str, Points]]) -> list[Standing]:
    """Order by total, highest first, then by name, then by id so that the order never flickers."""
    rows = sorted(totals, key=lambda row: (-row[2], row[1].casefold(), row[0]))
    board: list[Standing] = []
    for place, (participant, name, total) in enumerate(rows, start=1):
        shared = board[-1].rank if board and board[-1].total == total else place
        board.append(Standing(shared, participant, name, total))
    return board
