"""Time that never steps back."""

import time

import pytest

from portal.domain.ids import Millis
from portal.live.clock import AnchoredClock


def test_a_wall_clock_that_jumps_moves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = AnchoredClock(Millis(0))
    before = clock.now()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert 0 <= clock.now() - before < 1_000


def test_a_clock_begins_no_earlier_than_the_file_ends() -> None:
    tomorrow = Millis(int(time.time() * 1000) + 86_400_000)
    assert AnchoredClock(tomorrow).now() >= tomorrow


def test_a_moment_that_the_server_noted_is_told_in_the_same_time() -> None:
    clock = AnchoredClock(Millis(0))
    noted = time.monotonic()
    assert clock.at(noted + 1.5) - clock.at(noted) == pytest.approx(1_500, abs=1)
    assert clock.at(noted) <= clock.now()
