"""The live run on a real file, with a clock that stands still: what a test needs of the program without its web."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.domain.ids import Millis, RunId, Turn
from portal.domain.question import Quiz
from portal.domain.quiz import commands as c
from portal.domain.quiz.events import Event, RunStarted
from portal.domain.quiz.rules import Terms
from portal.domain.quiz.state import QuizState, begin, evolve
from portal.domain.rejection import Reason, Rejected
from portal.live.bus import Bus
from portal.live.run import LiveRun, StartPool, resume
from portal.store.log import EventLog, NotSaved
from tests.playing import START, quiz

TERMS = Terms(grace=Millis(500), seal=b"seal")
PATIENT, IMPATIENT = (
    5.0,
    0.2,
)  # seconds that the writer waits for another program's lock; the first is the program's own
Row = tuple[int, int, int, str, str | None, str]


class HeldClock:
    """Time that moves when the test says so."""

    def __init__(self, now: int = START) -> None:
        self.time = Millis(now)

    def now(self) -> Millis:
        return self.time

    def at(self, monotonic: float) -> Millis:
        return self.time

    def wait(self, milliseconds: int) -> None:
        self.time = Millis(self.time + milliseconds)


@dataclass(frozen=True, slots=True)
class Anew:
    """The console's reset, as the run is asked for it: archive ``run`` and begin the next with ``quiz``."""

    run: RunId
    turn: Turn
    quiz: Quiz
    source: str


class Hall:
    """One start of the program on ``path``: file, bus and run. Made by :func:`opened`."""

    def __init__(self, path: Path, clock: HeldClock, log: EventLog, bus: Bus, run: LiveRun) -> None:
        self.path, self.clock, self.log, self.bus, self.run = path, clock, log, bus, run

    @property
    def state(self) -> QuizState:
        return self.run.shown

    async def do(self, *commands: c.Command) -> None:
        for command in commands:
            await self.run.execute(command)

    async def next(self) -> None:
        await self.do(c.Next(self.state.turn))

    async def reset(self) -> None:
        await self.run.begin_anew(self.state.run, self.state.turn, StartPool(self.state.quiz, self.state.source))

    async def outcome(self, command: c.Command | Anew) -> Reason | str:
        """``ok``, ``not saved``, or the reason for which ``command`` was refused."""
        try:
            if isinstance(command, Anew):
                await self.run.begin_anew(command.run, command.turn, StartPool(command.quiz, command.source))
            else:
                await self.run.execute(command)
        except Rejected as refusal:
            return refusal.reason
        except NotSaved:
            return "not saved"
        return "ok"

    async def together(self, *commands: c.Command | Anew) -> list[Reason | str]:
        """What becomes of commands that arrive in the same instant, in this order."""
        return await asyncio.gather(*(self.outcome(command) for command in commands))

    def rows(self) -> list[Row]:
        """Everything that is in the file, in the order of its sequence."""
        with self.log.reader() as connection:
            return connection.execute("SELECT * FROM event ORDER BY sequence").fetchall()

    def replayed(self) -> QuizState:
        """The state that the file's rows of the present run give."""
        return replayed(self.log, self.state.run)

    async def close(self) -> None:
        self.log.close()
        await asyncio.sleep(0)  # what the writer still had to tell is told, in slices
        while self.log._due:  # noqa: SLF001, ASYNC110 (nobody else can know, and nobody tells)
            await asyncio.sleep(0)


async def opened(
    path: Path,
    clock: HeldClock,
    pool: Quiz | None = None,
    *,
    lock_wait: float = PATIENT,
    terms: Terms = TERMS,
    prepare: Callable[[], None] = lambda: None,
) -> Hall:
    """Starts on the file as the program does."""
    log, bus = EventLog(path, lock_wait=lock_wait), Bus()
    log.start()
    run = await resume(log, bus, clock, terms, StartPool(pool or quiz(), "start"), prepare)
    return Hall(path, clock, log, bus, run)


@asynccontextmanager
async def hall(
    folder: Path,
    clock: HeldClock | None = None,
    pool: Quiz | None = None,
    *,
    lock_wait: float = PATIENT,
    prepare: Callable[[], None] = lambda: None,
) -> AsyncIterator[Hall]:
    """:func:`opened` on ``portal.db`` in ``folder``, for the length of a ``with`` block."""
    place = await opened(folder / "portal.db", clock or HeldClock(), pool, lock_wait=lock_wait, prepare=prepare)
    try:
        yield place
    finally:
        await place.close()


@contextmanager
def held_by_another(path: Path) -> Iterator[None]:
    """For the length of a ``with`` block another program's transaction keeps the file from being written."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def until_taken(log: EventLog) -> None:
    """Waits until the writer's thread holds everything that was appended so far."""
    while log._decided or not log._queue.empty():  # noqa: SLF001, ASYNC110 (nobody else can know, and nobody tells)
        await asyncio.sleep(0)


def as_a_crash_leaves_it(path: Path, to: Path) -> Path:
    """A copy of the file and its log as ``kill -9`` would leave them: nothing is checkpointed or tidied."""
    for suffix in ("", "-wal"):
        source = path.with_name(path.name + suffix)
        if source.exists():
            shutil.copyfile(source, to.with_name(to.name + suffix))
    return to


def ahead(run: LiveRun) -> QuizState:
    """What has been decided, saved or not."""
    assert isinstance(run.ahead, QuizState)
    return run.ahead


def replayed(log: EventLog, run: int) -> QuizState:
    """The state of any run of the file, from its rows."""
    first, *rest = log.replay(RunId(run))
    assert isinstance(first.event, RunStarted)
    state = begin(first.event)
    state.sequence = first.sequence
    for stored in rest:
        assert not isinstance(stored.event, RunStarted), "a run starts once"
        assert isinstance(stored.event, Event)
        state = evolve(state, stored.event, stored.sequence)
    return state


def file_of_tomorrow(path: Path) -> None:
    """Makes a file to which a newer program has added a migration that this one does not know."""
    EventLog(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO _sqlite_migrations VALUES (99, 'portal', 'm999_of_tomorrow', '')")
        connection.commit()
