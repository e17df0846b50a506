"""The leaderboard of a contest, kept in order at every change: nobody sorts while 280 teams wait for an answer.

The order and the shared ranks (1, 2, 2, 4) are those of :mod:`portal.domain.ranking`; a test compares the two.
"""

from bisect import bisect_left, insort
from dataclasses import dataclass, field

from portal.domain.competition.roster import TeamId
from portal.domain.ids import Millis, Points

WINDOW = Millis(60_000)
"""Moves tell what changed in at most the last minute: longer, and a leaderboard only shows history."""

_FIRST = TeamId("")
_Row = tuple[int, str, TeamId]


@dataclass(slots=True)
class Board:
    """Every team, by points (highest first), then by name, then by id.

    ``before`` holds the ranks from which moves are counted; ``since`` is when they were taken, None before the start.
    Invariant: ``rows`` is sorted, and holds each team of ``keys`` once.
    """

    rows: list[_Row] = field(default_factory=list)
    keys: dict[TeamId, _Row] = field(default_factory=dict)
    before: dict[TeamId, int] = field(default_factory=dict)
    since: Millis | None = None

    def put(self, team: TeamId, name: str, points: Points) -> None:
        """Sets the team down at its place, wherever it was before."""
        self.drop(team)
        row = (-points, name.casefold(), team)
        self.keys[team] = row
        insort(self.rows, row)

    def drop(self, team: TeamId) -> None:
        """Takes the team off the board, if it is there."""
        if row := self.keys.pop(team, None):
            del self.rows[bisect_left(self.rows, row)]

    def rank(self, team: TeamId) -> int:
        """One more than the number of teams with more points."""
        return bisect_left(self.rows, (self.keys[team][0], "", _FIRST)) + 1

    def move(self, team: TeamId) -> int | None:
        """By how many ranks the team climbed (positive) within the window; None when it was not there before."""
        earlier = self.before.get(team)
        return None if earlier is None else earlier - self.rank(team)

    def top(self, count: int) -> list[TeamId]:
        return [team for _, _, team in self.rows[:count]]

    def around(self, team: TeamId, each_way: int) -> list[TeamId]:
        """The team with its neighbours, ``each_way`` above and below, fewer at the ends."""
        place = bisect_left(self.rows, self.keys[team])
        return [near for _, _, near in self.rows[max(0, place - each_way) : place + each_way + 1]]

    def remember(self, at: Millis) -> None:
        """Counts moves from the present ranks on."""
        self.before = self.ranks()
        self.since = at

    def turn_window(self, at: Millis) -> None:
        """Begins a new window when the old one is over. To be called before what happens at ``at`` is put down."""
        if self.since is not None and at - self.since >= WINDOW:
            self.remember(at)

    def ranks(self) -> dict[TeamId, int]:
        """Every team's rank, best first."""
        ranks: dict[TeamId, int] = {}
        shared, latest = 0, None
        for place, (total, _, team) in enumerate(self.rows, start=1):
            if total != latest:
                shared, latest = place, total
            ranks[team] = shared
        return ranks
