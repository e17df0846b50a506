"""Who is who: cookies that were tampered with, cookies of another run, and ids that somebody holds already."""

import asyncio
import string

from portal.stress.classroom import Classroom
from portal.stress.http import Browser, Reply
from portal.stress.phone import Phone
from portal.stress.stage import has_join_form, stage_in
from portal.stress.wire import Dropped

LETTERS = string.ascii_letters + string.digits + "-_."
AT_ONCE = 8


async def tampered_cookie(room: Classroom) -> None:
    """No cookie is accepted that differs from the given one in a single character, wherever it is."""
    await room.fresh()
    await room.ask(0)
    owner = room.phones[0]
    name, cookie = next(iter(owner.cookies.items()))
    await _check_attributes(room)
    forged = [cookie[:place] + _other(letter) + cookie[place + 1 :] for place, letter in enumerate(cookie)]
    forged += [cookie[:-1] + letter for letter in LETTERS if letter != cookie[-1]]  # base64 has spare bits at its end
    forged += [cookie[:-1], cookie + "A", cookie + cookie, cookie.swapcase(), "", "." * 64, "A" * 2000, f"{cookie}.x"]
    thief = Browser(room.site)
    for value in forged:
        thief.cookies = {name: value}
        await _check_stranger(room, thief, value)
    room.check(stage_in((await owner.get("/")).body) is not None, "the cookie as it was given is not accepted any more")
    await room.tap(owner, 0, "A")
    await room.close()
    answered = sum(row["answered"] == "1" for row in await room.console.export("results"))
    room.check(answered == 1, f"{answered} have answered, not the one whose cookie was copied")
    room.check_streams("while cookies were tampered with")
    thief.close()


def _other(letter: str) -> str:
    return "B" if letter == "A" else "A"


async def _check_stranger(room: Classroom, thief: Browser, value: str) -> None:
    """Whoever comes with ``value`` gets the join form and may do nothing."""
    page = await thief.get("/")
    room.check_reply(f"GET / with the cookie {value[:80]}", page, 200)
    room.check(has_join_form(page.body) and stage_in(page.body) is None, f"the cookie {value[:80]} was accepted")
    tap = await thief.post("/answer", (("question", "0"), ("answer", "A")))
    room.check_reply(f"an answer with the cookie {value[:80]}", tap, 401, "no_identity")


async def _check_attributes(room: Classroom) -> None:
    guest = room.newcomer(room.size)
    reply = await guest.join()
    for name, _, rest in reply.cookies:
        told = {part.strip().lower() for part in rest.split(";")}
        needed = {"httponly", "samesite=lax"} | ({"secure"} if room.site.scheme == "https" else set())
        room.check(needed <= told, f"the cookie {name} is set without {needed - told}")
    guest.leave()


async def cookie_of_another_run(room: Classroom) -> None:
    """After a reset every phone is at the join form, its old cookie is nobody's, and it can join anew."""
    veterans = await room.fresh()
    await room.ask(0)
    await room.all_tap(0)
    await room.console.do("reset")
    await room.together(_check_sent_away(room, phone) for phone in veterans)
    fresh = await room.console.health()
    room.check(fresh["participants"] == 0, f"after the reset: {fresh}")
    rejoined: list[Phone] = []
    for phone in veterans[:2]:
        old = dict(phone.cookies)
        room.check_reply(f"{phone.id} joins the new run", await phone.join(), (200, 204, 303))
        room.check(phone.cookies != old, f"{phone.id} has the same cookie in another run")
        await phone.open_stream()
        room.check(phone.stage is not None and phone.stage.state == "lobby", f"{phone.id} is back at {phone.stage}")
        rejoined.append(phone)
    room.phones = rejoined
    await room.ask(0)
    room.check_streams("the new run")
    for phone in veterans:
        phone.leave()


async def _check_sent_away(room: Classroom, phone: Phone) -> None:
    await phone.stream_ends(room.patience)
    room.check(phone.was_sent_away, f"{phone.id}: the reset did not take its open page to the join form")
    room.check(not phone.is_listening, f"{phone.id}: its stream of the old run is still open")
    page = await phone.get("/", room.patience)
    room.check_reply(f"{phone.id} GET / with the cookie of the old run", page, 200)
    room.check(has_join_form(page.body), f"{phone.id}: the cookie of the old run gets no join form")
    room.check_reply(f"{phone.id} answers with it", await phone.answer(0, "A", room.patience), 401, "no_identity")
    await phone.open_stream(room.patience)
    room.check(phone.was_sent_away, f"{phone.id}: a new stream with the old cookie does not lead to the join form")
    await phone.stream_ends(room.patience)
    room.check(not phone.is_listening, f"{phone.id}: a stream with the old cookie stays open")


async def duplicate_id(room: Classroom) -> None:
    """Who claims an id first keeps it, and nothing that others try with it disturbs the owner."""
    await room.fresh()
    owner = room.phones[0]
    for spelling in (owner.id, owner.id.upper()):
        intruder = Phone(room.site, spelling, "Mallory")
        reply = await intruder.join()
        room.check_reply(f"a second join as {spelling}", reply, 409)
        room.check(has_join_form(reply.body), f"a second join as {spelling} gets no form to try again")
        room.check(stage_in((await intruder.get("/")).body) is None, f"a second join as {spelling} is in")
        intruder.leave()
    room.check_reply("the owner joins again", await owner.join(), (200, 204, 303))
    room.check(stage_in((await owner.get("/")).body) is not None, "the owner joined again and has lost the page")
    events = [row for row in await room.console.export("events") if "duplicate_join" in row.values()]
    named = [row for row in events if any("Mallory" in cell for cell in row.values() if cell)]
    room.check(len(named) == 2, f"events.csv holds {len(named)} duplicate_join with the name given, not 2")
    await _rush(room)
    await owner.open_stream()
    await room.ask(0)
    await room.tap(owner, 0, "A")
    await room.close()
    room.check(owner.stage is not None and owner.stage.answer == "A", f"the owner's reveal: {owner.stage}")
    room.check_streams("after duplicate joins")


async def _rush(room: Classroom) -> None:
    """Of several devices that join with one new id in the same instant, one is in."""
    devices = [Phone(room.site, "rush-1", f"Device {number}") for number in range(AT_ONCE)]

    async def one(device: Phone) -> Reply | None:
        try:
            return await device.join(room.patience)
        except Dropped as fault:
            room.faults.add(str(fault))
            return None

    replies = [reply for reply in await asyncio.gather(*map(one, devices)) if reply is not None]
    statuses = sorted(reply.status for reply in replies)
    inside = [device for device in devices if stage_in((await device.get("/")).body) is not None]
    room.check(len(inside) == 1, f"{len(inside)} devices are in with one id: {statuses}")
    room.check(statuses.count(409) == AT_ONCE - 1, f"joins with one id at once: {statuses}")
    for device in devices:
        device.leave()
