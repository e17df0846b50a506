"""One cycle: the scenes that were asked for, one after the other, and the line that tells how they went."""

import asyncio
import sys
import time
from datetime import UTC, datetime
from typing import Any

from portal.stress import figures
from portal.stress.classroom import Classroom
from portal.stress.console import Console, Refused
from portal.stress.http import Site
from portal.stress.lesson import Lesson
from portal.stress.plan import Plan
from portal.stress.scenarios import SCENARIOS
from portal.stress.server import NotStarted, Server
from portal.stress.wire import Dropped

HAPPY = "happy"
Line = dict[str, Any]
# What a scene may stumble over when the server is wrong: no reply, a refusal, no number where one must be.
STUMBLES = (Dropped, Refused, NotStarted, TimeoutError, KeyError, ValueError)


class Cycles:
    """Plays ``plan`` again and again against one server, with one sign-in."""

    def __init__(self, plan: Plan, site: Site, server: Server | None) -> None:
        self._plan, self._site, self._server = plan, site, server
        self._console = Console(site)
        self._number = 0

    async def sign_in(self) -> None:
        await self._console.sign_in(self._plan.password)

    async def play(self) -> Line:
        """The line of one cycle. Its figures, and the server's, are those of its first scene."""
        begun, plan = time.monotonic(), self._plan
        scenes: dict[str, Line] = {}
        told: Line = {}
        for name in plan.scenes:
            room = Classroom(self._site, self._console, plan, server=self._server, cycle=self._number)
            process, ours = self._process(), time.process_time()
            scenes[name] = await self._scene(name, room)
            if not told:
                told = room.figures.told() | ({"server": process.told()} if process else {})
                told["harness"] = {"cpu_s": round(time.process_time() - ours, 2)}
            elif name == "crash":
                told |= {key: value for key, value in room.figures.told().items() if key.startswith("back")}
            room.dismiss()
        self._number += 1
        return {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "cycle": self._number,
            "site": self._site.origin,
            "students": plan.students,
            "passed": all(scene["passed"] for scene in scenes.values()),
            "seconds": round(time.monotonic() - begun, 2),
            **told,
            "scenes": scenes,
        }

    def _process(self) -> figures.Process | None:
        pid = figures.listener(self._site.port) if self._site.is_loopback else None
        return figures.Process(pid) if pid else None

    async def _scene(self, name: str, room: Classroom) -> Line:
        begun = time.monotonic()
        lesson = Lesson(room)
        try:
            async with asyncio.timeout(120 + self._plan.students / 10):
                await (lesson.play() if name == HAPPY else SCENARIOS[name](room))
        except STUMBLES as fault:
            room.faults.add(f"{type(fault).__name__}: {fault}")
        seconds = round(time.monotonic() - begun, 2)
        verdict = "passed" if not room.faults.count else f"{room.faults.count} faults"
        sys.stderr.write(f"{name}: {verdict}, {seconds} s\n")
        line: Line = {"passed": not room.faults.count, "seconds": seconds}
        return line | ({"faults": room.faults.sentences, "count": room.faults.count} if room.faults.count else {})
