"""Killed at any instant under load, the program has every answer that a phone was told is saved, and no other."""

import pytest

from tests.crash import kill


def test_killed_ten_times_in_a_lecture_it_keeps_every_promise(capsys: pytest.CaptureFixture[str]) -> None:
    broken = kill.main(["--cycles", "10", "--phones", "16"])
    assert not broken, capsys.readouterr().out
