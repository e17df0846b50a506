"""The console's buttons: tapped twice, tapped late, with values out of range, or by somebody who is not signed in."""

import asyncio

from portal.stress.classroom import Classroom
from portal.stress.console import Console

STALE_TAPS = 6


async def commands(room: Classroom) -> None:
    """A double tap never skips a question; a stale, a forbidden and an absurd command change nothing."""
    await room.fresh()
    console = room.console
    turn = (await console.look()).turn
    taps = await asyncio.gather(*(_tab(console).send("next", turn) for _ in range(STALE_TAPS)))
    statuses = sorted(reply.status for reply in taps)
    room.check(statuses.count(409) == STALE_TAPS - 1, f"{STALE_TAPS} taps on Next for one turn: {statuses}")
    await asyncio.sleep(0)
    hall = await console.look()
    room.check((hall.state, hall.question) == ("question_open", 0), f"after a double tap: {hall}")
    room.check_reply("next for the turn before", await console.send("next", turn), 409, "stale")
    room.check_reply("standings while open", await console.send("standings", hall.turn), 409, "not_allowed")
    room.check_reply("reopen while open", await console.send("reopen", hall.turn), 409, "not_allowed")
    room.check_reply("open what is open", await console.send("open", hall.turn, question=0), 409)
    await _bad_values(room, hall.turn)
    await _nobody(room, hall.turn)
    after = await console.look()
    room.check(after.turn == hall.turn, f"a refused command has changed the turn: {hall.turn} to {after.turn}")
    await room.all_tap(0)
    opened = await room.open("next")  # the fast path, past the reveal
    room.check(opened.question == 1, f"next from an open question shows {opened}")
    rows = await console.export("results")
    room.check(all(row["answered"] == "1" for row in rows), "answers before the fast path are not all counted")
    await room.show("finished", "end")
    room.check_reply("next after the end", await console.send("next", (await console.look()).turn), 409, "not_allowed")
    room.check_streams("commands")


async def _bad_values(room: Classroom, turn: int) -> None:
    console = room.console
    for limit in (4, 3_601, 0):
        reply = await console.send("open", turn, question=1, time_limit=limit)
        room.check_reply(f"a time limit of {limit} s", reply, 422, "bad_value")
    room.check_reply("a question that is not there", await console.send("open", turn, question=9_999), 422, "bad_value")
    for seconds in (0, 601, -1):
        reply = await console.send("extend", turn, seconds=seconds)
        room.check_reply(f"{seconds} s more", reply, 422, "bad_value")
    for fields in ((), (("turn", "x"),), (("turn", "1" * 40),)):
        reply = await console.post("/admin/next", fields)
        room.check(400 <= reply.status < 500, f"next with the fields {fields}: {reply.status}")


async def _nobody(room: Classroom, turn: int) -> None:
    """A student, and a stranger, at the instructor's buttons."""
    for cookies in ({}, dict(room.phones[0].cookies)):
        intruder = Console(room.site, cookies)
        for command in ("next", "close", "end", "reset", "lock"):
            room.check_reply(f"{command} without signing in", await intruder.send(command, turn), 401)
        for export in ("results", "answers", "events"):
            reply = await intruder.get(f"/admin/{export}.csv")
            room.check_reply(f"{export}.csv without signing in", reply, (401, 403, 303))
        intruder.close()


def _tab(console: Console) -> Console:
    return Console(console.site, console.cookies)
