"""The four workloads that the system before this one published, in a contest: a closed loop of users who never think.

Each is bounded: when its time is up nobody begins another flow, those under way may end, and what has not ended then
is cut off, which is a failure.
"""

import asyncio
import itertools
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from portal.stress.console import Console
from portal.stress.figures import Process, listener, summary
from portal.stress.http import Browser, Fields, Reply, Site
from portal.stress.stage import error_in, stage_in
from portal.stress.wire import Dropped

GRACE = 30.0  # seconds that a flow has to end when the time is up, as k6 gives them
QUESTIONS, BOXES = 15_000, 300  # what fits into a pool of a megabyte
HALL = 280  # teams that are there before the administration is measured
ANSWERS = ("A", "B")


@dataclass
class Tally:
    """What a workload came to. ``refused`` counts refusals that a contest may give; faults are everything else."""

    took: list[float] = field(default_factory=list)
    flows: int = 0
    cut_off: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def told(self, users: int, seconds: float) -> dict[str, Any]:
        """The line of a run; ``passed`` when nothing failed and nothing was cut off."""
        return {
            "users": users,
            "seconds": round(seconds, 2),
            "requests": len(self.took),
            "per_second": round(len(self.took) / seconds, 1),
            "ms": summary(self.took) if self.took else {},
            "flows": self.flows,
            "cut_off": self.cut_off,
            "refused": dict(self.refused),
            "faults": dict(self.faults.most_common(20)),
            "passed": not self.faults and not self.cut_off and self.flows > 0,
        }


class User:
    """One of the users: asks, and notes how long each reply took and whether it was what a contest may say."""

    def __init__(self, site: Site, tally: Tally, cookies: dict[str, str] | None = None) -> None:
        self.browser, self._tally = Browser(site, cookies), tally

    async def get(self, path: str) -> Reply | None:
        return self._noted(path, await self._bounded(path, self.browser.get(path)))

    async def post(self, path: str, fields: Fields = (), may: tuple[str, ...] = ()) -> Reply | None:
        """``may`` names the refusals that are no fault."""
        return self._noted(path, await self._bounded(path, self.browser.post(path, fields)), may)

    def fault(self, sentence: str) -> None:
        self._tally.faults[sentence] += 1

    async def _bounded(self, path: str, asking: Awaitable[Reply]) -> Reply | None:
        try:
            return await asking
        except Dropped as fault:
            self.fault(f"{path}: {fault}")
            return None

    def _noted(self, path: str, reply: Reply | None, may: tuple[str, ...] = ()) -> Reply | None:
        if reply is None:
            return None
        self._tally.took.append(reply.took)
        if reply.status in (200, 303):
            return reply
        why = error_in(reply.body) or ""
        if reply.status == 409 and why in may:
            self._tally.refused[why] += 1
        else:
            self.fault(f"{path}: {reply.status} {why}")
        return None


Flow = Callable[[User, int], Awaitable[None]]
"""One pass of a user; the number is a fresh one for each."""


async def registering(user: User, number: int) -> None:
    """A team registers and gets a question."""
    user.browser.cookies.clear()
    await user.post("/team/register", (("team_name", f"Team {number}"), ("members", "Ada\nBen")))
    reply = await user.post("/team/question", may=("none_left",))
    if reply is not None and (stage := stage_in(reply.body)) is not None and not stage.text(b"held"):
        user.fault("a question was given, and the stage holds none")


async def full_flow(user: User, number: int) -> None:
    """From the door to the hall: register, a question, its answer, a box, its answer, the page, the projector."""
    user.browser.cookies.clear()
    await user.get("/")
    await user.post("/team/register", (("team_name", f"Flow {number}"), ("members", "Ada\nBen"), ("email", "a@b.edu")))
    await _answered(user, await user.post("/team/question", may=("none_left",)))
    difficulty = random.choice(("EASY", "MEDIUM", "HARD"))  # noqa: S311 (which box is no secret)
    await _answered(user, await user.post("/team/mystery", (("difficulty", difficulty),), may=("none_left",)))
    await user.get("/me")
    await user.get("/projector")


async def _answered(user: User, given: Reply | None) -> None:
    stage = stage_in(given.body) if given is not None else None
    if stage is None:
        return
    held = stage.text(b"held") or ""
    guess = random.choice(ANSWERS)  # noqa: S311 (a guess is no secret)
    reply = await user.post("/team/answer", (("question_id", held), ("answer", guess)))
    shown = stage_in(reply.body) if reply is not None else None
    if shown is not None and not shown.text(b"outcome"):
        user.fault("an answer was taken, and the stage tells no outcome")


