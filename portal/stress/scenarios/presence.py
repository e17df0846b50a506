"""Phones that come late, go away and come back: whatever happens to a phone, it is shown where the class is."""

import asyncio
import time

from portal.stress.classroom import Classroom
from portal.stress.phone import Phone
from portal.stress.stage import stage_in

TOLERANCE = 150  # ms that a phone's clock may be off, besides the latency that was measured
LIMIT, MORE = 120, 20  # seconds
RECONNECTS = 6
RATE = 200  # reconnects a second by the whole class, about


async def late_joiner(room: Classroom) -> None:
    """Comes into an open question, sees the time that is left, answers it, and has missed what was closed before."""
    await room.fresh()
    await room.open("next")
    await room.all_tap(0)
    await room.close()
    sent = time.monotonic()
    await room.open("open", question=1, time_limit=LIMIT)
    shown = min((phone.seen_at for phone in room.phones), default=time.monotonic())
    await asyncio.sleep(0.7)
    late = room.newcomer(room.size)
    asked = time.monotonic()
    room.check_reply("the late joiner joins", await late.join(), (200, 204, 303))
    await late.open_stream()
    _check_remaining(room, late, LIMIT, (sent, shown), asked)
    room.check(late.stage is not None and late.stage.question == 1, f"the late joiner is shown {late.stage}")
    asked = time.monotonic()
    await room.console.do("extend", seconds=MORE)
    await late.until(lambda stage: (stage.remaining_ms or 0) > LIMIT * 1000)
    _check_remaining(room, late, LIMIT + MORE, (sent, shown), asked)
    await room.tap(late, 1, "B")
    room.phones.append(late)
    await room.close()
    room.check(late.stage is not None and late.stage.answer == "B", f"the late joiner's reveal: {late.stage}")
    row = next((row for row in await room.console.export("results") if row["student_id"] == late.id), {})
    room.check(row.get("answered") == "1", f"the late joiner's results: {row}")
    room.check(row.get("q1_answer", "") == "", f"missed question has an answer: {row}")


def _check_remaining(room: Classroom, phone: Phone, limit: int, opened: tuple[float, float], asked: float) -> None:
    """What ``phone`` was shown, drawn between ``asked`` and its arrival, of a question opened within ``opened``."""
    told = phone.stage.remaining_ms if phone.stage is not None else None
    least = limit * 1000 - (phone.seen_at - opened[0]) * 1000 - TOLERANCE
    most = limit * 1000 - (asked - opened[1]) * 1000 + TOLERANCE
    fits = told is not None and least <= told <= most
    room.check(fits, f"{phone.id} is told {told} ms left, it is between {least:.0f} and {most:.0f}")


async def disconnect(room: Classroom) -> None:
    """Half the class loses the wifi in mid-question and comes back: same question, same answer, less time."""
    await room.fresh()
    sent = time.monotonic()
    await room.open("open", question=0, time_limit=LIMIT)
    shown = min((phone.seen_at for phone in room.phones), default=time.monotonic())
    gone = room.phones[::2]
    answered = gone[::2]
    await room.all_tap(0, "A", answered)
    for phone in gone:
        phone.leave()
    await asyncio.sleep(0.5)
    asked = time.monotonic()
    await room.together(phone.open_stream(room.patience) for phone in gone)
    for phone in gone:
        stage, saved = phone.stage, "A" if phone in answered else None
        room.check(stage is not None and stage.question == 0, f"{phone.id} is back at {stage}")
        room.check(stage is not None and stage.answer == saved, f"{phone.id} is back with {stage}, saved was {saved}")
        _check_remaining(room, phone, LIMIT, (sent, shown), asked)
    await room.all_tap(0, "B", [phone for phone in room.phones if phone not in answered])
    await room.close()
    for phone in room.phones:
        expected = "A" if phone in answered else "B"
        room.check(phone.stage is not None and phone.stage.answer == expected, f"{phone.id}: reveal {phone.stage}")
    room.check_streams("after the disconnect")


