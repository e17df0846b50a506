"""Plays the quiz once, from the door to the podium: the real program, the real proxy, a scratch file."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from portal.domain.question import Quiz
from portal.rehearsal.progress import Progress
from portal.rehearsal.proxy import Proxy
from portal.rehearsal.verdict import Outcome
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
    quiz: Quiz
    students: int
    caddy: str | None

    @property
    def limit(self) -> float:
        base, each, question = ENOUGH
        return base + each * self.students + question * len(self.quiz.questions)


async def play(course: Course, folder: Path, out: TextIO) -> Outcome:
    """One rehearsal in ``folder``, which must be empty. Raises :class:`NotStarted` or :class:`Refused`."""
    password = secrets.token_urlsafe(16)
    async with _hall(course, folder, password) as site:
        console = Console(site)
        await console.sign_in(password)
        late = LATE + LATE_EACH * course.students
        exact = course.quiz.score_fn == "accuracy"
        plan = Plan(("happy",), course.students, password, SPREAD, late, exact, seed=1)
        room = Classroom(site, console, plan, server=None)
        lesson = Lesson(room)
        progress = Progress(room, lesson, len(course.quiz.questions), out)
        ticker = asyncio.create_task(_tick(progress))
        try:
            in_time = await _played(lesson, course.limit)
        finally:
            ticker.cancel()
            progress.end()
        lost = await _lost(console, lesson)
        room.dismiss()
        console.close()
        return _outcome(course, lesson, lost, late=not in_time)


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


async def _played(lesson: Lesson, limit: float) -> bool:
    """Whether the quiz came to its end within ``limit`` seconds."""
    try:
        async with asyncio.timeout(limit):
            await lesson.play()
    except TimeoutError:
        return False
    except (Dropped, Refused, KeyError, ValueError) as fault:
        lesson.room.faults.add(f"{type(fault).__name__}: {fault}")
    return True


async def _lost(console: Console, lesson: Lesson) -> int:
    """How many answers were acknowledged as saved and are not in the export as they were given."""
    if not any(book.answers for book in lesson.books.values()):
        return 0
    rows = await console.export("answers")
    return len(marking.faults_in_answers(rows, lesson.books, lesson.asked))


def _outcome(course: Course, lesson: Lesson, lost: int, *, late: bool) -> Outcome:
    told = lesson.room.figures.told()
    figures = {name: told[f"{name}_ms"] for name in ("join", "save", "reveal") if f"{name}_ms" in told}
    saved, faults = lesson.room.figures.count("save"), lesson.room.faults
    most = lesson.most_messages
    return Outcome(course.students, figures, saved, lost, most, tuple(faults.sentences), faults.count, late)


async def _tick(progress: Progress) -> None:
    with suppress(asyncio.CancelledError):
        while True:
            progress.show()
            await asyncio.sleep(SHOWN_EVERY)


__all__ = ["Course", "NotStarted", "Refused", "play"]
