"""The audit finds nothing where the rules were kept, and says what is wrong where a log was tampered with."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from portal.domain.competition import commands as c
from portal.domain.competition import events as e
from portal.domain.competition.audit import audit
from portal.domain.competition.roster import TeamId
from portal.domain.ids import Points
from tests.contesting import Hall, contest, qid, running


def played() -> Hall:
    hall = running("A", "B", content=contest(penalty=30))
    hall.ask("A").answer("A", "B").ask("B").answer("B", "A").open("A").answer("A", "C").ask("B")
    return hall.do(hall.adjusting("A", 7))


def test_a_contest_that_kept_the_rules_has_no_faults() -> None:
    found = audit(played().history)
    assert (found.teams, found.answers, found.entries, found.faults) == (2, 3, 7, [])


def test_a_question_that_came_back_may_go_to_another_team() -> None:
    hall = played()
    returned = hall.team("B").held
    hall.do(c.DeleteTeam(hall.id("B"))).ask("A")
    assert hall.team("A").held == returned
    assert audit(hall.history).faults == []


def change(kind: type, **fields: object) -> Callable[[list[e.Event]], list[e.Event]]:
    """Tampers with the first event of ``kind``."""

    def tamper(history: list[e.Event]) -> list[e.Event]:
        place = next(place for place, event in enumerate(history) if isinstance(event, kind))
        return [*history[:place], replace(history[place], **fields), *history[place + 1 :]]  # type: ignore[arg-type]  # fields of whichever event it is

    return tamper


def drop(kind: type) -> Callable[[list[e.Event]], list[e.Event]]:
    def tamper(history: list[e.Event]) -> list[e.Event]:
        place = next(place for place, event in enumerate(history) if isinstance(event, kind))
        return history[:place] + history[place + 1 :]

    return tamper


def repeat(kind: type) -> Callable[[list[e.Event]], list[e.Event]]:
    def tamper(history: list[e.Event]) -> list[e.Event]:
        place = next(place for place, event in enumerate(history) if isinstance(event, kind))
        return [*history[: place + 1], *history[place:]]

    return tamper


def entry(delta: int, balance: int) -> e.Entry:
    return e.Entry(Points(delta), Points(balance), e.Cause.BOX)


@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        (repeat(e.QuestionTaken), "belonged to t1 already"),
        (change(e.QuestionTaken, question=qid("q2")), "which it did not hold"),
        (repeat(e.TeamAnswered), "was answered twice"),
        (drop(e.TeamAnswered), "held q1 without an answer"),
        (change(e.TeamAnswered, right=False), "does not follow from its key"),
        (change(e.TeamAnswered, entry=entry(500, 1500)), "which is worth 100"),
        (change(e.TeamAnswered, entry=None), "which is worth 100"),
        (change(e.BoxOpened, entry=entry(-1, 1099)), "which costs something else"),
        (change(e.BoxOpened, entry=entry(-5000, -3900)), "fell to -3900 points"),
        (drop(e.PointsAdjusted), ""),
        (change(e.PointsAdjusted, entry=entry(7, 9999)), "says 9999 where its rows sum to"),
        (change(e.PointsAdjusted, team=TeamId("t2")), "where its rows sum to"),
    ],
)
def test_what_is_wrong_is_told(tamper: Callable[[list[e.Event]], list[e.Event]], says: str) -> None:
    faults = audit(tamper(played().history)).faults
    assert bool(faults) == bool(says)
    assert any(says in fault for fault in faults) or not says


def test_a_question_that_vanished_with_its_team_is_told() -> None:
    hall = played()
    hall.do(c.DeleteTeam(hall.id("B")))
    faults = audit(change(e.TeamDeleted, returned=None)(hall.history)).faults
    assert any("was deleted with question q3" in fault for fault in faults)
