"""An answer that needs no task, and a head that needs no parser, say to the byte what the usual way says."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from uvicorn.server import ServerState

from portal.domain.ids import QuestionNumber, Turn
from portal.domain.quiz import commands as c
from portal.protocol import PunctualProtocol
from portal.repeats import known
from portal.server import server
from portal.store.log import NotSaved
from portal.web import student_pages, taps
from tests.asgi import HeldClock, running, settle
from tests.bench.steps import AGES, SENT, Nowhere
from tests.serving import pool_text

PLAIN = "Content-Type: application/x-www-form-urlencoded\r\nHX-Request: true\r\n"
FORM = f"{SENT.replace('HX-Request: true', 'X: 1')}{PLAIN}"
BY_CHANCE = re.compile(rb'date: [^\r]*\r\n|name="device" value="[^"]*"')


class Line:
    """A kept connection of a phone to an application, in this process."""

    def __init__(self, app: Starlette) -> None:
        self.app, self.sent, self.cookie = app, b"", ""
        config = server(app, app.state.settings).config
        config.load()
        make = cast("Callable[..., PunctualProtocol]", config.http_protocol_class)
        self.protocol = make(config=config, server_state=ServerState(), app_state={})
        self.transport = Heard(self)
        self.protocol.connection_made(self.transport)

    async def ask(self, *pieces: bytes) -> bytes:
        """What is sent in reply to ``pieces``, without its date and what is drawn by lot."""
        self.sent = b""
        for piece in pieces:
            self.protocol.data_received(piece)
        await answered(self)
        return BY_CHANCE.sub(b"", self.sent)

    async def join(self, who: str) -> None:
        form = urlencode({"student_id": who, "name": who.title(), "device": who * 20})
        reply = await self.ask(request("POST /join", "", form))
        self.cookie = reply.partition(b"set-cookie: ")[2].partition(b";")[0].decode()
        assert b"200 OK" in await self.ask(request("GET /", self.cookie))

    def tap(self, answer: str, question: int = 0, head: str = FORM) -> bytes:
        return request("POST /answer", self.cookie, urlencode({"question": question, "answer": answer}), head)


class Heard(Nowhere):
    def __init__(self, line: Line) -> None:
        super().__init__(lambda: None)
        self.line, self.closed = line, False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.line.sent += bytes(data)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


def request(line: str, cookie: str, form: str = "", head: str = FORM) -> bytes:
    length = f"Content-Length: {len(form)}\r\n" if form else ""
    return f"{line} HTTP/1.1\r\n{head}Cookie: {cookie}\r\n{length}\r\n{form}".encode()


async def answered(line: Line) -> None:
    """Until nothing is under way on ``line``, be it in a task or with the writer."""
    for _ in range(2):  # what came second in a piece begins when the first is answered
        await settle()
        with suppress(NotSaved):
            await line.app.state.portal.log.execute([])
        while line.protocol.tasks:
            _, hanging = await asyncio.wait(line.protocol.tasks, timeout=10)
            assert not hanging


class Halls:
    """Two of the same, with the same phones: one takes answers at once, the other knows only the usual way."""

    def __init__(self, prompt: Starlette, usual: Starlette) -> None:
        self.prompt, self.usual = prompt, usual

    async def phones(self, who: str) -> tuple[Line, Line]:
        pair = Line(self.prompt), Line(self.usual)
        for each in pair:
            await each.join(who)
        return pair

    async def open(self, question: int) -> None:
        await self._do(lambda turn: c.Open(turn, QuestionNumber(question), AGES))

    async def close(self) -> None:
        await self._do(c.Close)

    async def _do(self, command: Callable[[Turn], c.Command]) -> None:
        for app in (self.prompt, self.usual):
            run = app.state.portal.run
            await run.execute(command(run.shown.turn))


@asynccontextmanager
async def halls(folder: Path) -> AsyncIterator[Halls]:
    clock = HeldClock()
    async with AsyncExitStack() as stack:
        apps = []
        for name in ("prompt", "usual"):
            (folder / name).mkdir()
            apps.append(await stack.enter_async_context(running(folder / name, pool_text("B", "B", ["A", "B"]), clock)))
        vars(apps[1])["at_once"] = lambda *_: False
        yield Halls(*apps)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ways that requests took from here on: ``task``, ``again`` (not parsed)."""
    ways: list[str] = []
    for name, way in (("_begin_task", "task"), ("_begin_again", "again")):

        def told(
            self: PunctualProtocol, *given: object, way: str = way, made: object = getattr(PunctualProtocol, name)
        ) -> None:
            ways.append(way)
            cast("Callable[..., None]", made)(self, *given)

        monkeypatch.setattr(PunctualProtocol, name, told)
    return ways