async def sleep_and_wake(room: Classroom) -> None:
    """Phones that slept through a close and an opening wake up on the new question; the old one takes no answer."""
    await room.fresh()
    await room.ask(0)
    asleep = room.phones[::2]
    for phone in asleep:
        phone.leave()
    await room.all_tap(0, "A", room.phones[1::2])
    await room.close()
    await room.ask(1)
    await room.together(_wake(room, phone) for phone in asleep)
    await room.close()
    for row in await room.console.export("results"):
        slept = row["student_id"] in {phone.id for phone in asleep}
        fits = (row["q1_answer"] == "") == slept and row["q2_answer"] == ("B" if slept else "")
        room.check(fits, f"results of one who {'slept' if slept else 'was awake'}: {row}")


async def _wake(room: Classroom, phone: Phone) -> None:
    stale = await phone.answer(0, "A", room.patience)  # the tap that the sleeping page still had in it
    room.check_reply(f"{phone.id} answers the question it slept on", stale, 409, "stale")
    for path in ("/", "/state"):
        page = stage_in((await phone.get(path, room.patience)).body)
        room.check(page is not None and page.question == 1, f"{phone.id} wakes up: GET {path} shows {page}")
    await phone.open_stream(room.patience)
    room.check(phone.stage is not None and phone.stage.question == 1, f"{phone.id} wakes up on {phone.stage}")
    await room.tap(phone, 1, "B")


async def flaky(room: Classroom) -> None:
    """Phones that connect and drop again and again leave no ghosts in the count of open streams."""
    base = await _steady(room)
    await room.fresh()
    await room.ask(0)
    await room.together(_flap(room, phone) for phone in room.phones)
    await _settles(room, base)
    await room.together(phone.open_stream(room.patience) for phone in room.phones)
    count = await room.console.open_streams()
    room.check(count == base + len(room.phones), f"{count} open streams after all came back, not {len(room.phones)}")
    await room.close()
    room.check_streams("flaky class, once it is back")
    room.dismiss()
    await _settles(room, base)


async def _flap(room: Classroom, phone: Phone) -> None:
    for turn in range(RECONNECTS):
        if turn % 2:
            await phone.open_stream(room.patience)
        else:  # gone again before the first byte came
            wire = await phone.listen("/stream", lambda _: None, lambda _: None, room.patience)
            wire.abort()
        await asyncio.sleep(room.dice.random() * 2 * room.size / RATE)
        phone.leave()


async def _steady(room: Classroom) -> int:
    """The count of open streams once it rests: those of the scene before may still be leaving."""
    count, until = -1, time.monotonic() + room.patience
    while time.monotonic() < until:
        before, count = count, await room.console.open_streams()
        if before == count:
            break
        await asyncio.sleep(0.5)
    return count


async def _settles(room: Classroom, count: int) -> None:
    until, now = time.monotonic() + room.patience, -1
    while time.monotonic() < until:
        now = await room.console.open_streams()
        if now == count:
            return
        await asyncio.sleep(0.1)
    room.check(False, f"{now} open streams are left where {count} were before: ghosts")


async def two_tabs(room: Classroom) -> None:
    """Two tabs of one student: both follow, the first tap counts in both, and it is one participant."""
    await room.fresh()
    owner = room.phones[0]
    tab = owner.tab()
    await tab.open_stream()
    hall = await room.console.health()
    room.check(hall["participants"] == len(room.phones), f"a second tab is no participant: {hall}")
    await room.ask(0)
    await tab.until(lambda stage: stage.question == 0 and stage.state == "question_open")
    await room.tap(owner, 0, "A")
    await tab.until(lambda stage: stage.answer == "A")
    second = stage_in((await tab.answer(0, "B")).body)
    room.check(second is not None and second.answer == "A", f"another option in the other tab: {second}")
    tab.hang_up()
    await room.close()
    room.check(owner.stage is not None and owner.stage.answer == "A", f"after a tab was closed: {owner.stage}")
    room.check_streams("two tabs")
    tab.leave()
