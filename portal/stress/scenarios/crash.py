"""SIGKILL in mid-question: everybody is back with the same cookie and the time that was left, nothing saved is lost."""

import asyncio
import time
from collections.abc import Iterable

from portal.stress import marking
from portal.stress.classroom import Classroom
from portal.stress.http import Reply
from portal.stress.phone import Phone
from portal.stress.server import Server
from portal.stress.stage import stage_in
from portal.stress.wire import Dropped

LIMIT = 120  # seconds
DOWN = 1.5  # seconds for which the server is gone; nobody's loss
TOLERANCE = 1000  # ms by which the time left may differ


async def crash(room: Classroom) -> None:
    """Needs a server of the harness's own: nobody else's is killed."""
    assert room.server is not None
    await room.fresh()
    await room.open("open", question=0, time_limit=LIMIT)
    early, storm, rest = room.phones[::3], room.phones[1::3], room.phones[2::3]
    await room.all_tap(0, "A", early)
    saved = {phone.id: "A" for phone in early}
    taps = asyncio.gather(*(_tap_into_the_crash(room, phone) for phone in storm))
    await asyncio.sleep(0.025)
    left = _time_left(room.phones[0])
    await room.server.kill()
    saved |= {student: "B" for student, reply in await taps if reply is not None and reply.status == 200}
    for phone in room.phones:
        phone.leave()
    await asyncio.sleep(DOWN)
    await room.server.start()
    back = time.monotonic()
    await room.together(_come_back(room, phone, saved) for phone in room.phones)
    room.figures.add("back_after_restart", time.monotonic() - back)
    for phone in room.phones:
        _check_time(room, phone, left, room.server)
    await room.all_tap(0, "C", rest)
    await _check_console(room)
    await room.close()
    await _check_answers(room, saved | {phone.id: "C" for phone in rest}, [phone.id for phone in storm])
    room.check_streams("after the crash")


def _time_left(phone: Phone) -> float:
    """Milliseconds left now, by what the phone was shown and the time since."""
    told = phone.stage.remaining_ms if phone.stage is not None else None
    return (told or 0) - (time.monotonic() - phone.seen_at) * 1000


async def _tap_into_the_crash(room: Classroom, phone: Phone) -> tuple[str, Reply | None]:
    """None when the server died before it replied: then the answer is in, or not."""
    await asyncio.sleep(room.dice.random() * 0.05)
    try:
        return phone.id, await phone.answer(0, "B", room.patience)
    except Dropped:
        return phone.id, None


async def _come_back(room: Classroom, phone: Phone, saved: dict[str, str]) -> None:
    await phone.open_stream(room.patience)
    stage = phone.stage
    fits = stage is not None and stage.state == "question_open" and stage.question == 0
    room.check(fits and not phone.was_sent_away, f"{phone.id} is back after the crash at {stage}")
    if stage is not None and phone.id in saved:
        room.check(stage.answer == saved[phone.id], f"{phone.id}: saved was {saved[phone.id]}, now {stage}")


def _check_time(room: Classroom, phone: Phone, left: float, server: Server) -> None:
    """The question went on at some moment between the start of the program and its first answer."""
    told = phone.stage.remaining_ms if phone.stage is not None else None
    least = left - (phone.seen_at - server.spawned_at) * 1000 - TOLERANCE
    most = left - (phone.seen_at - server.up_at) * 1000 + TOLERANCE
    fits = told is not None and least <= told <= most
    room.check(fits, f"{phone.id} is told {told} ms after the crash, it is between {least:.0f} and {most:.0f}")


async def _check_console(room: Classroom) -> None:
    """The instructor is back, too; if not, signs in again so that the rest can be checked."""
    page = await room.console.get("/admin/")
    if not room.check(stage_in(page.body) is not None, "the crash has signed the instructor out"):
        await room.console.sign_in(room.plan.password)


async def _check_answers(room: Classroom, saved: dict[str, str], storm: Iterable[str]) -> None:
    """Acknowledged is there exactly; not acknowledged is there or not, but never as something else."""
    rows = marking.given(await room.console.export("answers")).get(0, {})
    for student, choice in saved.items():
        row = rows.get(student)
        room.check(row is not None and row["answer"] == choice, f"{student}: saved {choice}, after the crash {row}")
    for student in storm:
        row = rows.get(student)
        room.check(row is None or row["answer"] == "B", f"{student} tapped B into the crash and has {row}")
    for phone in room.phones:
        shown, kept = phone.stage, rows.get(phone.id)
        fits = shown is not None and shown.answer == (kept["answer"] if kept else None)
        room.check(fits, f"{phone.id}: the reveal is {shown}, answers.csv has {kept}")