def test_an_answer_needs_no_task_and_a_head_is_parsed_once(tmp_path: Path, begun: list[str]) -> None:
    async def play() -> None:
        async with halls(tmp_path) as both:
            ours, theirs = await both.phones("ada")
            for question, answer, ways in ((0, "B", []), (1, "C", ["again"]), (2, "A", ["again"])):
                await both.open(question)
                begun.clear()
                reply = await ours.ask(ours.tap(answer, question))
                assert begun == ways
                assert b"200 OK" in reply
                assert f'data-answer="{answer}"'.encode() in reply
                assert reply == await theirs.ask(theirs.tap(answer, question))
                await both.close()
            assert ours.app.state.portal.run.shown.tallies == theirs.app.state.portal.run.shown.tallies

    asyncio.run(play())


CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n13\r\nquestion=0&answer=B\r\n0\r\n\r\n"
HEADS = {  # of an answer: what of it is otherwise
    "no form": FORM.replace("x-www-form-urlencoded", "json"),
    "another spelling of form": FORM.replace("urlencoded", "urlencoded; charset=utf-8"),
    "no script": FORM.replace("HX-Request: true", "X-Request: true"),
    "an empty script": FORM.replace("HX-Request: true", "HX-Request: "),
    "another site": FORM.replace("same-origin", "cross-site"),
    "in German": FORM.replace("en-GB,en", "de"),
    "an upgrade": f"Upgrade: websocket\r\nConnection: upgrade\r\n{FORM}",
    "to be closed": FORM.replace("keep-alive", "close"),
    "to be continued": f"Expect: 100-continue\r\n{FORM}",
}


def thrice(head: str, line: Line) -> list[tuple[bytes, ...]]:
    return [(line.tap("B", head=head),)] * 3


ODD: dict[str, Callable[[Line], list[tuple[bytes, ...]]]] = {
    "again": lambda line: [(line.tap("B"),), (line.tap("B"),)],
    "another": lambda line: [(line.tap("B"),), (line.tap("C"),)],
    "a question that is not open": lambda line: [(line.tap("B", 1),)],
    "no letter": lambda line: [(line.tap(""),)],
    "no such letter": lambda line: [(line.tap("Z"),)],
    "no question": lambda line: [(request("POST /answer", line.cookie, "answer=B"),)],
    "too much": lambda line: [(line.tap("B" * 20_000),)],
    "long": lambda line: [(line.tap("B" * 300),)],
    "a form that is too long": lambda line: [
        (request("POST /answer", line.cookie, f"question=0&answer=B&more={'x' * 20_000}"),)
    ],
    "nobody": lambda line: [(request("POST /answer", "", "question=0&answer=B"),)],
    "a forged cookie": lambda line: [(line.tap("B").replace(b"portal=", b"portal=x"),)],
    "in two pieces": lambda line: [(line.tap("B")[:-4], line.tap("B")[-4:])],
    "byte by byte": lambda line: [tuple(bytes([each]) for each in line.tap("B"))],
    "two at once": lambda line: [(line.tap("B") + line.tap("C"),)],
    "two with a page": lambda line: [(line.tap("B") + request("GET /", line.cookie),)],
    "an end and a beginning": lambda line: [
        (line.tap("B")[:50], line.tap("B")[50:] + line.tap("C")[:50], line.tap("C")[50:])
    ],
    "a line before": lambda line: [(b"\r\n" + line.tap("B"),)],
    "a line behind": lambda line: [(line.tap("B") + b"\r\n",), (line.tap("C"),)],
    "chunks": lambda line: [(line.tap("B").partition(b"Content-Length")[0] + CHUNKED,)] * 2,
    "the version before": lambda line: [(line.tap("B").replace(b"HTTP/1.1", b"HTTP/1.0"),)] * 2,
    "read": lambda line: [(request("GET /answer", line.cookie),), (request("HEAD /answer", line.cookie),)],
    "garbage behind": lambda line: [(line.tap("B") + b"\0\0\0",)],
    **{what: partial(thrice, head) for what, head in HEADS.items()},
}


@pytest.mark.parametrize("odd", ODD)
def test_whatever_is_not_plain_goes_the_usual_way(tmp_path: Path, odd: str) -> None:
    async def play() -> None:
        async with halls(tmp_path) as both:
            ours, theirs = await both.phones("ada")
            bob, _ = await both.phones("bob")
            await both.open(0)
            assert ours.cookie == theirs.cookie
            for pieces in ODD[odd](ours):
                assert await ours.ask(*pieces) == await theirs.ask(*pieces)
                if ours.transport.closed:
                    break
            assert ours.transport.closed == theirs.transport.closed
            answers = [each.app.state.portal.run.shown.participants["ada"].answers for each in (ours, theirs)]
            assert answers[0] == answers[1]
            assert b'data-answer="C"' in await bob.ask(bob.tap("C"))  # nobody else notices

    asyncio.run(play())


