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
    RUN_HAS_BEGUN = "The run has begun with its pool. Reset first, then choose another."


class Rejected(Exception):  # noqa: N818 (the house's word: a command is rejected, nothing is in error)
    """A command that changes nothing.

    ``evidence`` holds events to record all the same, such as the attempt to join with another's id.
    """

    def __init__(self, reason: Reason, evidence: Sequence[object] = ()) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.evidence = tuple(evidence)
