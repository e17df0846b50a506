"""Who has a page open: counted by claim, bounded, and gone without a trace."""

from contextlib import ExitStack

import pytest

from portal.domain.ids import Claim, Millis
from portal.live.bus import Bus, Subscriber
from portal.live.presence import Presence
from portal.views.regions import CONSOLE, Region
from tests.halls import HeldClock

ADA, BEA = Claim("ada"), Claim("bea")


def test_open_pages_are_counted_for_each_claim_and_in_all() -> None:
    presence = Presence(Bus(), HeldClock(), streams_each=3)
    with presence.attending(ADA, Subscriber(())), presence.attending(ADA, Subscriber(())), presence.watching():
        assert (presence.streams(ADA), presence.streams(BEA), presence.streams(None)) == (2, 0, 0)
        assert presence.connected({ADA, BEA}) == 1
        assert presence.open_streams == 3
    assert (presence.streams(ADA), presence.connected({ADA, BEA}), presence.open_streams) == (0, 0, 0)


def test_one_page_more_than_one_may_have_sends_the_oldest_away() -> None:
    presence = Presence(Bus(), HeldClock(), streams_each=2)
    pages = [Subscriber(()) for _ in range(3)]
    with ExitStack() as stack:
        for page in pages[:2]:
            stack.enter_context(presence.attending(ADA, page))
        assert not any(page.displaced for page in pages)
        stack.enter_context(presence.attending(ADA, pages[2]))
        assert [page.displaced for page in pages] == [True, False, False]
        assert pages[0].take() == {Region.STAGE}, "it is woken to say so"


def test_the_console_is_told_of_coming_and_going() -> None:
    bus = Bus()
    presence, console = Presence(bus, HeldClock(), streams_each=3), Subscriber((CONSOLE,))
    bus.subscribe(console)
    with presence.attending(ADA, Subscriber(())):
        assert console.take() == {Region.PEOPLE, Region.HEALTH}
    assert console.take() == {Region.PEOPLE, Region.HEALTH}


def test_the_latest_sign_of_life_is_kept() -> None:
    clock = HeldClock()
    presence = Presence(Bus(), clock, streams_each=3)
    assert presence.last_seen(ADA) is None
    with presence.attending(ADA, Subscriber(())):
        came = clock.now()
        clock.wait(12_000)
        assert presence.last_seen(ADA) == came
        presence.seen(ADA)
    assert presence.last_seen(ADA) == clock.now()


def test_unheard_are_those_that_never_came_and_those_last_seen_before() -> None:
    clock = HeldClock()
    presence = Presence(Bus(), clock, streams_each=3)
    stranger, never = Claim("cy"), Claim("dee")
    for claim in (ADA, stranger, BEA):
        presence.seen(claim)
    clock.wait(1_000)
    presence.seen(ADA)
    last = clock.now()
    assert set(presence.unheard({ADA, BEA, never}, last)) == {BEA, never}
    assert set(presence.unheard({ADA, BEA}, Millis(last - 1_000))) == set()
    assert set(presence.unheard({ADA, BEA}, Millis(last + 1))) == {ADA, BEA}


def test_the_longest_silent_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.live.presence.REMEMBERED", 2)
    presence = Presence(Bus(), HeldClock(), streams_each=3)
    for claim in (ADA, BEA, ADA, Claim("cy")):
        presence.seen(claim)
    assert [presence.last_seen(claim) is not None for claim in (ADA, BEA, Claim("cy"))] == [True, False, True]
