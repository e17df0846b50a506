"""Percentiles of what was measured, and what the server cost where ``/proc`` can tell."""

import os
import re
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
_FIELD = re.compile(r"^(VmRSS|VmHWM):\s+(\d+) kB", re.MULTILINE)


class Figures:
    """Durations by name, in seconds as they are added, in milliseconds as they are told."""

    def __init__(self) -> None:
        self._durations: dict[str, list[float]] = {}

    def add(self, name: str, seconds: float) -> None:
        self._durations.setdefault(name, []).append(seconds)

    def count(self, name: str) -> int:
        return len(self._durations.get(name, ()))

    def told(self) -> dict[str, dict[str, float]]:
        """``{name_ms: {n, p50, p95, p99, max}}``"""
        return {f"{name}_ms": summary(durations) for name, durations in self._durations.items() if durations}


def summary(seconds: list[float]) -> dict[str, float]:
    """Percentiles by nearest rank: each is a duration that did occur."""
    ordered = sorted(seconds)
    told: dict[str, float] = {"n": len(ordered)}
    for percent in (50, 95, 99):
        rank = -(-len(ordered) * percent // 100)  # rounded up, so that the 99th of a few is the slowest
        told[f"p{percent}"] = round(ordered[max(rank, 1) - 1] * 1000, 2)
    told["max"] = round(ordered[-1] * 1000, 2)
    return told


class Process:
    """The server's process on this machine; every figure is None once it is gone or where ``/proc`` is not."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._cpu_before = self._cpu() or 0.0

    def told(self) -> dict[str, float]:
        """CPU seconds since the last time it was asked, and memory in MiB: now, and at most."""
        cpu, memory = self._cpu(), self._memory()
        if cpu is None or "VmRSS" not in memory:
            return {}
        spent, self._cpu_before = cpu - self._cpu_before, cpu
        return {"cpu_s": round(spent, 2), "rss_mib": memory["VmRSS"], "peak_mib": memory.get("VmHWM", 0.0)}

    def _cpu(self) -> float | None:
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / TICKS

    def _memory(self) -> dict[str, float]:
        try:
            status = Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return {}
        return {name: round(int(kib) / 1024, 1) for name, kib in _FIELD.findall(status)}


def listener(port: int) -> int | None:
    """The process on this machine that listens on ``port``, if we may see it."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            cells = line.split()
            if cells[3] == "0A" and int(cells[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{cells[9]}]")
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(link) in inodes:
                return int(link.parts[2])
        except OSError:
            continue
    return None
