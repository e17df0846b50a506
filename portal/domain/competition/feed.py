"""The latest of a contest, for the projector: who solved what, who opened a box. Nothing here tells a key."""

from collections.abc import Mapping
from enum import Enum

from portal.domain.competition import events as e
from portal.domain.competition.contest import ContestQuestion, Difficulty, Mystery
from portal.domain.competition.roster import QuestionId, TeamId
from portal.domain.ids import Millis, Sequence
from portal.domain.record import record

FEED_KEPT = 20


class Feat(Enum):
    """What a team did, or what was done to it."""

    REGISTERED = "registered"
    SOLVED = "solved"
    MISSED = "missed"
    BOX_OPENED = "box_opened"
    BOX_SOLVED = "box_solved"
    BOX_MISSED = "box_missed"
    ADJUSTED = "adjusted"


@record
class Happening:
    """``amount`` is what the team gained or lost by it, a missed box's cost included. The name is looked up when it is
    shown: teams are renamed, and who was deleted is not shown."""

    at: Millis
    sequence: Sequence
    team: TeamId
    feat: Feat
    amount: int
    difficulty: Difficulty | None = None


def happening(event: e.Event, sequence: Sequence, asked: Mapping[QuestionId, ContestQuestion]) -> Happening | None:
    """What of ``event`` is news for the hall; None when nothing is. Which question a team takes is its own affair."""
    match event:
        case e.TeamRegistered():
            return Happening(event.at, sequence, event.team, Feat.REGISTERED, 0)
        case e.BoxOpened(entry=entry, difficulty=difficulty):
            return Happening(event.at, sequence, event.team, Feat.BOX_OPENED, entry.delta, difficulty)
        case e.PointsAdjusted(entry=entry) if entry.cause is e.Cause.ADJUSTED:
            return Happening(event.at, sequence, event.team, Feat.ADJUSTED, entry.delta)
        case e.TeamAnswered(right=right):
            question = asked[event.question]
            gained = event.entry.delta if event.entry else 0
            if not isinstance(question, Mystery):
                return Happening(event.at, sequence, event.team, Feat.SOLVED if right else Feat.MISSED, gained)
            feat, amount = (Feat.BOX_SOLVED, gained) if right else (Feat.BOX_MISSED, -question.cost)
            return Happening(event.at, sequence, event.team, feat, amount, question.difficulty)
        case _:
            return None
