"""Read-only questions to the file: which runs it holds, and what happened in one of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from portal.domain.ids import Millis, RunId, Sequence
from portal.domain.quiz.events import Event, RunStarted
from portal.domain.quiz.state import QuizState, begin, evolve
from portal.store.log import EventLog

_RUNS = """
SELECT run, min(at), max(at),
  (SELECT json_extract(body, '$.quiz.title') FROM event AS pool WHERE pool.run = event.run
    AND kind IN ('RunStarted', 'PoolChosen') ORDER BY sequence DESC LIMIT 1),
  count(DISTINCT CASE WHEN kind = 'Joined' THEN participant END), sum(kind = 'AnswerAccepted'),
  count(DISTINCT CASE WHEN kind = 'QuestionOpened' THEN json_extract(body, '$.question') END),
  max(kind = 'RunArchived')
FROM event GROUP BY run ORDER BY run DESC
"""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run of the file. ``began`` and ``ended`` are its first and last event, in Unix ms; the cleared count too."""

    run: RunId
    began: Millis
    ended: Millis
    title: str
    joined: int
    answers: int
    questions: int
    archived: bool


def runs(log: EventLog) -> list[RunSummary]:
    """Every run, the newest first. Reads all events: not for the event loop."""
    with log.reader() as connection:
        return [
            RunSummary(RunId(run), Millis(began), Millis(ended), title, joined, answers, asked, bool(archived))
            for run, began, ended, title, joined, answers, asked, archived in connection.execute(_RUNS)
        ]


def rebuilt(log: EventLog, run: RunId) -> QuizState | None:
    """The state of ``run`` as its events make it; None when there is no such run. Not for the event loop."""
    history = events(log, run)
    sequence, first = next(history, (None, None))
    if sequence is None:
        return None
    assert isinstance(first, RunStarted), "a run's first event starts it"
    state = evolve(begin(first), first, sequence)
    for sequence, event in history:
        state = evolve(state, event, sequence)
    return state


def events(log: EventLog, run: RunId) -> Iterator[tuple[Sequence, Event]]:
    """What happened in ``run``, in order."""
    return ((stored.sequence, stored.event) for stored in log.replay(run))
