"""Plays the pool once, from the door to the podium: the real program, the real proxy, a scratch file."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from portal.domain.modes import Pool
from portal.domain.question import Quiz
from portal.rehearsal.contest import Match, Teams
from portal.rehearsal.progress import LessonProgress, MatchProgress, Progress
from portal.rehearsal.proxy import Proxy
from portal.rehearsal.verdict import MEASURED, Outcome
from portal.stress import marking
from portal.stress.classroom import Classroom
from portal.stress.console import Console, Refused
from portal.stress.http import Site
from portal.stress.lesson import Lesson
from portal.stress.plan import Plan
from portal.stress.server import NotStarted, Server, free_port, own_command
from portal.stress.wire import Dropped

SHOWN_EVERY = 0.2  # seconds
SPREAD = 1.0  # seconds over which the class taps: all at once is the worst that a class does
LATE, LATE_EACH = 10.0, 1 / 200  # seconds until what has not come is late, and more for each student
ENOUGH = 60.0, 0.2, 30.0  # seconds that a rehearsal may take, more for each student, and for each question


@dataclass(frozen=True, slots=True)
class Course:
    """What is rehearsed. ``caddy`` is the proxy's program; None where there is none."""

    file: Path
    pool: Pool
    students: int
    caddy: str | None

    @property
    def limit(self) -> float:
        """Seconds that all of it may take."""
        base, each, question = ENOUGH
        return base + each * self.students + question * len(self.pool.questions)

    @property
    def who(self) -> str:
        """What the bots are, one phone each."""
        return "students" if isinstance(self.pool, Quiz) else "teams"


async def play(course: Course, folder: Path, out: TextIO) -> Outcome:
    """One rehearsal in ``folder``, which must be empty.

    Raises :class:`NotStarted`, :class:`Refused`, or :class:`Dropped` when the program does not answer any more.
    """
    password = secrets.token_urlsafe(16)
    async with _hall(course, folder, password) as site:
        console = Console(site)
        await console.sign_in(password)
        late = LATE + LATE_EACH * course.students
        exact = isinstance(course.pool, Quiz) and course.pool.score_fn == "accuracy"
        plan = Plan(("happy",), course.students, password, SPREAD, late, exact, seed=1)
        game: Lesson | Match
        progress: Progress
        if isinstance(course.pool, Quiz):
            game = lesson = Lesson(Classroom(site, console, plan, server=None))
            progress = LessonProgress(lesson.room, lesson, len(course.pool.questions), out)
        else:
            game = match = Match(Teams(site, console, plan, server=None), course.pool)
            progress = MatchProgress(match, out)
        ticker = asyncio.create_task(_tick(progress))
        try:
            try:
                in_time = await _played(game, course.limit)
            finally:
                ticker.cancel()
                progress.end()
            lost = await _lost(console, game)
        finally:
            game.room.dismiss()
            console.close()
        return _outcome(course, game, lost, late=not in_time)


@asynccontextmanager
async def _hall(course: Course, folder: Path, password: str) -> AsyncIterator[Site]:
    """The program, and the proxy in front of it if there is one; both are gone afterwards."""
    inner = Site("http", "127.0.0.1", free_port())
    proxy = Proxy(course.caddy, folder) if course.caddy else None
    command = own_command(course.file.absolute(), folder, inner.port, password)
    # not in the folder that we are called from: an .env that lies there is the real portal's
    server = Server([*command, "--public-url", proxy.url if proxy else inner.origin], inner, folder, within=folder)
    try:
        await server.start()
        yield await proxy.start(inner.port) if proxy else inner
    finally:
        if proxy:
            await proxy.stop()
        await server.stop()


async def _played(game: Lesson | Match, limit: float) -> bool:
    """Whether it came to its end within ``limit`` seconds."""
    try:
        async with asyncio.timeout(limit):
            await game.play()
    except TimeoutError:
        return False
    # KeyError and ValueError: an export or /healthz lacks a column or a name, or has no number where one belongs
    except (Dropped, Refused, KeyError, ValueError) as fault:
        game.room.faults.add(f"{type(fault).__name__}: {fault}")
    return True


async def _lost(console: Console, game: Lesson | Match) -> int:
    """How many answers were acknowledged as saved and are not in the export as they were given."""
    if isinstance(game, Match):
        return game.lost(await console.export("assignments")) if game.answers else 0
    if not any(book.answers for book in game.books.values()):
        return 0
    rows = await console.export("answers")
    return len(marking.faults_in_answers(rows, game.books, game.asked))


def _outcome(course: Course, game: Lesson | Match, lost: int, *, late: bool) -> Outcome:
    told = game.room.figures.told()
    figures = {name: told[f"{measured}_ms"] for name, measured in MEASURED.items() if f"{measured}_ms" in told}
    saved, faults = game.room.figures.count("save"), game.room.faults
    most = game.most_messages if isinstance(game, Lesson) else None
    sentences = tuple(faults.sentences)
    return Outcome(course.students, figures, saved, lost, most, sentences, faults.count, late, course.who)


async def _tick(progress: Progress) -> None:
    with suppress(asyncio.CancelledError):
        while True:
            progress.show()
            await asyncio.sleep(SHOWN_EVERY)


__all__ = ["Course", "NotStarted", "Refused", "play"]
