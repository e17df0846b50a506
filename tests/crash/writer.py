"""The real writer with a simple task: save answers in groups, and say on stdout which are saved.

``python -m tests.crash.writer FILE ANSWERS [FULL|NORMAL|OFF] [crash]``. A line ``ack 17`` means that a phone would have
been told that event 17 is on disk; ``refused 17`` that it was not saved: then, with ``crash``, the process is gone.
"""

import asyncio
import os
import sys
from pathlib import Path

from portal.domain.ids import Choice, Claim, Millis, ParticipantId, QuestionNumber, Round, RunId, Sequence
from portal.domain.quiz.events import AnswerAccepted
from portal.store.log import EventLog, NotSaved, resolve

GROUP = 4  # answers on their way at the same time
TRIES = 20


def answer(sequence: Sequence) -> AnswerAccepted:
    who = f"student{sequence}"
    return AnswerAccepted(
        at=Millis(1_700_000_000_000 + sequence),
        participant=ParticipantId(who),
        claim=Claim(f"claim-{who}"),
        question=QuestionNumber(0),
        round=Round(1),
        choice=Choice("B"),
        elapsed=Millis(1000),
        receipt="ABCDE-FGHIJ",
    )


class Writer:
    """Numbers its answers without holes: a refused one gives its number back, as the live run does."""

    def __init__(self, log: EventLog, *, crash: bool = False) -> None:
        self._log, self._crash = log, crash
        self._next = int(log.latest()[1]) + 1
        self._saved = self._next - 1
        log.lost = self._forget

    async def save(self) -> None:
        sequence = Sequence(self._next)
        self._next += 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def settled(error: Exception | None) -> None:
            if error is None:
                self._saved = sequence
            resolve(future, error)

        self._log.append(RunId(1), [(sequence, answer(sequence))], settled)
        try:
            await future
        except NotSaved:
            _say(f"refused {sequence}")
            if self._crash:
                os._exit(0)
        else:
            _say(f"ack {sequence}")

    def _forget(self) -> None:
        self._next = self._saved + 1


async def _save(file: Path, answers: int, synchronous: str, *, crash: bool) -> None:
    log = EventLog(file, lock_wait=0.2)
    log._connection.execute(f"PRAGMA synchronous = {synchronous}")  # noqa: SLF001 (to show that the test sees it)
    log.start()
    writer = Writer(log, crash=crash)
    _say("ready")
    groups = tries = 0
    while groups * GROUP < answers or (log.failing and tries < TRIES):  # whatever failed last is tried again
        tries = tries + 1 if log.failing else 0
        await asyncio.gather(*(writer.save() for _ in range(GROUP)))
        groups += 1
    log.close()


def _say(line: str) -> None:
    os.write(1, f"{line}\n".encode())  # one system call: the trace of them says when it was said


if __name__ == "__main__":
    file, answers, *rest = sys.argv[1:]
    asyncio.run(_save(Path(file), int(answers), rest[0] if rest else "FULL", crash="crash" in rest))
