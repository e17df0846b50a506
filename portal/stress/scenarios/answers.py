"""Taps that cannot count, count once, or come in the very instant of closing."""

import asyncio
import time
from collections import Counter

from portal.stress import marking
from portal.stress.classroom import Classroom
from portal.stress.http import Browser, Reply
from portal.stress.phone import Phone
from portal.stress.stage import error_in, stage_in
from portal.stress.wire import Dropped

BELL = 5  # seconds: the shortest time limit
GRACE = 0.5  # seconds after the bell in which a tap still counts
AROUND = (-0.6, 1.6)  # seconds from the bell between which the class taps
STORM = 0.08  # seconds in the middle of which the instructor closes
CLOCKS = 0.02  # seconds by which two readings of one moment may differ
REPEATS = 12


async def bad_answers(room: Classroom) -> None:
    """Each wrong tap gets its own refusal; a repeated one gets the first; none disturbs the class."""
    await room.fresh()
    phone, others = room.phones[0], room.phones[1:]
    room.check_reply("an answer in the lobby", await phone.answer(0, "A"), 409, "not_open")
    await room.ask(0)
    bad = [
        ("0", "Z"),
        ("0", "A,B"),
        ("0", ""),
        ("0", "AB"),
        ("0", "1"),
        ("", "A"),
        ("x", "A"),
        ("-1", "A"),
        ("1e0", "A"),
    ]
    for question, choice in bad:
        taps = [("answer", letter) for letter in choice.split(",")]
        reply = await phone.post("/answer", (("question", question), *taps))
        room.check_reply(f"answer {choice!r} to question {question!r}", reply, 422, "bad_answer")
    room.check_reply(
        "an answer without an answer", await phone.post("/answer", (("question", "0"),)), 422, "bad_answer"
    )
    room.check_reply("an answer to no question", await phone.answer(99_999, "A"), (409, 422))
    room.check_reply("an answer to a later question", await phone.answer(1, "A"), 409)
    stranger = Browser(room.site)
    tap = await stranger.post("/answer", (("question", "0"), ("answer", "A")))
    room.check_reply("an answer of nobody", tap, 401, "no_identity")
    stranger.close()
    page = stage_in((await phone.get("/")).body)
    room.check(page is not None and page.answer is None, f"a bad answer was kept: {page}")
    await _repeat(room, phone)
    await room.all_tap(0, "B", others)
    await room.close()
    late = await phone.answer(0, "C")
    room.check_reply("an answer after the close", late, 409, "not_open")
    await room.ask(1)
    room.check_reply("an answer to the question before", await phone.answer(0, "B"), 409, "stale")
    rows = marking.given(await room.console.export("answers")).get(0, {})
    counted = Counter(row["answer"] for row in rows.values())
    room.check(counted == Counter({"A": 1, "B": len(others)} if others else {"A": 1}), f"answers.csv counts {counted}")
    room.check_streams("bad answers")


async def _repeat(room: Classroom, phone: Phone) -> None:
    """The same tap again, another one, and a dozen at once: always 200, always the first."""
    for choice in ("A", "A", "B"):
        await _check_first(room, await phone.answer(0, choice), f"{choice} after A")
    tabs = [phone.tab() for _ in range(REPEATS)]
    replies = await asyncio.gather(*(tab.answer(0, "ABCD"[index % 4]) for index, tab in enumerate(tabs)))
    for reply in replies:
        await _check_first(room, reply, "one of many taps at once")
    for tab in tabs:
        tab.leave()


async def _check_first(room: Classroom, reply: Reply, what: str) -> None:
    stage = stage_in(reply.body)
    fits = reply.status == 200 and stage is not None and stage.answer == "A"
    room.check(fits, f"{what}: {reply.status} {error_in(reply.body)} {stage}")


