"""Who plays: teams register under a name of their own, further devices join by the team's code."""

from portal.domain.competition import commands as c
from portal.domain.competition import events as e
from portal.domain.competition.roster import Roster, TeamCode, TeamId, name_key, roster
from portal.domain.competition.state import ContestState, Phase
from portal.domain.competition.team import Team
from portal.domain.ids import Claim, Millis, Points
from portal.domain.rejection import Reason, Rejected

MOST_DEVICES = 30  # ten members with three browsers each; the file is not theirs to fill
MOST_POINTS = 1_000_000


def register(state: ContestState, command: c.RegisterTeam, now: Millis) -> list[e.Event]:
    """A new team, or nothing when this device has just registered it: a second tap is no second team.

    A form that came twice before its cookie did is known by ``claim``, where the form itself carries that chance.
    """
    seat = _seat(state, command.held, command.claim)
    if seat is not None:
        if name_key(state.teams[state.claims[seat]].name) == name_key(command.name):
            return []
        raise Rejected(Reason.IN_A_TEAM)
    if state.phase is Phase.FINISHED:
        raise Rejected(Reason.CONTEST_OVER)
    if state.locked:
        raise Rejected(Reason.ROOM_LOCKED)
    entered = roster(command.name, command.members, command.email)
    return [_registered(state, entered, command.code, command.claim, state.contest.starting_points, now)]


def create(state: ContestState, command: c.CreateTeam, now: Millis) -> list[e.Event]:
    """A team by the console's hand: it has no device until one joins with its code."""
    if state.phase is Phase.FINISHED:
        raise Rejected(Reason.CONTEST_OVER)
    points = state.contest.starting_points if command.points is None else command.points
    if not 0 <= points <= MOST_POINTS:
        raise Rejected(Reason.BAD_POINTS)
    entered = roster(command.name, command.members, command.email)
    return [_registered(state, entered, command.code, None, points, now)]


def join(state: ContestState, command: c.JoinTeam, now: Millis) -> list[e.Event]:
    """One more device of a team, also in a locked room: it is no new team. It leaves the team where it sat before."""
    team = state.codes.get(command.code)
    if team is None:
        raise Rejected(Reason.UNKNOWN_TEAM_CODE)
    seat = _seat(state, command.held, command.claim)
    if seat is not None and state.claims[seat] == team:
        return []
    if len(state.teams[team].devices) >= MOST_DEVICES:
        raise Rejected(Reason.TOO_MANY_DEVICES)
    return [e.DeviceJoined(now, team, command.claim, seat)]


def edit(state: ContestState, command: c.EditTeam, now: Millis) -> list[e.Event]:
    team = team_of(state, command.team)
    entered = roster(command.name, command.members, command.email)
    _require_free_name(state, entered.name, team.id)
    if entered == Roster(team.name, team.members, team.email):
        return []
    return [e.TeamEdited(now, team.id, entered.name, entered.members, entered.email)]


def present(state: ContestState, team: TeamId, claim: Claim) -> Team:
    """The team that ``claim`` is a device of. A claim of a deleted team, or of another run, is nobody's."""
    if state.claims.get(claim) != team:
        raise Rejected(Reason.NO_TEAM)
    return state.teams[team]


def team_of(state: ContestState, team: TeamId) -> Team:
    """The team that the console means."""
    if team not in state.teams:
        raise Rejected(Reason.NO_SUCH_TEAM)
    return state.teams[team]


def _registered(
    state: ContestState, entered: Roster, code: TeamCode, claim: Claim | None, points: Points, now: Millis
) -> e.TeamRegistered:
    _require_free_name(state, entered.name)
    if code in state.codes:
        raise Rejected(Reason.TEAM_CODE_CLASH)
    team = TeamId(f"t{state.registered + 1}")
    entry = e.Entry(points, points, e.Cause.START) if points else None
    return e.TeamRegistered(now, team, entered.name, entered.members, entered.email, code, claim, entry)


def _require_free_name(state: ContestState, name: str, own: TeamId | None = None) -> None:
    if state.names.get(name_key(name), own) != own:
        raise Rejected(Reason.TEAM_NAME_TAKEN)


def _seat(state: ContestState, held: Claim | None, fresh: Claim) -> Claim | None:
    """The claim under which the device sits in a team already: its cookie's, or its form's when that came before."""
    return next((claim for claim in (held, fresh) if claim in state.claims), None)
