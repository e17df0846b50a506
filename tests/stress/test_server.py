"""What the harness knows of the server that it starts."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from portal import warming
from portal.stress import server
from portal.stress.figures import TICKS

BUSY_FOR_A_SECOND = """
import sys, time
while time.process_time() < 1: pass
sys.stdin.read()
"""


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def test_a_server_is_looked_at_when_its_late_work_has_begun() -> None:
    assert server.BUSY_FROM > warming.AFTER


def test_a_server_is_left_alone_until_it_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "BUSY_FROM", 0.1)
    with subprocess.Popen([sys.executable, "-c", BUSY_FOR_A_SECOND], stdin=subprocess.PIPE) as process:
        try:
            asyncio.run(server.until_idle(process.pid))
            assert cpu_seconds(process.pid) >= 0.9
        finally:
            process.kill()
