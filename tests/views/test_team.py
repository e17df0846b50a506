"""What a team, the console and the hall may see of a contest: own numbers, never a key before the answer."""

from collections.abc import Set
from dataclasses import asdict, replace

import pytest

from portal.domain.competition import commands as c
from portal.domain.competition.contest import Contest
from portal.domain.ids import Claim, Letter, Millis
from portal.views import team, team_console, team_projector, team_tables
from portal.views.team_console import Page
from tests.contesting import MINUTE, START, Hall, contest, joining, running


class Room:
    """Who has a page open: the phones that are named, seen just now."""

    def __init__(self, *online: str, seen: dict[str, int] | None = None) -> None:
        self._online = {Claim(each) for each in online}
        self._seen = {Claim(each): Millis(moment) for each, moment in (seen or {}).items()}

    def streams(self, claim: Claim | None) -> int:
        return int(claim in self._online)

    def last_seen(self, claim: Claim | None) -> Millis | None:
        return None if claim is None else self._seen.get(claim)

    def connected(self, claims: Set[Claim]) -> int:
        return sum(self.streams(claim) for claim in claims)

    def unheard(self, claims: Set[Claim], since: Millis) -> list[Claim]:
        return [claim for claim in claims if (self.last_seen(claim) or 0) < since]


NOBODY = Room()


def stage(hall: Hall, name: str = "Ours") -> team.Stage:
    return team.stage(hall.state, hall.id(name), hall.now)


def body_of_ready(hall: Hall) -> team.Ready:
    body = stage(hall).body
    assert isinstance(body, team.Ready)
    return body


def console(hall: Hall, page: Page = Page.TEAMS, room: Room = NOBODY) -> team_console.Console:
    return team_console.console(hall.state, room, page, hall.now)


def leaders(hall: Hall) -> team_projector.Leaders:
    body = team_projector.stage(hall.state, hall.now).body
    assert isinstance(body, team_projector.Leaders)
    return body


def everything(hall: Hall, name: str) -> list[object]:
    """All that team ``name``, the console and the hall are shown."""
    who = hall.id(name)
    pages = [console(hall, page) for page in Page]
    boxes = team.boxes(hall.state, who, hall.now, chosen="HARD")
    form = team.register_form(hall.state)
    hall_page = team_projector.stage(hall.state, hall.now)
    return [asdict(stage(hall, name)), asdict(boxes), asdict(form), *map(asdict, pages), asdict(hall_page)]


def other_keys(content: Contest) -> Contest:
    """The same contest, but other options are right and other words explain why."""
    key, why = frozenset({Letter("D")}), "Something else."
    questions = tuple(replace(each, correct=key, explanation=why) for each in content.questions)
    mysteries = tuple(replace(each, correct=key, explanation=why) for each in content.mysteries)
    return replace(content, questions=questions, mysteries=mysteries)


@pytest.mark.parametrize("phase", ["lobby", "ready", "question", "box", "finished"])
def test_nothing_that_is_shown_depends_on_the_key_of_an_unanswered_question(phase: str) -> None:
    shown = []
    for content in (contest(), other_keys(contest())):
        hall = Hall(content).register("Ours", "Theirs")
        if phase != "lobby":
            hall.start().ask("Theirs")
        if phase == "question":
            hall.ask("Ours")
        if phase in ("box", "finished"):
            hall.open("Ours")
        if phase == "finished":
            hall.end()
        shown.append(everything(hall, "Ours"))
    assert shown[0] == shown[1]


def test_two_contests_with_other_keys_differ_once_a_question_is_answered() -> None:
    halls = [
        running("Ours", content=content).ask("Ours").answer("Ours", "B")
        for content in (contest(), other_keys(contest()))
    ]
    assert everything(halls[0], "Ours") != everything(halls[1], "Ours")


def test_a_team_learns_nothing_of_what_another_holds() -> None:
    shown = []
    for wanted in ("q2", "q3"):
        hall = running("Ours", "Theirs", content=contest(starting=0)).ask("Theirs", wanted)
        seen = stage(hall)
        free = team.free(hall.state)
        shown.append((seen.standings.around, free.count, free.worth, body_of_ready(hall).result))
    assert shown[0] == shown[1]


def test_the_stage_carries_the_teams_own_numbers() -> None:
    hall = running("Theirs", "Ours").ask("Ours", "q2")
    seen = stage(hall)
    assert (seen.state, seen.team, seen.points, seen.rank, seen.held, seen.outcome) == (
        "running",
        "t2",
        1000,
        1,
        "q2",
        None,
    )
    hall.answer("Ours", "B")
    seen = stage(hall)
    assert (seen.points, seen.rank, seen.held, seen.outcome) == (1100, 1, None, "correct")
    assert stage(hall.ask("Ours").answer("Ours", "A")).outcome == "wrong"


def test_the_outcome_stays_until_the_next_question() -> None:
    hall = running("Ours").ask("Ours").answer("Ours", "B")
    assert stage(hall).outcome == "correct"
    assert stage(hall.ask("Ours")).outcome is None


