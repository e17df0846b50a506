"""The latest events for the hall: what was won and lost, and nothing that tells a key."""

from portal.domain.competition import commands as c
from portal.domain.competition.feed import FEED_KEPT, Feat
from tests.contesting import Hall, contest, running


def told(hall: Hall) -> list[tuple[Feat, int]]:
    return [(each.feat, each.amount) for each in hall.state.feed]


def test_it_tells_what_was_won_and_lost() -> None:
    hall = running("Ours").ask("Ours").answer("Ours", "B").ask("Ours").answer("Ours", "A")
    hall.open("Ours").answer("Ours", "C").open("Ours").answer("Ours", "A")
    hall.do(hall.adjusting("Ours", -50))
    assert told(hall) == [
        (Feat.REGISTERED, 0),
        (Feat.SOLVED, 100),
        (Feat.MISSED, 0),
        (Feat.BOX_OPENED, -150),
        (Feat.BOX_SOLVED, 300),
        (Feat.BOX_OPENED, -150),
        (Feat.BOX_MISSED, -150),
        (Feat.ADJUSTED, -50),
    ]


def test_it_does_not_tell_which_question_a_team_took() -> None:
    before = told(running("Ours"))
    assert told(running("Ours").ask("Ours", "q3")) == before


def test_another_pools_starting_points_are_no_news() -> None:
    hall = Hall().register("Ours").do(c.ChoosePool(contest(starting=5), "other.json"))
    assert hall.points("Ours") == 5
    assert told(hall) == [(Feat.REGISTERED, 0)]


def test_it_keeps_the_latest() -> None:
    hall = running("Ours")
    for number in range(FEED_KEPT + 5):
        hall.do(hall.adjusting("Ours", 1, slip=str(number)))
    assert [feat for feat, _ in told(hall)] == [Feat.ADJUSTED] * FEED_KEPT
