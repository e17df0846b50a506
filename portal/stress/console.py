"""The instructor: signs in, sends commands for the turn that is shown, takes the exports home."""

import csv
import io
import json
from typing import Any

from portal.stress.http import PATIENCE, Browser, Reply
from portal.stress.stage import Stage, stage_in
from portal.stress.wire import Dropped

Row = dict[str, str]


class Refused(Exception):
    """The console could not do what the harness needs in order to go on."""


class Console(Browser):
    """Every command carries the turn that the public projector page shows: it is the same one, and a small page."""

    async def sign_in(self, password: str) -> None:
        reply = await self.post("/admin/login", (("password", password),))
        if reply.status not in (200, 204, 303) or not self.cookies:
            raise Refused(f"the console did not let us in: {reply.status}")
        if stage_in((await self.get("/admin/")).body) is None:
            raise Refused("signed in, but GET /admin/ shows no stage")

    async def look(self) -> Stage:
        """The run as the hall sees it now."""
        reply = await self.get("/projector")
        stage = stage_in(reply.body)
        if reply.status != 200 or stage is None:
            raise Refused(f"GET /projector shows no stage: {reply.status}")
        return stage

    async def send(self, command: str, turn: int, **values: int) -> Reply:
        """One command as it would come from a form drawn for ``turn``."""
        fields = [("turn", str(turn)), *((name, str(value)) for name, value in values.items())]
        return await self.post(f"/admin/{command}", fields)

    async def do(self, command: str, **values: int) -> Reply:
        """A command that must succeed."""
        turn = (await self.look()).turn
        reply = await self.send(command, turn, **values)
        if reply.status not in (200, 204, 303):
            raise Refused(f"{command} {values or ''} for turn {turn} was refused: {reply.status}")
        return reply

    async def health(self) -> dict[str, Any]:
        reply = await self.get("/healthz")
        try:
            told: dict[str, Any] = json.loads(reply.body)
        except ValueError as fault:
            raise Refused(f"/healthz is not JSON: {reply.status}") from fault
        return told

    async def open_streams(self) -> int:
        return int((await self.health())["open_streams"])

    async def export(self, name: str) -> list[Row]:
        """``results``, ``answers`` or ``events`` of the present run, as rows by column."""
        reply = await self.get(f"/admin/{name}.csv", PATIENCE * 3)
        if reply.status != 200 or not reply.body.startswith(b"\xef\xbb\xbf"):
            raise Dropped(f"{name}.csv: {reply.status}, {'no BOM' if reply.status == 200 else 'no export'}")
        return list(csv.DictReader(io.StringIO(reply.body.decode("utf-8-sig"), newline=""), strict=True))
