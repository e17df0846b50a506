"""What is so in a contest, and how each event changes it.

``evolve`` is the only writer. A live run, a restart and the audit all go through it, so a test of play tests recovery.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from typing import assert_never

from portal.domain.competition import events as e
from portal.domain.competition.board import Board
from portal.domain.competition.contest import Contest, ContestQuestion, Difficulty, Mystery
from portal.domain.competition.feed import FEED_KEPT, Happening, happening
from portal.domain.competition.roster import QuestionId, TeamCode, TeamId, name_key
from portal.domain.competition.stock import Stock, stock
from portal.domain.competition.team import Deleted, Given, LedgerRow, Team
from portal.domain.ids import Claim, Millis, RunId, Sequence, Turn


class Phase(Enum):
    """Where the contest stands. ``value`` is what pages carry as ``data-state``."""

    LOBBY = "lobby"
    RUNNING = "running"
    FINISHED = "finished"


NO_TURN = Turn(0)
NOTHING_YET = Sequence(0)


@dataclass(slots=True)
class ContestState:
    """A contest as it is.

    Invariant: ``claims``, ``codes`` and ``names`` lead to the teams of ``teams`` and to nobody else.
    Invariant: a question is in one stock; whom it belongs to stands there, and nowhere else.
    """

    run: RunId
    contest: Contest
    started_at: Millis
    source: str = ""
    phase: Phase = Phase.LOBBY
    turn: Turn = NO_TURN
    sequence: Sequence = NOTHING_YET
    locked: bool = False
    archived: bool = False
    duration: Millis | None = None
    opened_at: Millis | None = None  # moves later by the time that the server was down
    finished_at: Millis | None = None
    ended_by: e.Ending | None = None
    teams: dict[TeamId, Team] = field(default_factory=dict)
    claims: dict[Claim, TeamId] = field(default_factory=dict)
    codes: dict[TeamCode, TeamId] = field(default_factory=dict)
    names: dict[str, TeamId] = field(default_factory=dict)
    deleted: list[Deleted] = field(default_factory=list)
    registered: int = 0  # teams ever, so that no number is used twice
    asked: dict[QuestionId, ContestQuestion] = field(default_factory=dict)
    questions: Stock = field(default_factory=Stock)
    boxes: dict[Difficulty, Stock] = field(default_factory=dict)
    board: Board = field(default_factory=Board)
    feed: deque[Happening] = field(default_factory=lambda: deque(maxlen=FEED_KEPT))
    solved: int = 0  # right answers of the teams that are there now
    opened: int = 0  # boxes of the teams that are there now
    reckoning: int = 0  # moves on whenever points, names or what is free may have changed

    @property
    def deadline(self) -> Millis | None:
        """When the bell rings; None before the start and where none was set."""
        if self.opened_at is None or self.duration is None:
            return None
        return Millis(self.opened_at + self.duration)

    def stock_of(self, question: QuestionId) -> Stock:
        asked = self.asked[question]
        return self.boxes[asked.difficulty] if isinstance(asked, Mystery) else self.questions

    def owner(self, question: QuestionId) -> TeamId | None:
        """Whom the question belongs to, answered or not; a team that was deleted since keeps what it answered."""
        return self.stock_of(question).owners.get(question)


def begin(event: e.ContestStarted) -> ContestState:
    """The state of a contest that has just been set up, in its lobby."""
    state = ContestState(run=event.run, contest=event.contest, started_at=event.at, source=event.source)
    _fill(state, event.contest)
    return state


def evolve(state: ContestState, event: e.Event, sequence: Sequence) -> ContestState:  # noqa: PLR0912, PLR0915 (one case an event)
    """The state after ``event``, which has the place ``sequence`` in the file. Changes ``state`` in place;
    only :class:`ContestStarted` answers with a new one."""
    state.sequence = sequence
    match event:
        case e.TeamRegistered():  # the most frequent first: the cases are tried in turn
            _register(state, event)
        case e.QuestionTaken(at=at, team=team, question=question):
            _hand_out(state, team, question, at)
        case e.TeamAnswered():
            _answer(state, event)
        case e.ContestStarted():
            state = begin(event)
            state.sequence = sequence
        case e.ContestChosen(contest=contest, source=source):
            state.source = source
            _fill(state, contest)
        case e.ContestOpened(at=at, duration=duration):
            state.phase, state.opened_at, state.duration = Phase.RUNNING, at, duration
            _next_turn(state)
            state.board.remember(at)
        case e.ContestFinished(at=at, by=by):
            state.phase, state.finished_at, state.ended_by = Phase.FINISHED, at, by
            _next_turn(state)
        case e.ContestArchived():
            state.archived = True
        case e.ContestResumed(down=down):
            assert state.opened_at is not None, "only a contest that runs is resumed"
            state.opened_at = Millis(state.opened_at + down)
            _next_turn(state)
        case e.DurationSet(duration=duration):
            state.duration = duration
            _next_turn(state)
        case e.RegistrationLocked():
            state.locked = True
        case e.RegistrationUnlocked():
            state.locked = False
        case e.DeviceJoined(at=at, team=team, claim=claim, left=left):
            if left is not None:
                del state.teams[state.claims.pop(left)].devices[left]
            state.teams[team].devices[claim] = at
            state.claims[claim] = team
        case e.TeamEdited():
            _edit(state, event)
        case e.TeamDeleted():
            _delete(state, event)
        case e.PointsAdjusted(at=at, entry=entry, slip=slip):
            state.teams[event.team].slips.add(slip)
            _post(state, event.team, at, entry)
        case e.BoxOpened(at=at, team=team, question=question, entry=entry):
            _hand_out(state, team, question, at)
            _post(state, team, at, entry)
            state.teams[team].boxes += 1
            state.opened += 1
        case e.ContestQuestionAdded(question=asked):
            _add(state, asked)
        case e.MysteryAdded(mystery=asked):
            _add(state, asked)
        case _:
            assert_never(event)
    if told := happening(event, sequence, state.asked):
        state.feed.append(told)
    return state


def _next_turn(state: ContestState) -> None:
    state.turn = Turn(state.turn + 1)


def _fill(state: ContestState, contest: Contest) -> None:
    """A fresh stock. Only in the lobby, where nobody has had a question yet."""
    state.contest, state.duration = contest, contest.duration
    state.asked = {QuestionId(asked.id): asked for asked in (*contest.questions, *contest.mysteries)}
    state.questions = stock(QuestionId(question.id) for question in contest.questions)
    state.boxes = {
        difficulty: stock(QuestionId(each.id) for each in contest.mysteries if each.difficulty is difficulty)
        for difficulty in Difficulty
    }
    state.reckoning += 1


def _add(state: ContestState, asked: ContestQuestion) -> None:
    question = QuestionId(asked.id)
    state.asked[question] = asked
    state.stock_of(question).add(question)
    state.reckoning += 1


def _register(state: ContestState, event: e.TeamRegistered) -> None:
    team = Team(event.team, event.name, event.members, event.email, event.code, event.at)
    state.teams[event.team] = team
    state.registered += 1
    state.codes[event.code] = event.team
    state.names[name_key(event.name)] = event.team
    if event.claim is not None:
        team.devices[event.claim] = event.at
        state.claims[event.claim] = event.team
    _post(state, event.team, event.at, event.entry)


def _edit(state: ContestState, event: e.TeamEdited) -> None:
    team = state.teams[event.team]
    del state.names[name_key(team.name)]
    state.names[name_key(event.name)] = event.team
    team.name, team.members, team.email = event.name, event.members, event.email
    state.board.put(team.id, team.name, team.points)
    state.reckoning += 1


def _delete(state: ContestState, event: e.TeamDeleted) -> None:
    team = state.teams.pop(event.team)
    del state.names[name_key(team.name)], state.codes[team.code]
    for claim in team.devices:
        del state.claims[claim]
    if event.returned is not None:
        state.stock_of(event.returned).give_back(event.returned)
    state.solved -= team.solved
    state.opened -= team.boxes
    state.board.drop(team.id)
    state.deleted.append(Deleted(event.at, team, event.returned))
    state.reckoning += 1


def _hand_out(state: ContestState, team: TeamId, question: QuestionId, at: Millis) -> None:
    state.stock_of(question).take(question, team)
    state.teams[team].held, state.teams[team].held_since = question, at
    state.reckoning += 1


def _answer(state: ContestState, event: e.TeamAnswered) -> None:
    team = state.teams[event.team]
    team.answers[event.question] = Given(
        event.question, event.choice, event.right, event.entry, event.claim, event.at, state.sequence
    )
    team.held = team.held_since = None
    team.solved += event.right
    state.solved += event.right
    _post(state, event.team, event.at, event.entry)


def _post(state: ContestState, who: TeamId, at: Millis, entry: e.Entry | None) -> None:
    """Puts the entry into the team's ledger and the team at its place on the board."""
    state.board.turn_window(at)
    team = state.teams[who]
    if entry is not None:
        team.post(LedgerRow(at, state.sequence, entry))
    state.board.put(team.id, team.name, team.points)
    state.reckoning += 1
