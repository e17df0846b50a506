"""Refusals: what the rules say no to, and the sentence for the person who asked."""

from collections.abc import Sequence
from enum import Enum

from portal.wording import N_


class Reason(Enum):
    """Why a command was refused. ``value`` is the sentence that the person reads, in English until it is said."""

    # a student's
    NO_IDENTITY = N_("This device has not joined the quiz. Join with your student ID.")
    ID_TAKEN = N_(
        "%(id)s has already joined on another device. Check the number."
        " If it is yours, ask your instructor to release it."
    )
    ROOM_LOCKED = N_("The room is locked: no one else can join now. Ask your instructor.")
    WRONG_CODE = N_("That is not the re-join code of this id. Look at the other screen again, or ask your instructor.")
    CODE_BLOCKED = N_("Too many wrong codes for this id. Wait a minute and try again, or ask your instructor.")
    NOT_OPEN = N_("This question is not open.")
    TIME_EXPIRED = N_("Time was up before your answer arrived.")
    STALE_QUESTION = N_("The quiz has moved on. Here is the present question.")
    BAD_ANSWER = N_("That is not an answer to this question.")
    # a console's
    STALE_CONTROL = N_("The quiz had already moved on, so nothing was changed. Look at the present state.")
    NOT_ALLOWED = N_("That cannot be done in the present state.")
    ALREADY_OPEN = N_("That question is open already.")
    NOBODY_THERE = N_("Nobody holds that student ID now.")
    BAD_NUMBER = N_("There is no such question.")
    BAD_TIME_LIMIT = N_("A time limit is 5 to 3600 seconds.")
    BAD_EXTENSION = N_("Extra time is 1 to 600 seconds.")
    BAD_SPAN = N_("Joins can be undone that are up to 3600 seconds old.")
    RUN_HAS_BEGUN = N_("This run has begun with its pool. Reset first, then choose another.")
    # a team's, in a contest
    NO_TEAM = N_("This device plays for no team. Register one, or join yours with its team code.")
    BAD_TEAM_NAME = N_("A team name has 1 to 40 characters.")
    TEAM_NAME_TAKEN = N_("“%(name)s” is taken. Try another name.")
    BAD_MEMBERS = N_("A team has 1 to 10 members, each with a name of 1 to 40 characters.")
    BAD_EMAIL = N_("That is not an email address. It may also be left empty.")
    UNKNOWN_TEAM_CODE = N_("No team has this code. Look at the other phone again.")
    TEAM_CODE_CLASH = N_("That did not work. Please try again.")
    IN_A_TEAM = N_("This device plays for a team already.")
    TOO_MANY_DEVICES = N_("This team has as many devices as it may have.")
    CONTEST_OVER = N_("The contest is over: no team can register now.")
    NOT_RUNNING = N_("The contest is not running: questions can be had and answered between its start and its end.")
    HOLDING = N_("Your team holds a question already. Answer that one first.")
    TAKEN = N_("Another team was faster: this question is taken. Choose one that is still free.")
    NONE_LEFT = N_("No question is free right now. You keep your place; try again later, or open a mystery box.")
    NO_BOX_LEFT = N_("No box of this difficulty is left. Choose another one.")
    TOO_POOR = N_("Your team has not enough points for this box.")
    PRICE_CHANGED = N_("Another team was faster, and the next box has another price. Nothing was paid.")
    NO_SUCH_QUESTION = N_("There is no such question in this contest.")
    NOT_HELD = N_("Your team does not hold this question.")
    # a contest's console
    NO_SUCH_TEAM = N_("There is no such team now.")
    BAD_POINTS = N_("Points to add or take are a whole number, not 0, of at most a million.")
    BAD_NOTE = N_("Give a reason of 1 to 200 characters: the team sees it.")
    BELOW_ZERO = N_("That would take the team below 0 points, so nothing was changed.")
    QUESTION_ID_TAKEN = N_("Another question of this contest has that id.")
    BAD_DURATION = N_("A contest lasts from a minute to a day.")


class Rejected(Exception):
    """A command that changes nothing.

    ``evidence`` holds events to record all the same, such as the attempt to join with another's id.
    """

    def __init__(self, reason: Reason, evidence: Sequence[object] = ()) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.evidence = tuple(evidence)