def test_a_known_head_is_known_only_where_a_request_begins(tmp_path: Path, begun: list[str]) -> None:
    async def play() -> None:
        async with halls(tmp_path) as both:
            ours, theirs = await both.phones("ada")
            await both.open(0)
            assert await ours.ask(ours.tap("B")) == await theirs.ask(theirs.tap("B"))
            await both.open(1)
            tap, page = ours.tap("B", 1), request("GET /", ours.cookie)
            holding = request("POST /event", ours.cookie, "x" * len(tap))[: -len(tap)]
            for pieces in (tap[:90], tap[90:]), (holding, tap), (page[:-4] + b"\r\nX: ", tap), (tap + tap,):
                assert await ours.ask(*pieces) == await theirs.ask(*pieces)
            assert "again" not in begun
            await both.open(2)
            assert b"200 OK" in await ours.ask(ours.tap("B", 2))
            assert "again" in begun

    asyncio.run(play())


def test_the_end_of_another_request_is_no_part_of_a_head(tmp_path: Path) -> None:
    async def play() -> None:
        async with halls(tmp_path) as both:
            ours, theirs = await both.phones("ada")
            await both.open(0)
            about = request("POST /event", ours.cookie, "kind=hidden")
            for pieces in (about[:-4], about[-4:] + ours.tap("B")), (about[-4:] + ours.tap("C"),):
                assert await ours.ask(*pieces) == await theirs.ask(*pieces)
            assert b"400 Bad Request" in ours.sent
            assert ours.transport.closed

    asyncio.run(play())


def test_a_known_head_waits_for_its_turn(tmp_path: Path, begun: list[str]) -> None:
    async def play() -> None:
        async with halls(tmp_path) as both:
            ours, theirs = await both.phones("ada")
            for question in range(4):
                if question < 3:
                    await both.open(question)
                else:
                    await both.close()
                tap = ours.tap("A", min(question, 2))
                pieces = tap, tap.replace(b"question=", b"question-"), tap  # the second is refused without waiting
                assert await ours.ask(*pieces) == await theirs.ask(*pieces)
            assert "again" in begun

    asyncio.run(play())


@pytest.mark.filterwarnings("ignore")
def test_a_disk_that_fails_is_told_as_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> None:
        async with halls(tmp_path) as both:
            ours, theirs = await both.phones("ada")
            await both.open(0)
            for app in (both.prompt, both.usual):
                monkeypatch.setattr(app.state.portal.log, "_commit", fails)
            reply = await ours.ask(ours.tap("B"))
            assert b"503" in reply.partition(b"\r\n")[0]
            assert reply == await theirs.ask(theirs.tap("B"))
            monkeypatch.undo()
            assert await ours.ask(ours.tap("C")) == await theirs.ask(theirs.tap("C"))

    def fails(*_: object) -> None:
        raise OSError("no space left on device")

    asyncio.run(play())


def test_a_reply_that_cannot_be_drawn_is_the_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: list[str]
) -> None:
    async def play() -> None:
        async with halls(tmp_path) as both:
            ours, theirs = await both.phones("ada")
            await both.open(0)
            monkeypatch.setattr(taps, "stage_reply", fails)
            begun.clear()
            assert await ours.ask(ours.tap("B")) == await theirs.ask(theirs.tap("B"))
            assert begun == ["task", "task"]
            monkeypatch.setattr(student_pages, "stage_reply", fails)
            reply = await ours.ask(ours.tap("B"))
            assert b"500" in reply.partition(b"\r\n")[0]
            assert reply == await theirs.ask(theirs.tap("B"))

    def fails(*_: object) -> bytes:
        raise ZeroDivisionError

    asyncio.run(play())


def test_an_answer_of_a_phone_that_is_gone_is_saved(tmp_path: Path) -> None:
    async def play() -> None:
        async with halls(tmp_path) as both:
            ours, _ = await both.phones("ada")
            await both.open(0)
            ours.sent = b""
            ours.protocol.data_received(ours.tap("B"))
            ours.transport.closed = True
            ours.protocol.connection_lost(None)
            await answered(ours)
            assert ours.sent == b""
            assert ours.app.state.portal.run.shown.participants["ada"].answers[0].choice == "B"

    asyncio.run(play())


@pytest.mark.parametrize(
    ("piece", "body", "is_known"),
    [
        (b"POST / HTTP/1.1\r\na: b\r\n\r\nx=1", 3, True),
        (b"GET / HTTP/1.1\r\na: b\r\n\r\n", 0, True),
        (b"POST / HTTP/1.1\r\na: b\r\n\r\n3\r\nx=1\r\n0\r\n\r\n", 3, False),
        (b"POST / HTTP/1.1\r\na: b\r\n\r\nx=1GET", 3, False),
        (b"\r\n\r\nPOST / HTTP/1.1\r\na: b\r\n\r\nx=1", 3, False),
        (b"POST / HTTP/1.1\na: b\n\nx=1", 3, False),
    ],
)
def test_only_a_request_that_fills_its_piece_is_kept(piece: bytes, body: int, is_known: bool) -> None:
    kept = known(piece, {}, body)
    assert (kept is not None) == is_known
    if kept is not None:
        assert kept.is_again(piece)
        assert not kept.is_again(piece + b"x")
        assert not kept.is_again(piece[1:] + b"x")