def test_the_lobby_shows_the_team_and_its_code() -> None:
    hall = Hall().register("Ours", "Theirs").do(joining("Ours", "second phone"))
    seen = stage(hall)
    assert (seen.state, seen.code) == ("lobby", "code-Ours")
    assert seen.body == team.Lobby(members=("Ada",), devices=2, teams=2, questions=6, boxes=3)


def test_an_answered_question_shows_its_key_to_its_team() -> None:
    result = body_of_ready(running("Ours").ask("Ours").answer("Ours", "A")).result
    assert result is not None
    assert (result.correct, result.right, result.explanation, result.delta) == (("B",), False, "It is B.", 0)


def test_a_box_that_was_missed_shows_what_it_cost() -> None:
    result = body_of_ready(running("Ours").open("Ours").answer("Ours", "A")).result
    assert result is not None
    assert (result.delta, result.difficulty) == (-150, "HARD")


def test_a_held_question_is_shown_without_its_key() -> None:
    body = stage(running("Ours").open("Ours")).body
    assert isinstance(body, team.Holding)
    assert (body.question.id, body.question.points, body.question.difficulty, body.question.cost) == (
        "hard1",
        300,
        "HARD",
        150,
    )


def test_a_team_sees_what_is_still_free() -> None:
    free = body_of_ready(running("Ours", "Theirs").ask("Theirs", "q1")).free
    assert ([each.id for each in free.listed], free.worth) == (["q2", "q3", "q4", "q5", "q6"], 100)
    assert (free.count, free.boxes) == (5, 3)


def test_a_phone_lists_some_of_many_free_questions_and_tells_how_many_there_are() -> None:
    free = body_of_ready(running("Ours", content=contest(100))).free
    assert (len(free.listed), free.count) == (team.FREE_LISTED, 100)


def test_nothing_is_worth_anything_when_none_is_free() -> None:
    free = body_of_ready(running("Ours", "Theirs", content=contest(1)).ask("Theirs")).free
    assert (free.worth, free.listed) == (None, ())


def test_a_box_says_what_it_costs_and_what_the_score_will_be() -> None:
    hall = running("Ours", content=contest(starting=100))
    easy, medium, hard = team.boxes(hall.state, hall.id("Ours"), hall.now).offers
    assert (easy.cost, easy.gain, easy.if_right, easy.if_wrong, easy.can_pay) == (50, 100, 150, 50, True)
    assert (medium.left, medium.cost, medium.can_pay) == (0, None, False)
    assert (hard.cost, hard.can_pay, hard.left) == (150, False, 2)


@pytest.mark.parametrize(("typed", "chosen"), [("HARD", "HARD"), ("MEDIUM", None), ("hard", None), ("", None)])
def test_only_a_box_that_there_is_can_be_confirmed(typed: str, chosen: str | None) -> None:
    hall = running("Ours")
    offer = team.boxes(hall.state, hall.id("Ours"), hall.now, chosen=typed).chosen
    assert (offer.difficulty if offer else None) == chosen


def test_a_team_reads_the_reason_of_an_adjustment() -> None:
    hall = running("Ours")
    ledger = body_of_ready(hall.do(hall.adjusting("Ours", -50, "late"))).ledger
    assert [(line.delta, line.balance, line.cause, line.note) for line in ledger] == [
        (-50, 950, "adjusted", "late"),
        (1000, 1000, "start", ""),
    ]


def test_the_end_shows_every_answer_and_what_was_left_open() -> None:
    hall = running("Ours").ask("Ours").answer("Ours", "B").ask("Ours").end()
    body = stage(hall).body
    assert isinstance(body, team.Finished)
    assert ([result.id for result in body.results], body.solved, body.unanswered) == (["q1"], 1, "q2")
    assert stage(hall).held is None


def test_the_time_left_is_told_while_the_contest_runs() -> None:
    hall = running("Ours", content=contest(minutes=60)).wait(15 * MINUTE)
    assert stage(hall).remaining == 45 * MINUTE
    assert stage(hall.wait(60 * MINUTE)).remaining == 0
    assert stage(hall.end()).remaining is None
    assert stage(running("Ours")).remaining is None


def test_a_teams_page_is_new_when_another_scores() -> None:
    hall = running("Ours", "Theirs").ask("Theirs")
    before = team.version(hall.state, hall.id("Ours"))
    assert team.version(hall.answer("Theirs", "B").state, hall.id("Ours")) != before


def test_the_hall_sees_ranks_moves_and_the_latest_box() -> None:
    hall = running("A", "B", "C", "D")
    for name, delta in (("A", 30), ("B", 20), ("C", 10)):
        hall.do(hall.adjusting(name, delta))
    hall.wait(MINUTE).open("D").answer("D", "C")
    rows = leaders(hall).rows
    assert [(row.rank, row.name, row.points) for row in rows] == [
        (1, "D", 1150),
        (2, "A", 1030),
        (3, "B", 1020),
        (4, "C", 1010),
    ]
    assert [(row.move, row.up) for row in rows] == [(3, True), (-1, False), (-1, False), (-1, False)]
    assert rows[0].note == "Solved a HARD box, +300"


