"""Read-only questions to the file: which runs it holds, and what happened in one of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from portal.domain import modes
from portal.domain.ids import Millis, RunId, Sequence
from portal.domain.modes import Event, State
from portal.store.reading import LogReader

_RUNS = """
SELECT run, min(at), max(at),
  (SELECT coalesce(json_extract(body, '$.quiz.title'), json_extract(body, '$.contest.title')) FROM event AS pool
    WHERE pool.run = event.run AND kind IN ('RunStarted', 'PoolChosen', 'ContestStarted', 'ContestChosen')
    ORDER BY sequence DESC LIMIT 1),
  count(DISTINCT CASE WHEN kind = 'Joined' THEN participant WHEN kind = 'TeamRegistered' THEN sequence END),
  sum(kind IN ('AnswerAccepted', 'TeamAnswered')),
  count(DISTINCT CASE WHEN kind IN ('QuestionOpened', 'QuestionTaken', 'BoxOpened')
    THEN json_extract(body, '$.question') END),
  max(kind IN ('RunArchived', 'ContestArchived')), max(kind = 'ContestStarted')
FROM event GROUP BY run ORDER BY run DESC
"""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run of the file. ``began`` and ``ended`` are its first and last event, in Unix ms; the cleared count too.

    Of a contest ``joined`` counts its teams, ``questions`` those that were given out.
    """

    run: RunId
    began: Millis
    ended: Millis
    title: str
    joined: int
    answers: int
    questions: int
    archived: bool
    is_contest: bool


def runs(log: LogReader) -> list[RunSummary]:
    """Every run, the newest first. Reads all events: not for the event loop."""
    with log.reader() as connection:
        return [
            RunSummary(
                RunId(run), Millis(began), Millis(ended), title, joined, answers, asked, bool(old), bool(contest)
            )
            for run, began, ended, title, joined, answers, asked, old, contest in connection.execute(_RUNS)
        ]


def rebuilt(log: LogReader, run: RunId) -> State | None:
    """The state of ``run`` as its events make it; None when there is no such run. Not for the event loop."""
    state: State | None = None
    for sequence, event in events(log, run):
        state = modes.evolve(state, event, sequence)
    return state


def events(log: LogReader, run: RunId) -> Iterator[tuple[Sequence, Event]]:
    """What happened in ``run``, in order."""
    return ((stored.sequence, stored.event) for stored in log.replay(run))
