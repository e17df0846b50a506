"""The server that is killed: started and ended through :mod:`tests.crash.launch`."""

import asyncio
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass, field
from pathlib import Path

from portal.stress.http import Site, is_up
from tests.serving import PASSWORD, ROOT

KEY = "k" * 32
PORTS = range(8400, 8500)
START_LIMIT = 60.0


@dataclass(slots=True)
class Crash:
    """The latest end and start. It died between ``killed_at`` and ``dead_at``; ``up_at`` is infinite until it replies.

    ``stopped``: the number of the latest end of a life in which the process was stopped: its time says nothing.
    """

    number: int = 0
    killed_at: float = 0.0
    dead_at: float = 0.0
    spawned_at: float = 0.0
    up_at: float = 0.0
    stopped: int = 0


@dataclass
class Target:
    folder: Path
    site: Site
    crash: Crash = field(default_factory=Crash)
    starts: list[float] = field(default_factory=list)  # seconds from the start to the first reply
    cold_starts: list[float] = field(default_factory=list)
    _launcher: Process | None = None

    async def open(self) -> None:
        self._launcher = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.crash.launch", cwd=ROOT, stdin=PIPE, stdout=PIPE
        )

    async def close(self) -> None:
        assert self._launcher is not None
        assert self._launcher.stdin is not None
        self._launcher.stdin.close()
        await self._launcher.wait()

    async def spawn(self, *, cold: bool = False) -> None:
        """Starts the program without waiting for it."""
        self.crash.spawned_at, self.crash.up_at = time.monotonic(), float("inf")
        arguments = [f"--db={self.folder / 'portal.db'}", f"--port={self.site.port}", "--host=127.0.0.1"]
        arguments += [f"--admin-password={PASSWORD}", f"--secret-key={KEY}"]
        what = "cold" if cold else "start"
        await self._say(what, str(self.log), "serve", str(self.folder / "pool.json"), *arguments)

    async def start(self, *, cold: bool = False) -> None:
        """Starts the program and waits until it replies."""
        await self.spawn(cold=cold)
        while not await is_up(self.site):
            late = time.monotonic() > self.crash.spawned_at + START_LIMIT
            assert not late, f"the program did not come up:\n{self.log.read_text()[-4000:]}"
            await asyncio.sleep(0.005)
        self.crash.up_at = time.monotonic()
        (self.cold_starts if cold else self.starts).append(self.crash.up_at - self.crash.spawned_at)

    async def kill(self) -> None:
        await self.end(signal.SIGKILL)

    async def end(self, how: signal.Signals) -> int:
        """Sends ``how`` and waits for the end; answers with the exit status."""
        self.crash.number += 1
        self.crash.killed_at = time.monotonic()
        await self.signal(how)
        status = int(await self._say("reap"))
        self.crash.dead_at = time.monotonic()
        return status

    async def signal(self, what: signal.Signals) -> None:
        await self._say("signal", str(int(what)))

    @property
    def log(self) -> Path:
        return self.folder / "program.log"

    async def _say(self, *words: str) -> str:
        assert self._launcher is not None
        assert self._launcher.stdin is not None
        assert self._launcher.stdout is not None
        self._launcher.stdin.write(("\t".join(words) + "\n").encode())
        return (await self._launcher.stdout.readline()).decode().strip()


def free_site() -> Site:
    for port in PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return Site("http", "127.0.0.1", port)
    raise OSError(f"no free port from {PORTS.start} to {PORTS.stop - 1}")