def test_rows_that_climbed_two_ranks_are_tinted_and_others_not() -> None:
    hall = running("A", "B", "C")
    hall.do(hall.adjusting("A", 30), hall.adjusting("B", 20)).wait(MINUTE)
    hall.do(hall.adjusting("C", 40))
    assert [(row.name, row.move, row.up) for row in leaders(hall).rows] == [
        ("C", 2, True),
        ("A", -1, False),
        ("B", -1, False),
    ]


def test_the_hall_reads_a_missed_box_with_a_real_minus() -> None:
    assert leaders(running("A").open("A").answer("A", "A")).rows[0].note == "HARD box missed, \N{MINUS SIGN}150"


def test_the_hall_sees_no_more_than_ten_rows_and_no_team_that_is_gone() -> None:
    hall = running(*(f"Team {number}" for number in range(12)))
    assert len(leaders(hall).rows) == 10
    hall.ask("Team 3").answer("Team 3", "B").do(c.DeleteTeam(hall.id("Team 3")))
    assert all(news.name != "Team 3" for news in leaders(hall).news)
    assert leaders(hall).solved == 0


def test_the_hall_never_sees_a_code_a_member_or_an_address() -> None:
    hall = Hall().do(c.CreateTeam("Ours", ("Kwame Mensah",), "kwame@example.edu", joining("Ours", "x").code))
    lobby = str(asdict(team_projector.stage(hall.state, hall.now)))
    begun = str(asdict(team_projector.stage(hall.start().state, hall.now)))
    for text in (lobby, begun):
        assert not any(secret in text for secret in ("Kwame", "example.edu", "code-Ours"))
    assert "Ours" in begun


def test_the_console_shows_who_holds_what() -> None:
    hall = running("Ours", "Theirs").ask("Ours").answer("Ours", "A").open("Ours").ask("Theirs", "q3")
    rows = {row.name: row for row in console(hall).teams or ()}
    assert (rows["Ours"].held, rows["Ours"].difficulty, rows["Ours"].answered) == ("hard1", "HARD", 1)
    asked = {
        str(row.id): (row.standing, row.team, row.correct) for row in console(hall, Page.QUESTIONS).questions or ()
    }
    assert asked["q1"] == ("wrong", "Ours", ("B",))
    assert asked["q2"] == ("free", None, None)
    assert asked["q3"] == ("held", "Theirs", None)
    boxes = [(row.id, row.difficulty, row.standing) for row in console(hall, Page.BOXES).questions or ()]
    assert boxes == [("easy", "EASY", "free"), ("hard1", "HARD", "held"), ("hard2", "HARD", "free")]


def test_the_console_counts_what_is_free_and_held() -> None:
    counts = console(running("A", "B").ask("A").open("B")).counts
    assert (counts.teams, counts.free, counts.held, counts.boxes_free) == (2, 7, 2, 2)


def test_a_deleted_teams_answers_and_points_stay_in_sight() -> None:
    hall = running("Gone", "Here").ask("Gone").answer("Gone", "B")
    hall.do(c.DeleteTeam(hall.id("Gone")))
    row = (console(hall, Page.QUESTIONS).questions or ())[0]
    assert (row.standing, row.team, row.gone) == ("right", "Gone", True)
    lines = [(line.name, line.gone, line.line.delta) for line in console(hall, Page.LOG).log or ()]
    assert lines == [("Gone", True, 100), ("Here", False, 1000), ("Gone", True, 1000)]


def test_the_console_says_before_a_deletion_what_returns_to_the_pool() -> None:
    hall = running("Ours").ask("Ours").answer("Ours", "B").ask("Ours")
    asked = team_tables.deletion(hall.state, hall.id("Ours"))
    assert asked is not None
    assert (asked.points, asked.solved, asked.returns) == (1100, 1, "q2")


@pytest.mark.parametrize(
    ("room", "connection"),
    [
        (Room("claim-Ours", seen={"claim-Ours": START}), "online"),
        (Room("claim-second", seen={"claim-second": START}), "online"),
        (Room("claim-Ours", seen={"claim-Ours": START - 60_000}), "idle"),
        (Room(seen={"claim-Ours": START - 60_000}), "left"),
        (Room(), "unseen"),
    ],
)
def test_a_team_is_there_as_long_as_one_of_its_phones_is(room: Room, connection: str) -> None:
    hall = running("Ours").do(joining("Ours", "second"))
    (row,) = console(hall, room=room).teams or ()
    assert row.connection == connection


def test_a_team_of_the_console_has_no_phone_yet() -> None:
    hall = Hall().do(c.CreateTeam("Guests", ("Ada",), "", joining("Guests", "x").code))
    (row,) = console(hall).teams or ()
    assert row.connection == "none"


def test_the_consoles_button_says_what_next_does() -> None:
    hall = Hall()
    steps = [console(hall).primary, console(hall.start()).primary, console(hall.start()).primary]
    assert [step.label if step else None for step in steps] == ["Start contest", "End contest", None]
