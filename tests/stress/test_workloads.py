"""A workload says what went wrong: it must not pass because what broke was not looked at."""

import asyncio
from pathlib import Path

import pytest

from portal.stress import workloads
from portal.stress.http import Site
from portal.stress.workloads import User, Workload, play
from tests.serving import PASSWORD, serving
from tests.teams import contest_text, team


async def breaks(user: User, number: int) -> None:
    raise ValueError(f"flow {number}")


async def looks(user: User, number: int) -> None:
    await user.get("/admin/questions")


def test_a_flow_that_breaks_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(workloads.WORKLOADS, "contest-rush", Workload(breaks, 2, once=True))
    with serving(tmp_path, contest_text()) as url:
        line = asyncio.run(play("contest-rush", Site.at(url), PASSWORD, None, 1))
    assert line["faults"] == {"a flow broke: ValueError: flow 1": 1, "a flow broke: ValueError: flow 2": 1}
    assert not line["passed"]


def test_a_hall_that_is_not_full_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workloads, "HALL", 3)
    monkeypatch.setitem(workloads.WORKLOADS, "contest-admin", Workload(looks, 1, once=True, as_console=True))
    with serving(tmp_path, contest_text()) as url:
        team(url, "Guest 1").close()
        line = asyncio.run(play("contest-admin", Site.at(url), PASSWORD, None, 1))
    assert line["faults"] == {"a team is not in the hall: 409": 1}
