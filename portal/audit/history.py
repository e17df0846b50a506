"""A quiz run read from its raw rows in the plainest way: who holds which id, what was asked when, what was answered.

It shares no code with the rules and the state that it checks.
"""

from dataclasses import dataclass, field
from typing import Any

from portal.audit.witness import Row


@dataclass
class Opened:
    """One stretch of time in which a question took answers."""

    question: int
    round: int
    start: int
    limit: int
    closed: bool = False


@dataclass
class Given:
    """An answer. ``limit`` at the close is that of ``during``; ``row`` is where it stands in the file."""

    row: Row
    question: int
    choice: str
    elapsed: int
    during: Opened


@dataclass
class Person:
    id: str
    name: str
    claim: str | None
    old_claim: str | None = None
    answers: list[Given] = field(default_factory=list)


@dataclass
class History:
    """``people`` are counted; ``gone`` were cleared. ``faults`` is what cannot have happened, with its place."""

    quiz: dict[str, Any]
    people: dict[str, Person] = field(default_factory=dict)
    gone: list[Person] = field(default_factory=list)
    openings: list[Opened] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def closed_questions(self) -> list[int]:
        last = {opened.question: opened for opened in self.openings}
        return sorted(question for question, opened in last.items() if opened.closed)


def history_of(rows: list[Row]) -> History:
    """The run that ``rows`` tell. Its first row starts it."""
    history = History(rows[0].body["quiz"])
    for row in rows[1:]:
        _happen(history, row)
    return history


def _happen(history: History, row: Row) -> None:
    body, who = row.body, history.people.get(row.participant or "")
    if row.kind == "PoolChosen":
        history.quiz = body["quiz"]
    elif row.kind == "Joined":
        if who is not None:
            history.faults.append(f"{row.place}: {who.id} had joined already")
        history.people[body["participant"]] = Person(body["participant"], body["name"], body["claim"])
    elif row.kind == "QuestionOpened":
        history.openings.append(Opened(body["question"], body["round"], body["at"], body["limit"]))
    elif row.kind == "TimeExtended":
        history.openings[-1].limit += body["by"]
    elif row.kind == "RunResumed":
        history.openings[-1].start += body["down"]
    elif row.kind == "QuestionClosed":
        history.openings[-1].closed = True
    elif row.kind == "AnswerAccepted":
        _answer(history, row)
    elif row.kind == "ReleaseUndone":
        _take_back(history, row)
    elif row.kind == "ClaimMoved" and who is not None:
        who.claim, who.old_claim = body["claim"], None
        who.name = body["name"] or who.name
    elif row.kind == "ParticipantHandedOver" and who is not None:
        who.claim, who.old_claim = None, who.claim
    elif row.kind == "ParticipantCleared" and who is not None:
        who.claim, who.old_claim = None, who.claim or who.old_claim
        history.gone.append(history.people.pop(who.id))


def _take_back(history: History, row: Row) -> None:
    who = history.people.get(row.participant or "")
    if who is None:
        who = next(gone for gone in reversed(history.gone) if gone.id == row.participant)
        history.gone.remove(who)
        history.people[who.id] = who
    who.claim, who.old_claim = who.old_claim, None


def _answer(history: History, row: Row) -> None:
    body, who = row.body, history.people.get(row.participant or "")
    opened = history.openings[-1] if history.openings else None
    if who is None or who.claim != body["claim"]:
        history.faults.append(f"{row.place}: {row.participant} did not hold the claim that it was given under")
    elif opened is None or opened.closed or (opened.question, opened.round) != (body["question"], body["round"]):
        history.faults.append(f"{row.place}: question {body['question'] + 1} was not open")
    else:
        history.faults += [f"{row.place}: {fault}" for fault in _impossible(history, who, opened, body)]
        who.answers.append(Given(row, body["question"], body["choice"], body["elapsed"], opened))


def _impossible(history: History, who: Person, opened: Opened, body: dict[str, Any]) -> list[str]:
    question = history.quiz["questions"][opened.question]
    letters, offered = body["choice"].split(","), [option["letter"] for option in question["options"]]
    faults = []
    if any(given.question == opened.question and given.during.round == opened.round for given in who.answers):
        faults.append(f"a second answer of {who.id} to question {opened.question + 1}")
    if letters != sorted(set(letters)) or not set(letters) <= set(offered) or len(letters) > 1 > question["several"]:
        faults.append(f"{body['choice']} cannot be picked there")
    if not 0 <= body["elapsed"] <= opened.limit:
        faults.append(f"{body['elapsed']} ms is not within the limit of {opened.limit} ms")
    elif body["elapsed"] > max(0, body["at"] - opened.start):
        faults.append(f"{body['elapsed']} ms is longer than the question had been open")
    return faults
