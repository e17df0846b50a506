"""Looks through the events of a contest for what must never be: the second opinion of ``portal audit``.

Nothing here trusts the rules or the state: every balance is summed, every verdict found and every question's way from
team to team followed anew from the log alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from portal.domain.competition import events as e
from portal.domain.competition.contest import ContestQuestion, Mystery
from portal.domain.competition.roster import QuestionId, TeamId
from portal.domain.ids import letters_of


@dataclass(slots=True)
class Audited:
    """What an audit found. ``faults`` is empty when every number holds."""

    teams: int = 0
    answers: int = 0
    entries: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Books:
    asked: dict[QuestionId, ContestQuestion] = field(default_factory=dict)
    balances: dict[TeamId, int] = field(default_factory=dict)
    holders: dict[QuestionId, TeamId] = field(default_factory=dict)
    held: dict[TeamId, QuestionId] = field(default_factory=dict)
    answered: set[QuestionId] = field(default_factory=set)


def audit(history: Iterable[e.Event]) -> Audited:
    """Checks one run, from its :class:`ContestStarted` on, in the order of the log."""
    found, books = Audited(), _Books()
    for event in history:
        match event:
            case e.ContestStarted(contest=contest) | e.ContestChosen(contest=contest):
                books.asked = {QuestionId(each.id): each for each in (*contest.questions, *contest.mysteries)}
            case e.ContestQuestionAdded(question=asked) | e.MysteryAdded(mystery=asked):
                books.asked[QuestionId(asked.id)] = asked
            case e.TeamRegistered(team=team):
                found.teams += 1
                books.balances[team] = 0
            case e.QuestionTaken(team=team, question=question) | e.BoxOpened(team=team, question=question):
                _check_taking(found, books, team, question)
            case e.TeamAnswered():
                found.answers += 1
                _check_answer(found, books, event)
            case e.TeamDeleted(team=team, returned=question):
                _check_deletion(found, books, team, question)
            case _:
                pass
        _check_entry(found, books, event)
    return found


def _check_taking(found: Audited, books: _Books, team: TeamId, question: QuestionId) -> None:
    if question in books.holders:
        found.faults.append(f"question {question} went to {team} and belonged to {books.holders[question]} already")
    if team in books.held:
        found.faults.append(f"team {team} got question {question} and held {books.held[team]} without an answer")
    books.held[team] = question
    books.holders[question] = team


def _check_answer(found: Audited, books: _Books, event: e.TeamAnswered) -> None:
    question = event.question
    if books.holders.get(question) != event.team:
        found.faults.append(f"team {event.team} answered question {question}, which it did not hold")
    if question in books.answered:
        found.faults.append(f"question {question} was answered twice")
    books.answered.add(question)
    books.held.pop(event.team, None)
    if event.right != (letters_of(event.choice) == books.asked[question].correct):
        found.faults.append(f"the verdict on question {question} of team {event.team} does not follow from its key")
    worth = books.asked[question].points if event.right else 0
    gained = event.entry.delta if event.entry else 0
    if event.right and gained != worth:
        found.faults.append(f"team {event.team} got {gained} points for question {question}, which is worth {worth}")
    if not event.right and gained > 0:
        found.faults.append(f"team {event.team} got {gained} points for a wrong answer to question {question}")


def _check_deletion(found: Audited, books: _Books, team: TeamId, returned: QuestionId | None) -> None:
    held = books.held.pop(team, None)
    if held != returned:
        found.faults.append(
            f"team {team} was deleted with question {held or 'none'}, and {returned or 'none'} came back"
        )
    if returned is not None:
        books.holders.pop(returned, None)


def _check_entry(found: Audited, books: _Books, event: e.Event) -> None:
    if not isinstance(event, e.TeamRegistered | e.PointsAdjusted | e.BoxOpened | e.TeamAnswered):
        return
    entry, team = event.entry, event.team
    if entry is None:
        return
    found.entries += 1
    balance = books.balances.get(team, 0) + entry.delta
    if balance != entry.balance:
        found.faults.append(f"the ledger of team {team} says {entry.balance} where its rows sum to {balance}")
    if balance < 0:
        found.faults.append(f"team {team} fell to {balance} points")
    books.balances[team] = balance
    mystery = books.asked.get(event.question) if isinstance(event, e.BoxOpened) else None
    if isinstance(event, e.BoxOpened) and not (isinstance(mystery, Mystery) and mystery.cost == -entry.delta):
        found.faults.append(f"team {team} paid {-entry.delta} for box {event.question}, which costs something else")
