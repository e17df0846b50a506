"""Plays the contest once: every team registers, asks, answers and opens boxes until nothing is left to ask for."""

import asyncio
from collections.abc import Iterable

from portal.domain.competition.contest import Contest
from portal.stress.classroom import Classroom
from portal.stress.console import Row
from portal.stress.http import PATIENCE, Fields, Reply
from portal.stress.phone import Phone
from portal.stress.stage import error_in, stage_in

ROUNDS = 10  # questions that a team asks for, at most; with each a box


class Team(Phone):
    """A team's first phone."""

    async def join(self, limit: float = PATIENCE) -> Reply:
        return await self.post("/team/register", (("team_name", self.name), ("members", "Ada\nBen")), limit)


class Teams(Classroom):
    """As many teams as the plan says."""

    def newcomer(self, number: int) -> Phone:
        team = Team(self.site, f"t{number:05d}", f"Team {number:05d}")
        team.heard = self._heard
        return team


class Match:
    """One contest with the teams of ``room``."""

    def __init__(self, room: Teams, contest: Contest) -> None:
        self.room = room
        self.answers: dict[tuple[str, str], str] = {}
        """What was acknowledged as saved: the choice by the team's name and the question's id."""
        self._known = {each.id: each for each in (*contest.questions, *contest.mysteries)}
        self._boxes = sorted({box.difficulty.value for box in contest.mysteries})
        most = room.size * ROUNDS
        self._expected = min(len(contest.questions), most) + min(len(contest.mysteries), most)
        self._given: set[str] = set()

    async def play(self) -> None:
        """Plays to the end; whatever is not as it must be goes to the room's faults."""
        room = self.room
        teams = await room.fresh()
        room.check(len(teams) == room.size, f"only {len(teams)} of {room.size} teams are in")
        await room.show("running", "next")
        await room.together(self._team(team) for team in teams)
        await room.show("finished", "end")
        room.check_streams("contest")

    @property
    def share(self) -> float:
        """How much of it is done; boxes that nobody can pay are never opened, so its end may come before 1."""
        joined = self.room.figures.count("connect")
        return min(1.0, (joined + len(self.answers)) / (self.room.size + self._expected))

    def lost(self, rows: Iterable[Row]) -> int:
        """How many answers were acknowledged and are not in ``assignments.csv`` as they were given."""
        stored = {(row["name"], row["question"]): row["answer"] for row in rows}
        return sum(stored.get(given) != choice for given, choice in self.answers.items())

    async def _team(self, team: Phone) -> None:
        for _ in range(ROUNDS):
            if not await self._asked(team, "/team/question", (), ("none_left",)):
                return
            if self._boxes:
                box = self.room.dice.choice(self._boxes)
                await self._asked(team, "/team/mystery", (("difficulty", box),), ("none_left", "too_poor"))

    async def _asked(self, team: Phone, path: str, fields: Fields, may: tuple[str, ...]) -> bool:
        """Asks for a question and answers it; False when there is none, for a reason that a contest ``may`` have."""
        room = self.room
        await self._pause()
        reply = await team.post(path, fields, room.patience)
        if reply.status == 409 and error_in(reply.body) in may:
            return False
        if not room.check_reply(f"{team.id} {path}", reply, 200):
            return False
        room.figures.add("ask", reply.took)
        stage = stage_in(reply.body)
        held = (stage.text(b"held") if stage else None) or ""
        room.check(held not in self._given, f"{team.id}: {held} had been given to another team")
        self._given.add(held)
        if room.check(held in self._known, f"{team.id} {path}: was given {held or 'nothing'}"):
            await self._answer(team, held)
        return True

    async def _answer(self, team: Phone, held: str) -> None:
        room, question = self.room, self._known[held]
        await self._pause()
        choice = room.dice.choice(sorted(question.letters))
        reply = await team.post("/team/answer", (("question_id", held), ("answer", choice)), room.patience)
        stage = stage_in(reply.body)
        if not room.check_reply(f"{team.id} answers {held}", reply, 200) or stage is None:
            return
        room.figures.add("save", reply.took)
        self.answers[team.name, held] = choice
        told, worth = stage.text(b"outcome"), "correct" if question.correct == {choice} else "wrong"
        room.check(told == worth, f"{team.id}: {choice} for {held} is {worth}, the page says {told}")

    async def _pause(self) -> None:
        await asyncio.sleep(self.room.dice.random() * self.room.plan.spread)
