"""Refusals: what the rules say no to, and the sentence for the person who asked."""

from collections.abc import Sequence
from enum import Enum


class Reason(Enum):
    """Why a command was refused. ``value`` is the sentence that the person reads."""

    # a student's
    NO_IDENTITY = "This device has not joined the quiz. Join with your student id."
    ID_TAKEN = (
        "has already joined on another device. Check the number. If it is yours, ask your instructor to release it."
    )
    ROOM_LOCKED = "The room is locked: no one else can join now. Ask your instructor."
    WRONG_CODE = "is not the re-join code of this id. Look at the other screen again, or ask your instructor."
    CODE_BLOCKED = "Too many wrong codes for this id. Wait a minute and try again, or ask your instructor."
    NOT_OPEN = "This question is not open."
    TIME_EXPIRED = "Time was up before your answer arrived."
    STALE_QUESTION = "The quiz has moved on. Here is the present question."
    BAD_ANSWER = "That is not an answer to this question."
    # a console's
    STALE_CONTROL = "The quiz had already moved on, so nothing was changed. Look at the present state."
    NOT_ALLOWED = "That cannot be done in the present state."
    ALREADY_OPEN = "That question is open already."
    NOBODY_THERE = "Nobody holds that student id now."
    BAD_NUMBER = "There is no such question."
    BAD_TIME_LIMIT = "A time limit is 5 to 3600 seconds."
    BAD_EXTENSION = "Extra time is 1 to 600 seconds."
    BAD_SPAN = "Joins can be undone that are up to 3600 seconds old."
    RUN_HAS_BEGUN = "The run has begun with its pool. Reset first, then choose another."
    # a team's, in a contest
    NO_TEAM = "This device plays for no team. Register one, or join yours with its team code."
    BAD_TEAM_NAME = "A team name has 1 to 40 characters."
    TEAM_NAME_TAKEN = "is taken. Try another name."
    BAD_MEMBERS = "A team has 1 to 10 members, each with a name of 1 to 40 characters."
    BAD_EMAIL = "That is not an email address. It may also be left empty."
    UNKNOWN_TEAM_CODE = "No team has this code. Look at the other phone again."
    TEAM_CODE_CLASH = "That did not work. Please try again."
    IN_A_TEAM = "This device plays for a team already."
    TOO_MANY_DEVICES = "This team has as many devices as it may have."
    CONTEST_OVER = "The contest is over: no team can register now."
    NOT_RUNNING = "The contest is not running: questions can be had and answered between its start and its end."
    HOLDING = "Your team holds a question already. Answer that one first."
    TAKEN = "Another team was faster: this question is taken. Choose one that is still free."
    NONE_LEFT = "No question is free right now. You keep your place; try again later, or open a mystery box."
    NO_BOX_LEFT = "No box of this difficulty is left. Choose another one."
    TOO_POOR = "Your team has not enough points for this box."
    PRICE_CHANGED = "Another team was faster, and the next box has another price. Nothing was paid."
    NO_SUCH_QUESTION = "There is no such question in this contest."
    NOT_HELD = "Your team does not hold this question."
    # a contest's console
    NO_SUCH_TEAM = "There is no such team now."
    BAD_POINTS = "Points to add or take are a whole number, not 0, of at most a million."
    BAD_NOTE = "Give a reason of 1 to 200 characters: the team sees it."
    BELOW_ZERO = "That would take the team below 0 points, so nothing was changed."
    QUESTION_ID_TAKEN = "Another question of this contest has that id."
    BAD_DURATION = "A contest lasts from a minute to a day."


class Rejected(Exception):
    """A command that changes nothing.

    ``evidence`` holds events to record all the same, such as the attempt to join with another's id.
    """

    def __init__(self, reason: Reason, evidence: Sequence[object] = ()) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.evidence = tuple(evidence)
