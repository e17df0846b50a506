"""Questions that belong to one team each: which are free, whose the others are, which is next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from portal.domain.competition.roster import QuestionId, TeamId


@dataclass(slots=True)
class Stock:
    """Questions in the order of the pool; those that were added during the contest come last.

    Invariant: ``owners`` names one team a question, and keeps it after the answer: it is theirs for ever.
    Invariant: ``first_free`` is the place in ``order`` of the first question that nobody owns, or its length. So the
    next free one is found without a search, however many teams ask at once.
    """

    order: list[QuestionId] = field(default_factory=list)
    places: dict[QuestionId, int] = field(default_factory=dict)
    owners: dict[QuestionId, TeamId] = field(default_factory=dict)
    first_free: int = 0

    @property
    def left(self) -> int:
        """How many are free."""
        return len(self.order) - len(self.owners)

    def next_free(self) -> QuestionId | None:
        return self.order[self.first_free] if self.first_free < len(self.order) else None

    def free(self) -> Iterator[QuestionId]:
        """The free ones, in order."""
        rest = range(self.first_free, len(self.order))
        return (self.order[place] for place in rest if self.order[place] not in self.owners)

    def add(self, question: QuestionId) -> None:
        self.places[question] = len(self.order)
        self.order.append(question)

    def take(self, question: QuestionId, team: TeamId) -> None:
        assert question not in self.owners, "the rules give a question that is free"
        self.owners[question] = team
        while self.first_free < len(self.order) and self.order[self.first_free] in self.owners:
            self.first_free += 1

    def give_back(self, question: QuestionId) -> None:
        """Frees a question that its team never answered."""
        del self.owners[question]
        self.first_free = min(self.first_free, self.places[question])


def stock(questions: Iterable[QuestionId]) -> Stock:
    """A stock of free questions."""
    filled = Stock()
    for question in questions:
        filled.add(question)
    return filled
