"""A server of the harness's own, on a scratch file and a free loopback port, which it may kill and start again."""

import asyncio
import os
import random
import shlex
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from portal.stress.figures import Process
from portal.stress.http import Site, is_up

START_LIMIT = 60.0  # seconds
STOP_LIMIT = 10.0  # seconds
PORTS = 10_000, 32_000  # below those that Linux (from 32768) and macOS (from 49152) give to who calls out
POLL = 0.01  # seconds between two looks whether it answers
BUSY_FROM = 2.0  # seconds after the first answer: more than `portal.warming.AFTER`, when it does what it left for later
LOOK, IDLE = 0.5, 0.1  # seconds between two looks, and the share of a core up to which it counts as idle
PASSWORD = "classroom-harness"  # noqa: S105 (of a scratch server on loopback, gone in a minute)


class NotStarted(Exception):
    """The server did not answer in time; the message holds the end of what it printed."""


def free_port() -> int:
    """A port that is free just now, for a program that is about to start. Raises :class:`NotStarted` when none is.

    Not one from the system's own choice: those it also gives to whoever calls out, and a class calls out often.
    """
    for port in random.sample(range(*PORTS), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise NotStarted(f"no port of this machine can be had: a hundred were tried between {PORTS[0]} and {PORTS[1]}")


def own_command(pool: Path | None, folder: Path, port: int, password: str) -> list[str]:
    """How to serve ``pool`` (or the demo) on a scratch database in ``folder``."""
    command = [sys.executable, "-m", "portal", "serve", *([str(pool)] if pool else [])]
    command += ["--db", str(folder / "portal.db"), "--port", str(port), "--host", "127.0.0.1"]
    return [*command, f"--admin-password={password}"]  # one word: a password may begin with a dash


def given_command(text: str, folder: Path, port: int, password: str) -> list[str]:
    """A command that the user gave; ``{db}``, ``{port}`` and ``{password}`` in it are filled in."""
    filled = text.replace("{db}", str(folder / "portal.db")).replace("{port}", str(port))
    return shlex.split(filled.replace("{password}", password))


async def end(process: asyncio.subprocess.Process | None) -> None:
    """Asks it to stop, and makes it when it has not in :data:`STOP_LIMIT` seconds; nothing for one that has ended."""
    if process is None or process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(STOP_LIMIT):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def until_idle(pid: int) -> None:
    """A class comes later than the first seconds; what the program does for itself until then is nobody's cost.

    Gives up on one that is never idle, and knows none where there is no ``/proc``.
    """
    process, until = Process(pid), time.monotonic() + START_LIMIT / 2
    await asyncio.sleep(BUSY_FROM)
    process.told()
    while time.monotonic() < until:
        await asyncio.sleep(LOOK)
        if process.told().get("cpu_s", 0.0) <= LOOK * IDLE:
            return


class Server:
    """``up_at`` and ``spawned_at`` tell, on the monotonic clock, when it was started and when it first answered.

    ``within`` is the folder that it runs in; None is ours.
    """

    def __init__(self, command: Sequence[str], site: Site, folder: Path, within: Path | None = None) -> None:
        self._command, self._site, self._within = list(command), site, within
        self._log = folder / "server.log"
        self._process: asyncio.subprocess.Process | None = None
        self.spawned_at = self.up_at = 0.0

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Starts it and waits until ``/healthz`` is well. Raises :class:`NotStarted`."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        environment["PYTHONPATH"] = str(Path(__file__).parents[2])  # this very program, wherever we are called from
        with self._log.open("ab") as log:
            self.spawned_at = time.monotonic()
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                cwd=self._within,
            )
        while time.monotonic() < self.spawned_at + START_LIMIT:
            if self._process.returncode is not None:
                break
            if await is_up(self._site):
                self.up_at = time.monotonic()
                return
            await asyncio.sleep(POLL)
        await self.stop()
        raise NotStarted(f"{' '.join(self._command)}\n{self.log()}")

    async def kill(self) -> None:
        """SIGKILL: no goodbye, nothing flushed."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        await end(self._process)

    def log(self) -> str:
        """The end of what it printed."""
        return self._log.read_text("utf-8", "replace")[-4000:]
