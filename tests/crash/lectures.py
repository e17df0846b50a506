"""A random lecture, up to the moment before the close of the question whose key nobody may know yet.

The same seed gives the same people, taps, times and tokens; only what the instructor alone may know differs.
"""

import asyncio
import itertools
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from starlette.applications import Starlette

from portal.views import regions
from portal.web import projector
from tests.asgi import Client, HeldClock, running
from tests.serving import PASSWORD

QUESTIONS = 4
PAGES = ("/", "/me", "/stats", "/state?v=0", "/projector", "/projector/state?v=0", "/healthz", "/qr.svg", "/?sid=main")
ONE: tuple[object, ...] = ("A", "B", "C", "D", None)
SEVERAL: tuple[object, ...] = (["A"], ["B"], ["A", "C"], ["B", "C", "D"], ["A", "B", "C", "D"])
EXPLANATIONS = (
    "",
    "Because.",
    "*Long*. " * 90,
    "```python\nx = 1\n```",
    "$x^2$ canary",
    "![](/static/icons.svg) canary",
)


def pool(chance: Random, secret_from: int, lot: Random) -> str:
    """A pool by ``chance``, but for the keys and explanations from ``secret_from`` on, which are by ``lot``."""
    questions = []
    for number in range(QUESTIONS):
        several, known = chance.random() < 0.3, Random(chance.random())  # noqa: S311 (to be the same each time)
        drawn = lot if number >= secret_from else known
        explanation = drawn.choice(EXPLANATIONS)
        questions.append(
            {
                "text": f"Question {number}?",
                "options": {letter: f"Option {letter} of {number}" for letter in "ABCD"},
                "correct": drawn.choice(SEVERAL if several else ONE),
                "time_limit": 3600,
                **({"explanation": explanation} if explanation else {}),
            }
        )
    function = chance.choice(("accuracy", "linear", "ranked"))
    return json.dumps({"title": "Same for all", "score_fn": function, "questions": questions})


@dataclass(slots=True)
class Lecture:
    """One lecture under way. Every decision is by ``chance``."""

    app: Starlette
    clock: HeldClock
    chance: Random
    console: Client
    class_: list[Client] = field(default_factory=list)
    others: list[Client] = field(default_factory=list)

    async def command(self, name: str, **fields: object) -> None:
        turn = self.app.state.portal.run.shown.turn
        reply = await self.console.tap(f"/admin/{name}", turn=turn, **fields)
        assert reply.status == 200, f"{name}: {reply.status}"
        await settle()

    async def joins(self) -> None:
        """A student, on time or late; or somebody who finds the room locked."""
        phone = Client(self.app, f"s{len(self.class_)}")
        reply = await phone.tap("/join", student_id=phone.name, name=f"Name {phone.name}")
        (self.class_ if reply.status == 303 else self.others).append(phone)
        phone.listen("/stream")
        await settle()

    async def moves(self) -> None:
        """A student goes on in another browser, by the re-join code."""
        old = self.chance.choice(self.class_)
        await old.tap("/code")
        code = self.app.state.portal.run.shown.participants[old.name].code
        new = Client(self.app, old.name)
        await new.tap("/join", student_id=old.name, name=code)
        new.listen("/stream")
        self.class_[self.class_.index(old)] = new
        self.others.append(old)
        await settle()

    async def answers(self) -> None:
        """Somebody answers the present question, now and then twice, differently, or in vain."""
        state = self.app.state.portal.run.shown
        self.clock.wait(self.chance.randrange(1, 20_000))
        asked = state.quiz.questions[state.current]
        count = self.chance.randint(1, 3) if asked.several else 1
        choice = sorted(self.chance.sample("ABCD", count))
        await self.chance.choice(self.class_).tap("/answer", question=state.current, answer=choice)
        await settle()

    async def looks(self) -> None:
        await self.chance.choice([*self.class_, *self.others]).get(self.chance.choice(PAGES))

    async def looks_away(self) -> None:
        await self.chance.choice(self.class_).tap("/event", kind="blur")
        await settle()

    async def gets_more_time(self) -> None:
        await self.command("extend", seconds=self.chance.randint(1, 60))

    async def is_locked(self) -> None:
        await self.command("lock" if self.chance.random() < 0.5 else "unlock")

    async def while_open(self, happenings: int) -> None:
        acts: list[Callable[[], Awaitable[None]]] = [self.answers] * 6
        acts += [self.looks] * 4
        acts += [self.joins, self.moves, self.looks_away, self.gets_more_time, self.is_locked]
        for _ in range(happenings):
            await self.chance.choice(acts)()

    async def between(self) -> None:
        """From one close to the next opening: the reveal, perhaps the standings, perhaps the same question again."""
        await self.looks()
        if self.chance.random() < 0.5:
            await self.command("standings")
            await self.looks()
        what = self.chance.random()
        number = self.app.state.portal.run.shown.current
        if what < 0.3:
            await self.command("reopen")
        elif what < 0.5 and number:
            await self.command("open", question=self.chance.randrange(number), time_limit=1800)
        else:
            return
        await self.while_open(4)
        await self.command("close")

    async def up_to(self, secret: int) -> None:
        """The whole lecture until just before question ``secret`` closes."""
        for _ in range(self.chance.randint(1, 3)):
            await self.joins()
        await self.looks()
        for number in range(secret):
            await self.command("open", question=number)
            await self.while_open(5)
            await self.command("close")
            await self.between()
        await self.command("open", question=secret)
        await self.while_open(14)
        for client in [*self.class_, *self.others]:
            for path in PAGES:
                await client.get(path)


async def _play(folder: Path, text: str, chance: Random, secret: int) -> dict[str, bytes]:
    clock = HeldClock()
    async with running(folder, text, clock) as app:
        console, hall, stranger = Client(app), Client(app, "hall"), Client(app, "stranger")
        await console.post("/admin/login", f"password={PASSWORD}".replace(" ", "+").encode())
        lecture = Lecture(app, clock, chance, console, others=[hall, stranger])
        hall.listen("/projector/stream")
        await settle()
        await lecture.up_to(secret)
        assert app.state.portal.run.shown.phase.value == "question_open"
        everybody = [*lecture.class_, *lecture.others]
        for client in everybody:
            await client.leave()
    return {f"{place} {client.name}": b"\n".join(client.transcript) for place, client in enumerate(everybody)}


def played(folder: Path, seed: int, lot: int) -> dict[str, bytes]:
    """What everybody was sent in the lecture of ``seed``, whose secrets are by ``lot``, before their close."""
    chance = Random(seed)  # noqa: S311 (to be the same each time)
    secret = chance.randrange(QUESTIONS)
    text = pool(chance, secret, Random(f"{seed}:{lot}"))  # noqa: S311 (repeatable by its seed)
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        _same_chance(patch)
        return asyncio.run(_play(folder, text, chance, secret))


def _same_chance(patch: pytest.MonkeyPatch) -> None:
    """Every lecture draws the same claims and codes, and waits for no real time."""
    counter, codes = itertools.count(), Random(5)  # noqa: S311 (to be the same each time)
    patch.setattr(projector, "PACE", 0.0)  # how many taps one message gathers is a matter of real time
    patch.setattr(regions, "_LOBBY_PACE", 0.0)
    patch.setattr(secrets, "token_urlsafe", lambda size=24: f"token{next(counter):0{size}}")
    patch.setattr(secrets, "randbelow", codes.randrange)


async def settle() -> None:
    """Lets every stream that has been woken send what it has to; commits are over when a reply is."""
    for _ in range(25):
        await asyncio.sleep(0)
