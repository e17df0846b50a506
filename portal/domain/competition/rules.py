"""What is allowed: a command against the state gives the events that follow from it, or a refusal.

One ``raise`` a rule. Nothing here changes anything. The time is handed in; chance comes inside the commands.
"""

from typing import assert_never

from portal.domain.competition import commands as c
from portal.domain.competition import events as e
from portal.domain.competition import playing, registering
from portal.domain.competition.contest import Mystery
from portal.domain.competition.roster import QuestionId
from portal.domain.competition.state import ContestState, Phase
from portal.domain.ids import Millis, Points, Turn
from portal.domain.record import record
from portal.domain.rejection import Reason, Rejected

DURATIONS = range(60_000, 86_400_001)  # milliseconds
GRACE = Millis(500)


@record
class Terms:
    """What a contest is held to. ``grace``: a tap made in time may reach us after the bell."""

    grace: Millis = GRACE


def decide(state: ContestState, command: c.Command, now: Millis, terms: Terms) -> list[e.Event]:  # noqa: PLR0912 (one case a command)
    """The events that follow from ``command``, to be committed together; none when it asks for what is so already.

    Raises :class:`Rejected` with the reason when a rule forbids it.
    """
    match command:
        case c.RegisterTeam():
            return registering.register(state, command, now)
        case c.CreateTeam():
            return registering.create(state, command, now)
        case c.JoinTeam():
            return registering.join(state, command, now)
        case c.EditTeam():
            return registering.edit(state, command, now)
        case c.DeleteTeam():
            team = registering.team_of(state, command.team)
            return [e.TeamDeleted(now, team.id, team.held)]
        case c.AdjustPoints():
            return playing.adjust(state, command, now)
        case c.AskQuestion():
            team = registering.present(state, command.team, command.claim)
            if command.question is not None and command.question == team.held:
                return []
            _require_time(state, now, terms)
            return playing.ask(state, team, command.question, now)
        case c.OpenBox():
            team = registering.present(state, command.team, command.claim)
            _require_time(state, now, terms)
            return playing.open_box(state, team, command, now)
        case c.AnswerQuestion():
            team = registering.present(state, command.team, command.claim)
            if command.question in team.answers:
                return []  # a retry of what is stored, or a second thought: the first one stands
            _require_time(state, now, terms)
            return playing.answer(state, team, command, now)
        case c.AddQuestion():
            return _add_question(state, command, now)
        case c.Next():
            _require(state, command.turn, Phase.LOBBY, Phase.RUNNING)
            return [_finished(now)] if state.phase is Phase.RUNNING else [e.ContestOpened(now, state.duration)]
        case c.End():
            _require(state, command.turn, Phase.LOBBY, Phase.RUNNING)
            return [_finished(now)]
        case c.SetDuration():
            return _set_duration(state, command, now)
        case c.Archive():
            return _archived(state, command.turn, now)
        case c.Lock():
            _require(state, command.turn, *Phase)
            return [] if state.locked else [e.RegistrationLocked(now)]
        case c.Unlock():
            _require(state, command.turn, *Phase)
            return [e.RegistrationUnlocked(now)] if state.locked else []
        case c.ChoosePool():
            return _choose(state, command, now)
        case c.RingBell():
            if state.phase is not Phase.RUNNING or command.turn != state.turn:
                return []
            return [e.ContestFinished(now, e.Ending.BELL)]
        case c.Resume():
            return [e.ContestResumed(now, command.down)] if state.phase is Phase.RUNNING else []
        case _:
            assert_never(command)


def _add_question(state: ContestState, command: c.AddQuestion, now: Millis) -> list[e.Event]:
    question = command.question
    if state.asked.get(QuestionId(question.id)) == question:
        return []
    if state.phase is Phase.FINISHED:
        raise Rejected(Reason.NOT_ALLOWED)
    if QuestionId(question.id) in state.asked:
        raise Rejected(Reason.QUESTION_ID_TAKEN)
    return [e.MysteryAdded(now, question) if isinstance(question, Mystery) else e.ContestQuestionAdded(now, question)]


def _set_duration(state: ContestState, command: c.SetDuration, now: Millis) -> list[e.Event]:
    _require(state, command.turn, Phase.LOBBY, Phase.RUNNING)
    gone = 0 if state.opened_at is None else now - state.opened_at
    if command.duration is not None and (command.duration not in DURATIONS or command.duration <= gone):
        raise Rejected(Reason.BAD_DURATION)
    return [] if command.duration == state.duration else [e.DurationSet(now, command.duration)]


def _choose(state: ContestState, command: c.ChoosePool, now: Millis) -> list[e.Event]:
    """Another pool; teams that are there already start with what the new one gives."""
    if state.phase is not Phase.LOBBY:
        raise Rejected(Reason.RUN_HAS_BEGUN)
    if (command.contest, command.source) == (state.contest, state.source):
        return []
    more = command.contest.starting_points - state.contest.starting_points
    adjusted: list[e.Event] = []
    for team in state.teams.values():
        if delta := max(more, -team.points):
            entry = e.Entry(Points(delta), Points(team.points + delta), e.Cause.START)
            adjusted.append(e.PointsAdjusted(now, team.id, entry))
    return [e.ContestChosen(now, command.contest, command.source), *adjusted]


def _archived(state: ContestState, turn: Turn, now: Millis) -> list[e.Event]:
    _require(state, turn, *Phase)
    finished: list[e.Event] = [_finished(now)] if state.phase is Phase.RUNNING else []
    return [*finished, e.ContestArchived(now)]


def _finished(now: Millis) -> e.ContestFinished:
    return e.ContestFinished(now, e.Ending.HAND)


def _require(state: ContestState, turn: Turn, *phases: Phase) -> None:
    """The form was drawn for the present turn, and the contest is in one of ``phases``."""
    if turn != state.turn:
        raise Rejected(Reason.STALE_CONTROL)
    if state.phase not in phases:
        raise Rejected(Reason.NOT_ALLOWED)


def _require_time(state: ContestState, now: Millis, terms: Terms) -> None:
    """The contest runs, and its bell has not rung, whether or not the timer was there to ring it."""
    over = state.deadline is not None and now > state.deadline + terms.grace
    if state.phase is not Phase.RUNNING or over:
        raise Rejected(Reason.NOT_RUNNING)