async def closing(room: Classroom) -> None:
    """Taps in the instant of closing, and of closing what was reopened: accepted if, and only if, they are counted."""
    await room.fresh()
    early, storm, late = room.phones[::4], room.phones[1::4] + room.phones[2::4], room.phones[3::4]
    for opening in ("next", "next", "reopen"):
        hall = await room.open(opening)
        question = hall.question or 0
        taps = [_late_tap(room, phone, question, 0.0) for phone in early]
        replies = dict(await asyncio.gather(*taps))
        room.check(
            all(reply and reply.status == 200 for reply in replies.values()), "a tap before the close is refused"
        )
        taps = [_late_tap(room, phone, question, room.dice.random() * STORM) for phone in storm]
        rest = asyncio.gather(*taps)
        await asyncio.sleep(STORM / 2)
        room.check_reply("close", await room.console.send("close", hall.turn), (200, 204, 303))
        replies |= dict(await rest) | dict(
            await asyncio.gather(*(_late_tap(room, each, question, 0.0) for each in late))
        )
        await room.together(_sees_the_close(room, phone) for phone in room.phones)
        await _compare(room, question, replies, "not_open")
        counted = {student for student, reply in replies.items() if reply and reply.status == 200}
        room.check(not counted & {phone.id for phone in late}, "a tap after the close is accepted")
    room.check_streams("closing")


async def bell(room: Classroom) -> None:
    """The same around the bell: in time counts, within the grace counts with the full time, later is refused."""
    await room.fresh()
    sent = time.monotonic()
    await room.open("open", question=0, time_limit=BELL)
    shown = min((phone.seen_at for phone in room.phones), default=sent)
    earliest, latest = sent + BELL, shown + BELL  # between these moments the bell rings
    grace = GRACE if room.server is not None else 0.0  # another's server may be set to another grace
    waits = [latest - time.monotonic() + AROUND[0] + room.dice.random() * (AROUND[1] - AROUND[0]) for _ in room.phones]
    taps = (_late_tap(room, phone, 0, wait) for phone, wait in zip(room.phones, waits, strict=True))
    replies = dict(await asyncio.gather(*taps))
    await room.together(_sees_the_close(room, phone) for phone in room.phones)
    for student, reply in replies.items():
        if reply is not None and reply.came_at < earliest + grace:
            room.check_reply(f"{student} was answered {earliest - reply.came_at:.3f} s before the bell", reply, 200)
        if reply is not None and reply.sent_at > latest + GRACE + CLOCKS:
            what = f"{student} tapped {reply.sent_at - latest:.3f} s after the bell"
            room.check_reply(what, reply, 409 if room.server is not None else (200, 409))
    await _compare(room, 0, replies, "time_expired")
    for row in marking.given(await room.console.export("answers")).get(0, {}).values():
        room.check(0 <= int(row["elapsed_ms"]) <= BELL * 1000, f"elapsed is not clipped to the limit: {row}")


async def _sees_the_close(room: Classroom, phone: Phone) -> None:
    await phone.until(lambda stage: stage.state == "question_closed", room.patience)


async def _late_tap(room: Classroom, phone: Phone, question: int, wait: float) -> tuple[str, Reply | None]:
    await asyncio.sleep(max(0.0, wait))
    try:
        return phone.id, await phone.answer(question, "A", room.patience)
    except Dropped as fault:
        room.faults.add(str(fault))
        return phone.id, None


async def _compare(room: Classroom, question: int, replies: dict[str, Reply | None], refusal: str) -> None:
    """Every 200 is in ``answers.csv`` and every refusal is not; the reveal shows each phone the same."""
    rows = marking.given(await room.console.export("answers")).get(question, {})
    for phone in room.phones:
        reply = replies.get(phone.id)
        if reply is None:
            continue
        accepted = reply.status == 200
        if not accepted:
            room.check_reply(f"{phone.id}: a tap at the close of {question}", reply, 409, refusal)
        room.check(accepted == (phone.id in rows), f"{phone.id} got {reply.status}, counted: {phone.id in rows}")
        stage = phone.stage
        shown = stage is not None and stage.state == "question_closed" and (stage.answer is not None) == accepted
        room.check(shown, f"{phone.id} got {reply.status}, its reveal is {stage}")
