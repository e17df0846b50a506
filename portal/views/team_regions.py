"""Which parts of which pages an event of a contest makes stale: the counterpart of :mod:`portal.views.regions`.

A team's own screens hear at once of what it does itself. What others do moves its rank and the free questions: that
reaches all phones together, at most once a second, and never redraws a question that a team is about to answer.
"""

from portal.domain.competition import events as e
from portal.domain.competition.roster import TeamId
from portal.views.regions import CONSOLE, PROJECTOR, Region, Stale, Topic

TEAMS = Topic("teams")
PACE = 1.0
"""Seconds in which the news of all teams make one message: 280 phones are told once, not 280 times."""

_STAGE = frozenset({Region.STAGE})
_JOINED = frozenset({Region.JOINED, Region.STANDINGS})
_PEOPLE = frozenset({Region.PEOPLE, Region.HEALTH})
_STANDINGS = frozenset({Region.STANDINGS})
_EVERYBODY = (Stale(TEAMS, _STAGE), Stale(CONSOLE, _STAGE | _PEOPLE), Stale(PROJECTOR, _STAGE))
_ALL_PHONES = Stale(TEAMS, _STANDINGS, after=PACE)
_BOARDS = (_ALL_PHONES, Stale(CONSOLE, _PEOPLE), Stale(PROJECTOR, _STANDINGS))


def team(who: TeamId) -> Topic:
    """The topic of one team's own screens."""
    return Topic(f"team/{who}")


def stale_after(event: e.Event) -> tuple[Stale, ...]:
    """The regions that are old once ``event`` has happened."""
    match event:
        case e.TeamAnswered(team=who) | e.BoxOpened(team=who):
            return Stale(team(who), _STAGE, alone=False), *_BOARDS
        case e.QuestionTaken(team=who):
            return Stale(team(who), _STAGE, alone=False), _ALL_PHONES, Stale(CONSOLE, _PEOPLE)
        case e.TeamRegistered():
            phones = Stale(TEAMS, _JOINED, after=PACE)
            return phones, Stale(CONSOLE, _PEOPLE | _JOINED), Stale(PROJECTOR, _JOINED)
        case e.DeviceJoined(team=who):
            return Stale(team(who), _STAGE), Stale(CONSOLE, _PEOPLE)
        case e.TeamEdited(team=who) | e.PointsAdjusted(team=who) | e.TeamDeleted(team=who):
            return Stale(team(who), _STAGE), *_BOARDS
        case e.ContestQuestionAdded() | e.MysteryAdded():
            return _ALL_PHONES, Stale(CONSOLE, _PEOPLE)
        case e.RegistrationLocked() | e.RegistrationUnlocked():
            return Stale(CONSOLE, _STAGE), Stale(PROJECTOR, _STAGE)
        case _:
            return _EVERYBODY
