"""What is one student's alone reaches no other student; ids reach no hall; secrets reach nobody.

Ten students whose ids, claims, receipts, re-join codes and answers are all known to the test; every byte that everybody
is sent, from the lobby to the end, is searched for what is somebody else's.
"""

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path

from tests.asgi import Client, running, settle
from tests.pool_texts import CONTEST_QUESTION, MYSTERY, contest
from tests.security.asking import ask, joined, sign_in
from tests.serving import PASSWORD, pool_text

CLASS = 10
PAGES = ("/", "/me", "/stats", "/state?v=0")
HALL = ("/projector", "/projector/state?v=0", "/healthz", "/qr.svg")
ANSWER = re.compile(rb'data-answer=\\?"([A-D,]*)\\?"')


@dataclass(slots=True)
class Canaries:
    """What must be seen by nobody else, by student; what must be seen by nobody at all."""

    private: dict[str, set[bytes]] = field(default_factory=dict)
    secret: set[bytes] = field(default_factory=set)

    def of_others(self, who: str) -> set[bytes]:
        return set().union(*(known for name, known in self.private.items() if name != who))


def answer_of(place: int, question: int) -> str:
    return "ABCD"[(place + question) % 4]


async def lecture(folder: Path) -> tuple[list[Client], list[Client], Canaries]:
    """Everybody's whole traffic, and what to look for in it."""
    async with running(folder, pool_text("B", "C", None)) as app:
        console = await sign_in(app)
        class_ = [await joined(app, f"id-canary-{place}-x", f"Person {place}") for place in range(CLASS)]
        hall, stranger = Client(app, "hall"), Client(app, "stranger")

        async def everybody_looks() -> None:
            await settle()
            for phone in class_:
                for path in PAGES:
                    await phone.get(path)
            for path in HALL:
                await hall.get(path)
                await stranger.get(path)
            await stranger.get("/")

        for phone in class_:
            phone.listen("/stream")
        hall.listen("/projector/stream")
        await everybody_looks()
        for question in range(3):
            await console.tap("/admin/next", turn=app.state.portal.run.shown.turn)
            for place, phone in enumerate(class_):
                reply = await phone.tap("/answer", question=question, answer=answer_of(place, question))
                assert f'data-answer="{answer_of(place, question)}"' in reply.text
            await stranger.tap("/join", student_id=class_[question].name, name="Mallory")
            await everybody_looks()
            await console.tap("/admin/close", turn=app.state.portal.run.shown.turn)
            await everybody_looks()
            await console.tap("/admin/standings", turn=app.state.portal.run.shown.turn)
            for slide in ("answers", "times", "scores", "leaders", "join", "auto"):
                await console.tap("/admin/projector", slide=slide)
                await everybody_looks()
        await console.tap("/admin/next", turn=app.state.portal.run.shown.turn)
        await everybody_looks()
        state = app.state.portal.run.shown
        assert state.phase.value == "finished"
        told = Canaries(secret={b"k" * 32, PASSWORD.encode(), str(folder).encode(), b"portal.db"})
        for phone in class_:
            person = state.participants[phone.name]
            receipts = {answer.receipt.encode() for answer in person.answers.values()}
            assert len(receipts) == 3
            told.private[phone.name] = {
                phone.name.encode(),
                str(person.claim).encode(),
                person.code.encode(),
                *receipts,
            }
        for client in (*class_, hall):
            await client.leave()
        return class_, [hall, stranger], told


def sent_to(client: Client) -> bytes:
    return b"\n".join(client.transcript)


def test_nobody_s_traffic_holds_what_is_another_s(tmp_path: Path) -> None:
    class_, public, told = asyncio.run(lecture(tmp_path))
    for place, phone in enumerate(class_):
        sent = sent_to(phone)
        own = told.private[phone.name]
        # a code has six digits: it is looked for as a word, where a time or a count may hold the same digits
        assert sum(canary in sent for canary in own) >= 4, "one's own receipts and code are there to be seen"
        assert not [canary for canary in told.of_others(phone.name) if holds(sent, canary)]
        mine = {answer_of(place, question).encode() for question in range(3)}
        assert set(ANSWER.findall(sent)) <= mine, "somebody else's answer was shown"
    for client in public:
        sent = sent_to(client)
        assert len(sent) > 10_000
        assert b"Person" in sent or client.name == "stranger"
        tried = {phone.name.encode() for phone in class_[:3]} if client.name == "stranger" else set()
        assert not [canary for canary in told.of_others("") - tried if holds(sent, canary)]
    everything = b"".join(map(sent_to, [*class_, *public]))
    assert not [secret for secret in told.secret if secret in everything]


