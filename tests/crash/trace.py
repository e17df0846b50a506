"""What a program did to its files, from a trace of its system calls: writes, syncs and what it said meanwhile."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CALLS = "openat,close,pwrite64,write,ftruncate,fsync,fdatasync,unlink,rename"
_LINE = re.compile(r"^(?:\d+\s+)?(\w+)\((.*)\)\s+= (-?\d+)")
_UNFINISHED = re.compile(r"^(\d+)\s+(.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(r"^(\d+)\s+<\.\.\. \w+ resumed>(.*)$")


@dataclass(frozen=True, slots=True)
class Wrote:
    file: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncated:
    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    file: str


@dataclass(frozen=True, slots=True)
class Said:
    line: str


@dataclass(frozen=True, slots=True)
class Removed:
    file: str


Step = Wrote | Truncated | Synced | Said | Removed


def run_traced(file: Path, answers: int, synchronous: str, trace: Path) -> list[Step]:
    """Runs :mod:`tests.crash.writer` under strace and reads what it did to ``file`` and its log."""
    command = ["strace", "-f", "-xx", "-s", "9999999", "-e", f"trace={CALLS}", "-o", str(trace)]
    command += [sys.executable, "-m", "tests.crash.writer", str(file), str(answers), synchronous]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=120)
    return list(_steps(_whole_lines(trace), str(file.parent)))


def _whole_lines(trace: Path) -> Iterator[str]:
    """One line a call: strace splits a call that another thread interrupts into two."""
    begun: dict[str, str] = {}
    with trace.open() as lines:
        for line in lines:
            text = line.rstrip("\n")
            if unfinished := _UNFINISHED.match(text):
                begun[unfinished[1]] = unfinished[2]
            elif resumed := _RESUMED.match(text):
                yield f"{resumed[1]} {begun.pop(resumed[1])}{resumed[2]}"
            else:
                yield text


def _steps(lines: Iterator[str], folder: str) -> Iterator[Step]:
    names: dict[int, str] = {}
    for line in lines:
        call = _LINE.match(line)
        if call is None:
            continue
        name, arguments, result = call[1], call[2], int(call[3])
        if result < 0:
            continue
        if name == "openat":
            path = _bytes(arguments.split(", ")[1]).decode()
            names.pop(result, None)
            if path.startswith(folder) and not path.endswith(("-shm", ".lock")):
                names[result] = path.rpartition("/")[2]
            continue
        if name == "unlink":
            yield Removed(_bytes(arguments).decode().rpartition("/")[2])
            continue
        handle = int(arguments.split(",", 1)[0]) if arguments[:1].isdigit() else -1
        if name == "close":
            names.pop(handle, None)
        elif name == "write" and handle == 1:
            yield Said(_bytes(arguments.split(", ")[1]).decode().strip())
        elif handle in names:
            yield from _step(name, arguments.split(", "), names[handle])


def _step(name: str, arguments: list[str], file: str) -> Iterator[Step]:
    if name == "pwrite64":
        yield Wrote(file, int(arguments[3]), _bytes(arguments[1]))
    elif name == "ftruncate":
        yield Truncated(file, int(arguments[1]))
    elif name in ("fsync", "fdatasync"):
        yield Synced(file)
    else:
        raise AssertionError(f"{name} on {file}: this reader knows no appending writes")


def _bytes(quoted: str) -> bytes:
    return bytes.fromhex(quoted.strip('"').replace("\\x", ""))
