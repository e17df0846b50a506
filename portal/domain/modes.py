"""The two kinds of run behind one face: a quiz for a class, a contest of teams.

Each has a room of its own with the same four files. This is the only place that knows both: whoever holds a run, writes
it down or rebuilds it asks here, and neither room asks about the other.
"""

from typing import cast

from portal.domain.competition import commands as contest_commands
from portal.domain.competition import events as contest_events
from portal.domain.competition import rules as contest_rules
from portal.domain.competition import state as contest_state
from portal.domain.competition.contest import Contest
from portal.domain.ids import Millis, RunId, Sequence, Turn
from portal.domain.question import Quiz
from portal.domain.quiz import commands as quiz_commands
from portal.domain.quiz import events as quiz_events
from portal.domain.quiz import rules as quiz_rules
from portal.domain.quiz import state as quiz_state
from portal.domain.rejection import Reason, Rejected

Pool = Quiz | Contest
State = quiz_state.QuizState | contest_state.ContestState
Event = quiz_events.Event | contest_events.Event
Command = quiz_commands.Command | contest_commands.Command
Start = quiz_events.RunStarted | contest_events.ContestStarted


def decide(state: State, command: Command, now: Millis, terms: quiz_rules.Terms) -> list[Event]:
    """The events that follow from ``command``. Raises :class:`Rejected`, also when it is the other kind's."""
    if isinstance(state, quiz_state.QuizState) and isinstance(command, quiz_commands.Command):
        return [*quiz_rules.decide(state, command, now, terms)]
    if isinstance(state, contest_state.ContestState) and isinstance(command, contest_commands.Command):
        return [*contest_rules.decide(state, command, now, contest_rules.Terms(terms.grace))]
    raise Rejected(Reason.NOT_ALLOWED)


def evolve(state: State | None, event: Event, sequence: Sequence) -> State:
    """The state after ``event``, changed in place; a start needs none before it and answers with a new one."""
    if isinstance(event, Start):
        started = begin(event)
        started.sequence = sequence
        return started
    if isinstance(state, quiz_state.QuizState):
        return quiz_state.evolve(state, cast("quiz_events.Event", event), sequence)
    assert state is not None, "a run's first event starts it"
    return contest_state.evolve(state, cast("contest_events.Event", event), sequence)


def begin(event: Start) -> State:
    """The state of a run that has just started."""
    if isinstance(event, quiz_events.RunStarted):
        return quiz_state.begin(event)
    return contest_state.begin(event)


def start(now: Millis, run: RunId, pool: Pool, source: str) -> Start:
    """A run's first event."""
    if isinstance(pool, Quiz):
        return quiz_events.RunStarted(now, run, pool, source)
    return contest_events.ContestStarted(now, run, pool, source)


def pool_of(state: State) -> Pool:
    return state.quiz if isinstance(state, quiz_state.QuizState) else state.contest


def begin_anew(
    state: State, run: RunId, turn: Turn, pool: Pool, source: str, now: Millis, terms: quiz_rules.Terms
) -> list[Event]:
    """What sets ``run`` aside and begins the next with ``pool``, of whichever kind.

    Raises :class:`Rejected` for a stale ``turn``, and for a second tap that was made before the first was shown: the
    run that it names is no longer the present one, even where the turns are equal.
    """
    if run != state.run:
        raise Rejected(Reason.STALE_CONTROL)
    is_quiz = isinstance(state, quiz_state.QuizState)
    archive = quiz_commands.Archive(turn) if is_quiz else contest_commands.Archive(turn)
    return [*decide(state, archive, now, terms), start(now, RunId(run + 1), pool, source)]


def choose(state: State, pool: Pool, source: str) -> Command | None:
    """What gives a run in its lobby another pool; None when it is of the other kind and a new run is needed."""
    if isinstance(state, quiz_state.QuizState) and isinstance(pool, Quiz):
        return quiz_commands.ChoosePool(pool, source)
    if isinstance(state, contest_state.ContestState) and isinstance(pool, Contest):
        return contest_commands.ChoosePool(pool, source)
    return None


def is_in_lobby(state: State) -> bool:
    return state.phase in (quiz_state.Phase.LOBBY, contest_state.Phase.LOBBY)


def is_running(state: State) -> bool:
    """Whether time is being counted: a question is open, or the contest runs."""
    return state.phase in (quiz_state.Phase.OPEN, contest_state.Phase.RUNNING)


def deadline(state: State) -> Millis | None:
    """When the bell rings; None when no time is being counted, or without end."""
    if isinstance(state, contest_state.ContestState):
        return state.deadline if is_running(state) else None
    return state.opening.deadline if is_running(state) and state.opening else None


def bell(state: State) -> Command:
    """What the timer asks for at the deadline."""
    if isinstance(state, quiz_state.QuizState):
        return quiz_commands.RingBell(state.turn)
    return contest_commands.RingBell(state.turn)


def resumption(state: State, down: Millis) -> Command:
    """What a restart asks for when time was being counted while the program was ``down``."""
    if isinstance(state, quiz_state.QuizState):
        return quiz_commands.Resume(down)
    return contest_commands.Resume(down)