def test_a_missing_page_a_bad_form_and_a_closed_door_tell_no_secret(tmp_path: Path) -> None:
    async def visits() -> bytes:
        async with running(tmp_path, pool_text()) as app:
            replies = [await ask(app, "GET", path) for path in ("/nope", "/admin/runs", "/static/nope", "/admin/x")]
            replies += [await ask(app, "POST", path, {}, b"\xff") for path in ("/join", "/admin/login", "/answer")]
            replies.append(await ask(app, "GET", "/healthz"))
            return b"".join(reply.body for reply in replies)

    sent = asyncio.run(visits())
    assert not [secret for secret in (b"k" * 32, PASSWORD.encode(), str(tmp_path).encode()) if secret in sent]


def holds(sent: bytes, canary: bytes) -> bool:
    return re.search(rb"(?<![\w-])" + re.escape(canary) + rb"(?![\w-])", sent) is not None


async def contest_day(folder: Path) -> tuple[list[Client], Client, dict[str, set[bytes]]]:
    """Five teams register, ask, answer and open boxes; their whole traffic, the hall's, and what is private of each."""
    questions = [{**CONTEST_QUESTION, "id": f"q{number}", "text": f"Which {number}?"} for number in range(8)]
    boxes = [{**MYSTERY, "id": f"m{number}", "text": f"Box {number}?"} for number in range(6)]
    async with running(folder, contest(*questions, mystery=boxes, starting_points=500)) as app:
        console, hall, teams = await sign_in(app), Client(app, "hall"), []
        for number in range(5):
            team = Client(app, f"Team {number}")
            form = {
                "team_name": team.name,
                "members": f"member-canary-{number}",
                "email": f"canary{number}@example.org",
            }
            assert (await team.tap("/team/register", **form)).status == 303
            team.listen("/stream")
            teams.append(team)
        hall.listen("/projector/stream")
        await settle()
        await console.tap("/admin/next", turn=app.state.portal.run.contest.turn)
        for number, team in enumerate(teams):
            assert (await team.tap("/team/question", question_id=f"q{number}")).status == 200
            assert (await team.tap("/team/answer", question_id=f"q{number}", answer="ABCD"[number % 4])).status == 200
            await team.get("/team/mystery")
            assert (await team.tap("/team/mystery", difficulty="MEDIUM")).status == 200
            for path in ("/", "/me", "/state?v=0"):
                await team.get(path)
            await hall.get("/projector")
            await settle()
        await console.tap("/admin/end", turn=app.state.portal.run.contest.turn)
        await settle()
        state, private = app.state.portal.run.contest, {}
        for number, team in enumerate(teams):
            known = state.teams[f"t{number + 1}"]
            claims = {str(claim).encode() for claim, holder in state.claims.items() if holder == known.id}
            assert claims
            private[team.name] = {*claims, known.code.encode(), f"canary{number}@example.org".encode()}
        for client in (*teams, hall):
            await client.leave()
        return teams, hall, private


def test_no_team_s_traffic_holds_another_s_code_claim_or_address(tmp_path: Path) -> None:
    teams, hall, private = asyncio.run(contest_day(tmp_path))
    for team in teams:
        sent = sent_to(team)
        assert any(holds(sent, canary) for canary in private[team.name]), "one's own code is there to be seen"
        others = set().union(*(known for name, known in private.items() if name != team.name))
        assert not [canary for canary in others if holds(sent, canary)]
    sent = sent_to(hall)
    assert b"Team 3" in sent
    assert not [canary for canary in set().union(*private.values()) if holds(sent, canary)]
    assert b"member-canary" not in sent
