"""Which screens an event of a contest reaches: the team's own at once, all phones together and not too often."""

from portal.domain.competition import events as e
from portal.domain.competition.roster import QuestionId, TeamCode, TeamId
from portal.domain.ids import Choice, Claim, Millis, Points
from portal.views.regions import CONSOLE, PROJECTOR, Region, Stale, Topic
from portal.views.team_regions import TEAMS, stale_after, team
from tests.contesting import full_hall

AT = Millis(1)
US = TeamId("t1")
PAID = e.Entry(Points(-1), Points(0), e.Cause.BOX)


def by_topic(event: e.Event) -> dict[Topic, Stale]:
    return {stale.topic: stale for stale in stale_after(event)}


def test_an_answer_reaches_the_teams_other_phones_at_once() -> None:
    answered = e.TeamAnswered(AT, US, Claim("c"), QuestionId("q1"), Choice("A"), False, None)
    own = by_topic(answered)[team(US)]
    assert own == Stale(team(US), frozenset({Region.STAGE}), alone=False)


def test_what_one_team_does_never_redraws_the_stage_of_another() -> None:
    for event in (
        e.TeamAnswered(AT, US, Claim("c"), QuestionId("q1"), Choice("A"), False, None),
        e.QuestionTaken(AT, US, QuestionId("q1")),
        e.TeamRegistered(AT, US, "Us", ("Ada",), "", TeamCode("x"), None, None),
        e.PointsAdjusted(AT, US, PAID),
    ):
        others = by_topic(event)[TEAMS]
        assert Region.STAGE not in others.regions
        assert others.after > 0


def test_a_question_that_was_taken_is_no_news_for_the_hall() -> None:
    assert PROJECTOR not in by_topic(e.QuestionTaken(AT, US, QuestionId("q1")))


def test_start_and_end_reach_everybody_at_once() -> None:
    for event in (e.ContestOpened(AT, None), e.ContestFinished(AT, e.Ending.BELL), e.ContestArchived(AT)):
        told = by_topic(event)
        assert set(told) == {TEAMS, CONSOLE, PROJECTOR}
        assert all(Region.STAGE in stale.regions and not stale.after for stale in told.values())


def test_whatever_happens_to_a_team_reaches_its_own_screens() -> None:
    reached = 0
    for event in full_hall().history:
        who = getattr(event, "team", None)
        if who is not None and not isinstance(event, e.TeamRegistered):
            assert Region.STAGE in by_topic(event)[team(who)].regions
            reached += 1
    assert reached > 5
