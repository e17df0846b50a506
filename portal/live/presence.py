"""Who has a page open right now. Volatile: a restart forgets it, and the phones tell anew."""

from collections import defaultdict
from collections.abc import Iterator, Set
from contextlib import contextmanager

from portal.domain.ids import Claim, Millis
from portal.live.bus import Bus, Subscriber
from portal.live.clock import Clock
from portal.views.regions import CONSOLE, Region, Stale

MOST_SCREENS = 200  # streams without a claim: anybody can open the projector's, and each costs some 50 KiB
REMEMBERED = 20_000  # twice the largest class
_STAGE = frozenset({Region.STAGE})
_ROSTER = Stale(CONSOLE, frozenset({Region.PEOPLE, Region.HEALTH}))


class Presence:
    """Open streams and the latest sign of life, by claim: a claim that is replaced is simply never asked for again."""

    def __init__(self, bus: Bus, clock: Clock, streams_each: int) -> None:
        """``streams_each``: how many pages a student may have open; one more sends the oldest away."""
        self._bus, self._clock, self._most = bus, clock, streams_each
        self._streams: defaultdict[Claim, list[Subscriber]] = defaultdict(list)
        self._seen: dict[Claim, Millis] = {}
        self.screens = 0
        self.changes = 0  # moves on with all that is told of a claim

    @contextmanager
    def attending(self, claim: Claim, subscriber: Subscriber) -> Iterator[None]:
        """For as long as a student's stream is open."""
        open_pages = self._streams[claim]
        open_pages.append(subscriber)
        for oldest in open_pages[: -self._most]:
            oldest.displaced = True
            oldest.mark(_STAGE)
        self.seen(claim)
        self._bus.publish(_ROSTER)
        try:
            yield
        finally:
            open_pages.remove(subscriber)
            if not open_pages:
                del self._streams[claim]
            self.changes += 1
            self._bus.publish(_ROSTER)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """For as long as a console's or projector's stream is open."""
        self.screens += 1
        try:
            yield
        finally:
            self.screens -= 1

    @property
    def has_room_for_a_screen(self) -> bool:
        """Whether one more console or projector may open a stream."""
        return self.screens < MOST_SCREENS

    def seen(self, claim: Claim) -> None:
        """A sign of life. The longest silent are forgotten at last, or the claims of every run would stay for ever."""
        self._seen.pop(claim, None)
        self._seen[claim] = self._clock.now()
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]
        self.changes += 1

    def streams(self, claim: Claim | None) -> int:
        return len(self._streams.get(claim, ())) if claim is not None else 0

    def last_seen(self, claim: Claim | None) -> Millis | None:
        return self._seen.get(claim) if claim is not None else None

    def connected(self, claims: Set[Claim]) -> int:
        """How many of ``claims`` have a stream open."""
        return len(claims & self._streams.keys())

    def unheard(self, claims: Set[Claim], since: Millis) -> Iterator[Claim]:
        """Those of ``claims`` without a sign of life since ``since``.

        At the cost of all who have been silent for so long, also of earlier runs; those who were heard cost a look-up.
        """
        yield from claims - self._seen.keys()
        for claim, moment in self._seen.items():  # the longest silent first
            if moment >= since:
                return
            if claim in claims:
                yield claim

    @property
    def open_streams(self) -> int:
        return sum(len(each) for each in self._streams.values()) + self.screens
