"""Asking, answering, opening boxes: a question belongs to one team only, and points never go below 0."""

from portal.domain.competition import commands as c
from portal.domain.competition import events as e
from portal.domain.competition.contest import ContestQuestion, Mystery
from portal.domain.competition.registering import MOST_POINTS, team_of
from portal.domain.competition.roster import QuestionId
from portal.domain.competition.state import ContestState
from portal.domain.competition.team import Team
from portal.domain.ids import Millis, Points, letters_of
from portal.domain.rejection import Reason, Rejected

LONGEST_NOTE = 200


def ask(state: ContestState, team: Team, wanted: QuestionId | None, now: Millis) -> list[e.Event]:
    """A question becomes the team's own: the one that it wants, or the next that is free."""
    if team.held is not None:
        raise Rejected(Reason.HOLDING)
    question = state.questions.next_free() if wanted is None else wanted
    if question is None:
        raise Rejected(Reason.NONE_LEFT)
    # a mystery's id is answered as if there were no such question: boxes tell nothing before they are paid
    if question not in state.questions.places:
        raise Rejected(Reason.NO_SUCH_QUESTION)
    if question in state.questions.owners:
        raise Rejected(Reason.TAKEN)
    return [e.QuestionTaken(now, team.id, question)]


def open_box(state: ContestState, team: Team, command: c.OpenBox, now: Millis) -> list[e.Event]:
    """The next mystery of a difficulty becomes the team's own, and its cost is paid."""
    if team.held is not None:
        raise Rejected(Reason.HOLDING)
    mystery = next_box(state, command)
    if mystery is None:
        raise Rejected(Reason.NO_BOX_LEFT)
    if command.shown not in (None, mystery.cost):
        raise Rejected(Reason.PRICE_CHANGED)
    if team.points < mystery.cost:
        raise Rejected(Reason.TOO_POOR)
    question = QuestionId(mystery.id)
    paid = _entry(team, -mystery.cost, e.Cause.BOX, question)
    return [e.BoxOpened(now, team.id, question, mystery.difficulty, paid)]


def next_box(state: ContestState, command: c.OpenBox) -> Mystery | None:
    question = state.boxes[command.difficulty].next_free()
    mystery = None if question is None else state.asked[question]
    return mystery if isinstance(mystery, Mystery) else None


def answer(state: ContestState, team: Team, command: c.AnswerQuestion, now: Millis) -> list[e.Event]:
    """The team's final answer to the question that it holds."""
    if command.question != team.held:
        raise Rejected(Reason.NOT_HELD)
    question, picked = state.asked[command.question], letters_of(command.choice)
    if not picked or not picked <= question.letters or (len(picked) > 1 and not question.several):
        raise Rejected(Reason.BAD_ANSWER)
    right = picked == question.correct
    entry = _outcome(state, team, question, right=right)
    return [e.TeamAnswered(now, team.id, command.claim, command.question, command.choice, right, entry)]


def adjust(state: ContestState, command: c.AdjustPoints, now: Millis) -> list[e.Event]:
    """Points that the instructor gives or takes, with a reason that the team can read."""
    team = team_of(state, command.team)
    if command.slip and command.slip in team.slips:
        return []
    if command.delta == 0 or abs(command.delta) > MOST_POINTS:
        raise Rejected(Reason.BAD_POINTS)
    note = " ".join(command.note.split())
    if not 1 <= len(note) <= LONGEST_NOTE or not note.isprintable():
        raise Rejected(Reason.BAD_NOTE)
    if team.points + command.delta < 0:
        raise Rejected(Reason.BELOW_ZERO)
    return [e.PointsAdjusted(now, team.id, _entry(team, command.delta, e.Cause.ADJUSTED, note=note), command.slip)]


def _outcome(state: ContestState, team: Team, question: ContestQuestion, *, right: bool) -> e.Entry | None:
    """What an answer does to the points. A box was paid when it was opened, so a wrong answer to it takes no more."""
    if right:
        return _entry(team, question.points, e.Cause.RIGHT, QuestionId(question.id))
    penalty = 0 if isinstance(question, Mystery) else min(state.contest.wrong_penalty, team.points)
    return _entry(team, -penalty, e.Cause.WRONG, QuestionId(question.id)) if penalty else None


def _entry(team: Team, delta: int, cause: e.Cause, question: QuestionId | None = None, note: str = "") -> e.Entry:
    return e.Entry(Points(delta), Points(team.points + delta), cause, question, note)
