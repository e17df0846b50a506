"""Pools that mean harm are refused or shown as text; spreadsheets of names that mean harm run nothing."""

import asyncio
import csv
import io
import json
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from starlette.applications import Starlette

from tests.asgi import Client, running
from tests.pool_texts import quiz
from tests.security.asking import joined, sign_in
from tests.serving import pool_text

MUTANTS = 120
PAGES = ("/", "/projector", "/admin/", "/admin/people", "/admin/questions", "/admin/room", "/admin/pools")
TEXTS: list[str] = [
    *("", " ", "\x00", "\u202e\u2066", "\ud7ff", "\ue000name\ue001", "&#xE000;boom&#xE001;", "\ufeff", "a" * 30_000),
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><form hx-post=/admin/next hx-trigger=load>'),
    *("{{ 7*7 }}", "{% include 'x' %}", "$" + "{" * 500 + "$", "$\\input{/etc/passwd}$", "![](file:///etc/passwd)"),
    *("[x](javascript:alert(1))", "> " * 300 + "x", "```\n" * 200, "|a" * 500, "data: x\n\nevent: y", "\r\n\r\nid: 1"),
    *("</hx-partial><hx-partial hx-target=body>", "*" * 5000, "[" * 3000, "&lt;b&gt;", "é" * 300, "\u0301" * 60),
]
ODD: list[Any] = [None, True, 0, -1, 10**30, 1e308, [], {}, [[]], {"A": {}}, ["A", "A"], {"a": "x", "b": "y"}, "Z"]
RAW = [
    b"",
    b"[",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"null",
    b'{"title": "\\ud800", "questions": [{"text": "\\ud800", "options": ["a", "b"], "correct": "A"}]}',
    b'{"title": NaN}',
    b'{"questions": ' + b"9" * 5_000 + b"}",
    b'{"title": 1e999}',
    b"\xef\xbb\xbf{}",
    b'{"questions": [' + b"{}," * 50_000 + b"{}]}",
    b'{"title": "x", "title": "y"}',
]


def mutated(chance: Random) -> str:
    """A good pool of which some values have become anything."""
    pool = json.loads(quiz())
    for _ in range(chance.randint(1, 4)):
        spot: Any = pool
        while chance.random() < 0.8 and isinstance(spot, dict | list) and spot:
            keys = list(spot) if isinstance(spot, dict) else list(range(len(spot)))
            key = chance.choice(keys)
            if not isinstance(spot[key], dict | list) or chance.random() < 0.2:
                spot[key] = chance.choice(TEXTS) if chance.random() < 0.6 else chance.choice(ODD)
                break
            spot = spot[key]
    return json.dumps(pool)


async def is_playable(app: Starlette, console: Client, phone: Client) -> None:
    """Every page of every state can be drawn with the pool that was just taken."""
    turn = 0
    for command in ("next", "close", "standings"):
        assert (await console.tap(f"/admin/{command}", turn=turn)).status == 200
        turn = app.state.portal.run.shown.turn
        for path in PAGES:
            assert (await console.get(path)).status == 200, path
        for path in ("/", "/me", "/stats", "/state?v=x"):
            assert (await phone.get(path)).status == 200, path
        reply = await phone.tap("/answer", question=0, answer="A")
        assert reply.status in (200, 409, 422)


async def _taken(app: Starlette, console: Client, text: str | bytes) -> bool:
    raw = text.encode() if isinstance(text, str) else text
    body = b"pool_text=" + quote_from_bytes(raw).encode()
    reply = await console.post("/admin/pools", body[: 2**20], hx_request="true")
    assert reply.status in (200, 400, 413, 422), reply.status
    if reply.status != 200:
        assert len(reply.text) > 1000, "refused on a page that says why"
        return False
    phone = await joined(app, "ada")
    await is_playable(app, console, phone)
    assert (await console.tap("/admin/reset", turn=app.state.portal.run.shown.turn)).status == 200
    return True


def test_whatever_pool_is_sent_it_is_refused_with_reasons_or_every_page_can_be_drawn(tmp_path: Path) -> None:
    async def lecture() -> int:
        chance = Random(7)  # noqa: S311 (to be the same each time)
        async with running(tmp_path, pool_text()) as app:
            console = await sign_in(app)
            taken = 0
            texts: list[str | bytes] = [*RAW, *(mutated(chance) for _ in range(MUTANTS))]
            for text in texts:
                taken += await _taken(app, console, text)
            return taken

    taken = asyncio.run(lecture())
    assert 10 < taken < MUTANTS - 10, "some are good enough to be played, some are not"


@pytest.mark.parametrize("where", ["text", "explanation", "option"])
@pytest.mark.parametrize("hole", ["\ue000boom\ue001", "&#xE000;boom&#xE001;", "&#57344;receipt&#57345;"])
def test_a_pool_that_holds_the_marks_that_pages_are_drawn_with_opens_no_hole(
    tmp_path: Path, where: str, hole: str
) -> None:
    question = {"text": "Which?", "options": {"A": "a", "B": "b"}, "correct": "A", "explanation": "Because."}
    question = {**question, where: hole} if where != "option" else {**question, "options": {"A": hole, "B": "b"}}

    async def lecture() -> str:
        async with running(tmp_path, pool_text()) as app:
            console = await sign_in(app)
            text = json.dumps({"title": "Holes", "questions": [question]}, ensure_ascii=False)
            if not await _taken(app, console, text):
                return "refused"
            return "played"

    assert asyncio.run(lecture()) == ("refused" if "\ue000" in hole else "played")


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil")',
    "=" * 40,
]


def test_no_cell_of_any_export_is_a_formula(tmp_path: Path) -> None:
    async def lecture() -> list[str]:
        async with running(tmp_path, pool_text()) as app:
            console = await sign_in(app)
            for number, name in enumerate(FORMULAS):
                await Client(app).tap("/join", student_id=f"-{number}", name=name)
                await Client(app).tap("/join", student_id=f"-{number}", name=f"@{name}"[:40])
            await console.tap("/admin/next", turn=0)
            await console.tap("/admin/close", turn=1)
            names = ("results.csv", "answers.csv", "events.csv")
            return [(await console.get(f"/admin/{path}{name}")).text for name in names for path in ("", "runs/1/")]

    sheets = asyncio.run(lecture())
    assert len(sheets) == 6
    for sheet in sheets:
        assert sheet.startswith("\ufeff")
        rows = list(csv.reader(io.StringIO(sheet.removeprefix("\ufeff"), newline="")))
        assert len(rows) > 5
        cells = [cell for row in rows for cell in row]
        assert any(cell.startswith("'=") or cell.startswith("'-") for cell in cells)
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
        assert len({len(row) for row in rows}) == 1, "no name broke a line"
