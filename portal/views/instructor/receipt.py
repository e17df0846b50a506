"""What a receipt stands for: the answer, of this run, that it was given for."""

from dataclasses import dataclass

from portal.domain.ids import Millis
from portal.domain.quiz.state import Participant, QuizState


@dataclass(frozen=True, slots=True)
class Vouched:
    """``question`` counts from 1; ``released`` says that the answer was set aside when its id was cleared."""

    typed: str
    name: str
    question: int
    choice: str
    received_at: Millis
    elapsed: Millis
    released: bool


def checked(state: QuizState, receipt: str) -> Vouched | None:
    """The answer whose receipt this is; None when no answer of the run has it."""
    for participant in state.participants.values():
        if found := _found(participant, receipt, released=False):
            return found
    for each in state.released:
        if found := _found(each.participant, receipt, released=True):
            return found
    return None


def _found(who: Participant, receipt: str, *, released: bool) -> Vouched | None:
    for number, answer in who.answers.items():
        if answer.receipt == receipt:
            at, elapsed = answer.received_at, answer.elapsed
            return Vouched(who.typed, who.name, number + 1, answer.choice, at, elapsed, released)
    return None