async def administering(user: User, number: int) -> None:
    """A team is made, changed, looked at in every table, and deleted; a question is added; a file is taken home."""
    form = (("team_name", f"By hand {number}"), ("members", "Ada"))
    made = await user.post("/admin/teams", form)
    await user.get("/admin/questions")
    team = _team_of(made, f"By hand {number}")
    if team is not None:
        await user.post(f"/admin/teams/{team}/points", (("delta", "5"), ("reason", "harness")))
        await user.post(f"/admin/teams/{team}/edit", (("team_name", f"Renamed {number}"), ("members", "Ada\nBen")))
        await user.post(f"/admin/teams/{team}/delete")
    elif made is not None:
        user.fault("a team was made, and the console does not show it")
    asked = (("id", f"x{number}"), ("text", "?"), ("options", "a\nb"), ("correct", "A"), ("points", "10"))
    await user.post("/admin/questions?page=log", asked)
    await user.get("/admin/teams.csv")


def _team_of(page: Reply | None, name: str) -> str | None:
    if page is None:
        return None
    before, found, _ = page.body.decode().partition(f">{name}<")
    return before.rpartition('data-team="')[2].partition('"')[0] if found else None


@dataclass(frozen=True)
class Workload:
    """``published`` is what the other system did: requests a second, and the 95th percentile in ms."""

    flow: Flow
    users: int
    once: bool = False
    as_console: bool = False
    published: tuple[float, float] | None = None


WORKLOADS: dict[str, Workload] = {
    "contest-register": Workload(registering, 100, published=(272, 500)),
    "contest-admin": Workload(administering, 60, as_console=True, published=(12, 7_800)),
    "contest-flow": Workload(full_flow, 150, published=(5, 33_700)),
    "contest-rush": Workload(registering, HALL, once=True),
}


def pool(name: str) -> str:
    """A contest for a workload, with enough to ask for half a minute: its texts are short, for the size of a pool."""
    questions, boxes = (200, 30) if WORKLOADS[name].as_console else (QUESTIONS, BOXES)
    asked = [{"id": f"q{number}", "text": "?", "options": ["a", "b"], "correct": "A"} for number in range(questions)]
    kinds = itertools.cycle((("EASY", 10), ("MEDIUM", 20), ("HARD", 30)))
    mysteries = [
        {"id": f"m{number}", "text": "?", "options": ["a", "b"], "correct": "A", "difficulty": kind, "cost": cost,
         "points": 2 * cost}
        for number, (kind, cost) in zip(range(boxes), kinds, strict=False)
    ]  # fmt: skip  # (one line more, not one a field)
    whole = {"title": "Load", "mode": "competition", "questions": asked, "mystery": mysteries}
    return json.dumps(whole, separators=(",", ":"))


async def play(name: str, site: Site, password: str, users: int | None, seconds: float) -> dict[str, Any]:
    """One bounded run of a workload against a contest in its lobby; the line that tells how it went."""
    load, tally = WORKLOADS[name], Tally()
    count = users or load.users
    console = Console(site)
    await console.sign_in(password)
    await console.do("next")
    if load.as_console:
        await _fill(site, tally)
    numbers = itertools.count(1)
    cookies = dict(console.cookies) if load.as_console else None
    people = [User(site, tally, cookies if load.as_console else None) for _ in range(count)]
    pid = listener(site.port) if site.is_loopback else None
    process, ours = Process(pid) if pid else None, time.process_time()
    begun = time.monotonic()
    until = begun + (0 if load.once else seconds)
    tasks = [asyncio.create_task(_loop(user, load, numbers, until, tally)) for user in people]
    _, late = await asyncio.wait(tasks, timeout=max(0.0, until - time.monotonic()) + GRACE)
    spent = time.monotonic() - begun
    for task in late:
        task.cancel()
        tally.cut_off += 1
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, Exception):  # what was cut off is none of these, and is counted above
            tally.faults[f"a flow broke: {type(ended).__name__}: {ended}"] += 1
    for user in (*(person.browser for person in people), console):
        user.close()
    line = {"workload": name, "site": site.origin, **tally.told(count, spent)}
    line |= {"server": process.told() if process else {}, "harness": {"cpu_s": round(time.process_time() - ours, 2)}}
    if load.published:
        line["published"] = {"per_second": load.published[0], "p95": load.published[1]}
    return line


async def _loop(user: User, load: Workload, numbers: "itertools.count[int]", until: float, tally: Tally) -> None:
    while True:
        await load.flow(user, next(numbers))
        tally.flows += 1
        if load.once or time.monotonic() >= until:
            return


async def _fill(site: Site, tally: Tally) -> None:
    """The hall that is administered: as many teams as the published system had. One that is not in is a fault."""
    visitors = [Browser(site) for _ in range(HALL)]
    forms = [(("team_name", f"Guest {number}"), ("members", "Ada")) for number in range(HALL)]
    entering = (visitor.post("/team/register", form) for visitor, form in zip(visitors, forms, strict=True))
    for entered in await asyncio.gather(*entering, return_exceptions=True):
        if isinstance(entered, BaseException) or entered.status not in (200, 303):
            tally.faults[f"a team is not in the hall: {getattr(entered, 'status', entered)}"] += 1
    for visitor in visitors:
        visitor.close()
