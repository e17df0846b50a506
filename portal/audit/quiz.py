"""A quiz run audited: its raw rows reckoned a second time, against the board that the program makes of them."""

from collections.abc import Iterator

from portal.audit import reckoning
from portal.audit.history import History, history_of
from portal.audit.witness import Findings, Row
from portal.domain import modes
from portal.domain.ids import Choice, ParticipantId, QuestionNumber, Round, RunId, Sequence
from portal.domain.modes import State
from portal.domain.quiz.scoreboard import Scoreboard, scoreboard
from portal.domain.quiz.state import QuizState
from portal.domain.receipt import Sealed, receipt
from portal.store import codec


def audit_quiz(rows: list[Row], key: bytes | None) -> Findings:
    """What a run comes to that a ``RunStarted`` begins. Without ``key`` its receipts are not looked at."""
    given = [row for row in rows if row.kind == "AnswerAccepted"]
    sealed = [] if key is None else given
    unfit = [row for row in sealed if key is not None and row.body["receipt"] != _sealed(row, key)]
    told = [f"{row.place}: the receipt does not fit the answer of {row.participant}" for row in unfit]
    history = history_of(rows)
    return Findings(len(given), len(sealed) - len(unfit), told, [*history.faults, *_faults_of_board(rows, history)])


def _faults_of_board(rows: list[Row], history: History) -> Iterator[str]:
    run, theirs = rows[0].run, _their_board(rows)
    if sorted(theirs.marks) != history.closed_questions:
        yield f"run {run}: the board counts the questions {sorted(theirs.marks)}, not {history.closed_questions}"
        return
    marks = reckoning.marks(history)
    yield from _faults_of_points(run, marks, theirs)
    yield from _faults_of_ranks(run, reckoning.board(history, marks), theirs)


def _their_board(rows: list[Row]) -> Scoreboard:
    """What the program shows: its own events, its own state, its own points."""
    state: State | None = None
    for row in rows:
        state = modes.evolve(state, codec.decode(row.kind, row.text), Sequence(row.sequence))
    assert isinstance(state, QuizState)
    return scoreboard(state)


def _sealed(row: Row, key: bytes) -> str:
    vote, choice = Round(row.body["round"]), Choice(row.body["choice"])
    who, question = ParticipantId(row.body["participant"]), QuestionNumber(row.body["question"])
    return receipt(key, Sealed(RunId(row.run), who, question, vote, choice, Sequence(row.sequence)))


def _faults_of_points(run: int, ours: reckoning.Marks, theirs: Scoreboard) -> Iterator[str]:
    told = {
        (int(question), str(who)): (int(mark.points), mark.right)
        for question, marks in theirs.marks.items()
        for who, mark in marks.items()
    }
    for question, who in sorted(ours.keys() | told.keys()):
        shown, recomputed = told.get((question, who)), ours.get((question, who))
        if shown != recomputed:
            place = f"run {run}, question {question + 1}, {who}"
            yield f"{place}: {_mark(shown)} shown, {_mark(recomputed)} recomputed"


def _mark(mark: tuple[int, bool] | None) -> str:
    return "no answer" if mark is None else f"{mark[0]} points ({'right' if mark[1] else 'not right'})"


def _faults_of_ranks(run: int, ours: list[reckoning.Line], theirs: Scoreboard) -> Iterator[str]:
    told = [(row.rank, str(row.participant), row.name, int(row.total)) for row in theirs.standings]
    if len(told) != len(ours):
        yield f"run {run}, standings: {len(told)} shown, {len(ours)} recomputed"
    for place, (shown, line) in enumerate(zip(told, ours, strict=False), start=1):
        if shown != line:
            yield f"run {run}, standings, line {place}: {_line(shown)} shown, {_line(line)} recomputed"


def _line(line: reckoning.Line) -> str:
    rank, who, name, total = line
    return f"rank {rank} for {name} ({who}) with {total} points"
