"""Whatever the key, the explanation and the options' feedback: until the close nobody but the instructor can tell.

The same lecture is played with different keys, on a held clock and with the same chance; every byte that students, the
projector and strangers were sent up to the close must be the same.
"""

import asyncio
import itertools
import json
import random
import secrets
from pathlib import Path

import pytest

from portal.views import regions
from portal.web import projector
from tests.asgi import Client, HeldClock, running, settle
from tests.serving import PASSWORD

KEYS: list[object] = ["A", "B", "C", "D", None]
SEVERAL: list[object] = [["A"], ["B", "D"], ["A", "B", "C"]]


def pool(key: object, explanation: str) -> str:
    """Three questions; only the second differs in what only the instructor may know."""
    options = {letter: f"Option {letter}" for letter in "ABCD"}
    fixed = {"options": options, "time_limit": 30}
    questions = [
        {"text": "First?", "correct": "B", "explanation": "Known to all by now.", **fixed},
        {"text": "Second?", "correct": key, "explanation": explanation, **fixed},
        {"text": "Third?", "correct": "C", **fixed},
    ]
    return json.dumps({"title": "Same for all", "score_fn": "ranked", "questions": questions})


async def lecture(folder: Path, text: str) -> dict[str, bytes]:
    """What everybody was sent until the second question closed, by name."""
    clock = HeldClock()
    async with running(folder, text, clock) as app:
        console, hall, stranger = Client(app), Client(app, "hall"), Client(app, "stranger")
        class_ = [Client(app, f"s{number}") for number in range(4)]
        await console.post("/admin/login", f"password={PASSWORD}".replace(" ", "+").encode())

        async def command(name: str, **fields: object) -> None:
            turn = app.state.portal.run.shown.turn
            reply = await console.tap(f"/admin/{name}", turn=turn, **fields)
            assert reply.status == 200, reply.text
            await settle()

        hall.listen("/projector/stream")
        await settle()
        for each in class_[:3]:
            await each.tap("/join", student_id=each.name, name=f"Name {each.name}")
            each.listen("/stream")
            await settle()  # which commit a stream's first message has seen is a matter of real time
        await command("next")
        for each, choice in zip(class_, "BCB", strict=False):
            clock.wait(1000)
            await each.tap("/answer", question=0, answer=choice)
            await settle()
        await command("close")
        await command("standings")
        await command("next")
        await class_[3].tap("/join", student_id="s3", name="Late")
        class_[3].listen("/stream")
        await settle()
        for each, choice in zip(class_, "ABCD", strict=True):
            clock.wait(700)
            await each.tap("/answer", question=1, answer=choice)
            await each.tap("/answer", question=1, answer=choice)
            await each.tap("/answer", question=1, answer="D")
            await settle()
            for path in (
                "/",
                "/me",
                "/stats",
                "/state?v=0",
                "/projector",
                "/projector/state?v=0",
                "/healthz",
                "/qr.svg",
            ):
                await each.get(path)
            await settle()
        await command("extend", seconds=10)
        for path in ("/", "/projector", "/projector/state?v=0", "/stream", "/state"):
            await stranger.get(path)
        assert app.state.portal.run.shown.answered[1] == 4, "the question was open, and everybody answered it"
        everybody = [*class_, hall, stranger]
        for each in everybody:
            await each.leave()
        await console.leave()
    return {each.name: b"\n".join(each.transcript) for each in everybody}


def same_chance(patch: pytest.MonkeyPatch) -> None:
    """Every lecture draws the same claims and codes."""
    counter, chance = itertools.count(), random.Random(5)  # noqa: S311 (to be the same each time)
    patch.setattr(projector, "PACE", 0.0)  # how many taps one message gathers is a matter of real time
    patch.setattr(regions, "_LOBBY_PACE", 0.0)
    patch.setattr(secrets, "token_urlsafe", lambda size=24: f"token{next(counter):0{size}}")
    patch.setattr(secrets, "randbelow", chance.randrange)


def played(folder: Path, key: object, explanation: str) -> dict[str, bytes]:
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        same_chance(patch)
        return asyncio.run(lecture(folder, pool(key, explanation)))


@pytest.mark.parametrize("keys", [KEYS, SEVERAL], ids=["one right option", "several right options"])
def test_before_the_close_every_byte_is_the_same_whatever_the_key(tmp_path: Path, keys: list[object]) -> None:
    first, *others = (
        played(tmp_path / str(number), key, "Because." * number + " canary-of-the-key")
        for number, key in enumerate(keys, start=1)
    )
    assert all(len(sent) > 2000 for sent in first.values()), "there was something to compare"
    assert not any(b"canary-of-the-key" in sent for sent in first.values())
    for other in others:
        for name, sent in first.items():
            assert other[name] == sent, f"what {name} was sent depends on the key"
