"""What the console shows, and what it does not know before the close."""

from collections.abc import Callable, Set
from dataclasses import asdict

import pytest

from portal.domain.ids import Claim, Millis
from portal.domain.quiz import commands as c
from portal.domain.quiz.events import Glance, Slide
from portal.domain.quiz.joining import ATTEMPTS_KEPT
from portal.views.instructor import health, people, receipt, run
from portal.views.instructor.frame import Page
from portal.views.instructor.page import Console, Sight, console, version
from portal.views.instructor.people import Show
from tests.playing import Room, joining, pid, question, quiz, turn


class Attendance:
    """Pages that are open: streams and the latest sign of life, by claim."""

    def __init__(self, **pages: tuple[int, int]) -> None:
        self._pages = {Claim(f"claim-{who}"): page for who, page in pages.items()}

    def streams(self, claim: Claim | None) -> int:
        return self._pages.get(claim, (0, 0))[0] if claim else 0

    def last_seen(self, claim: Claim | None) -> Millis | None:
        return Millis(self._pages[claim][1]) if claim in self._pages else None

    def connected(self, claims: Set[Claim]) -> int:
        return sum(self.streams(claim) > 0 for claim in claims)

    def unheard(self, claims: Set[Claim], since: Millis) -> list[Claim]:
        return [claim for claim in claims if (self.last_seen(claim) or 0) < since]


def seen(room: Room, attendance: Attendance | None = None, fault: str | None = None) -> Sight:
    return Sight(room.state, room.board, attendance or Attendance(), room.now, fault)


def shown(room: Room, page: Page = Page.RUN, show: Show = Show.ALL, attendance: Attendance | None = None) -> Console:
    return console(seen(room, attendance), page, show=show)


def test_the_open_question_s_page_is_the_same_whichever_option_is_right() -> None:
    def page_of(key: str) -> dict[str, object]:
        room = Room(quiz(question(key), question("A"))).join("ada", "bob").next()
        room.answer("ada", "B").answer("bob", "C")
        view = asdict(shown(room))
        assert view["body"] is not None
        return view

    assert page_of("B") == page_of("C")


@pytest.mark.parametrize(
    ("play", "label", "command"),
    [
        (lambda room: room, "Start: open question 1", "next"),
        (lambda room: room.next(), "Close and reveal", "close"),
        (lambda room: room.next().close(), "Show standings", "standings"),
        (lambda room: room.next().close().do(c.ShowStandings(turn(2))), "Next question: open 2", "next"),
        (lambda room: room.next().next().next().close().do(c.ShowStandings(turn(6))), "Finish", "next"),
    ],
)
def test_the_primary_button_says_what_it_will_do(play: Callable[[Room], Room], label: str, command: str) -> None:
    frame = shown(play(Room())).frame
    assert frame.primary is not None
    assert (frame.primary.label, frame.primary.command) == (label, command)


def test_a_finished_run_has_no_command_left() -> None:
    room = Room().next()
    assert shown(room.do(c.End(room.state.turn))).frame.primary is None


def test_extra_time_is_the_second_button_while_a_question_is_open() -> None:
    secondary = shown(Room().next()).frame.secondary
    assert secondary is not None
    assert (secondary.command, secondary.seconds) == ("extend", 15)


def test_the_run_sheet_tells_done_from_open_from_next() -> None:
    room = Room().join("ada", "bob").next().answer("ada", "B").answer("bob", "C").close().next()
    rows = shown(room).frame.sheet
    assert [row.standing for row in rows] == ["closed", "open", "next"]
    assert [row.percent for row in rows] == [50, None, None]


def test_the_switch_shows_what_the_hall_sees() -> None:
    room = Room().next()
    assert [choice.slide for choice in shown(room).frame.slides if choice.pressed] == ["auto"]
    room.do(c.TurnProjector(Slide.JOIN_CODE))
    assert [choice.slide for choice in shown(room).frame.slides if choice.pressed] == ["join"]


def test_the_reveal_names_the_wrong_option_that_most_chose() -> None:
    room = Room().join("ada", "bob", "cem", "dee", "eva").next()
    room.answer("ada", "B").answer("bob", "B").answer("cem", "B").answer("dee", "C").answer("eva", "C").close()
    body = shown(room).body
    assert isinstance(body, run.Reveal)
    assert (body.distractor, body.key.correct) == ("C", ("B",))


def test_the_fastest_are_those_who_were_right() -> None:
    room = Room().join("ada", "bob").next().answer("bob", "C", after=100).answer("ada", "B", after=900).close()
    body = shown(room).body
    assert isinstance(body, run.Reveal)
    assert [(each.name, each.elapsed) for each in body.fastest] == [("Student ada", 1000)]


def test_the_aside_waits_for_those_without_an_answer() -> None:
    room = Room().join(*(f"s{number}" for number in range(12))).next().answer("s0", "A")
    aside = shown(room).aside
    assert aside is not None
    assert (len(aside.waiting), aside.waiting_more) == (8, 3)
    assert "Student s0" not in aside.waiting


def test_a_phone_with_a_stream_is_silent_only_when_it_missed_two_questions() -> None:
    room = Room().join("ada", "bob", "cem", "dee")
    now = room.now
    pages = Attendance(ada=(1, now - 11_000), bob=(1, now - 26_000), cem=(0, now - 11_000), dee=(0, now - 9_000))
    view = health.health(room.state, pages, now, None)
    assert (view.connected, view.silent) == (2, 2)


def test_an_id_that_waits_to_be_handed_over_is_nobody_s_silent_phone() -> None:
    room = Room().join("ada").do(c.HandOver(pid("ada")))
    assert health.health(room.state, Attendance(), room.now, None).silent == 0


def test_the_roster_counts_pages_and_glances() -> None:
    room = Room().join("ada")
    room.do(
        *(c.ReportGlance(pid("ada"), Claim("claim-ada"), each) for each in (Glance.BLUR, Glance.BLUR, Glance.HIDDEN))
    )
    view = shown(room, Page.PEOPLE, attendance=Attendance(ada=(2, room.now))).people
    assert view is not None
    (row,) = view.rows
    assert (row.connection, row.tabs, row.blurred, row.hidden) == ("online", 2, 2, 1)


def test_an_attempt_on_a_claimed_id_stands_in_its_row() -> None:
    room = Room().join("ada")
    room.refuses(joining("ada", name="Eve", claim="other", address="10.0.0.9"))
    room.wait(65_000)
    view = shown(room, Page.PEOPLE, Show.FLAGGED).people
    assert view is not None
    attempts = view.rows[0].attempts
    assert attempts is not None
    assert (attempts.count, attempts.name, attempts.address, attempts.ago) == (1, "Eve", "10.0.0.9", "1 min ago")


def test_a_flood_of_attempts_says_that_there_were_more_than_are_counted() -> None:
    room = Room().join("ada")
    for kept, more in ((ATTEMPTS_KEPT - 1, False), (ATTEMPTS_KEPT, True)):
        while len(room.state.participants[pid("ada")].refused) < kept:
            room.refuses(joining("ada", name="Eve", claim="other", address="10.0.0.9"))
        view = shown(room, Page.PEOPLE, Show.FLAGGED).people
        assert view is not None
        assert view.rows[0].attempts is not None
        assert (view.rows[0].attempts.count, view.rows[0].attempts.more) == (kept, more)


def test_a_flood_of_attempts_on_ids_that_nobody_holds_is_told_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.views.instructor.people.STRAYS_KEPT", 3)
    room = Room().do(c.Lock(turn(0)))
    for typed, more in (("eve", False), ("mal", False), ("eve", True)):
        room.refuses(joining(typed))
        view = shown(room, Page.PEOPLE, Show.DOOR).people
        assert view is not None
        assert {row.attempts.more for row in view.strays} == {more}


def test_attempts_on_ids_that_nobody_holds_are_listed_apart() -> None:
    room = Room().do(c.Lock(turn(0)))
    room.refuses(joining("eve"))
    view = shown(room, Page.PEOPLE, Show.DOOR).people
    assert view is not None
    assert [(row.typed, row.attempts.was_locked) for row in view.strays] == [("eve", True)]
    assert view.rows == ()


def test_a_cleared_participant_is_kept_with_the_answers_and_can_come_back() -> None:
    room = Room().join("ada").next().answer("ada", "C").do(c.Clear(pid("ada")))
    view = shown(room, Page.PEOPLE).people
    assert view is not None
    assert [(row.typed, row.answers, row.can_undo) for row in view.released] == [("ada", ((1, "C"),), True)]
    taken = shown(room.join("ada"), Page.PEOPLE).people
    assert taken is not None
    assert [row.can_undo for row in taken.released] == [False]


def test_the_filters_count_what_they_would_list() -> None:
    room = Room().join("ada", "bob", "cem").next().answer("ada", "B").answer("cem", "B")
    view = shown(room, Page.PEOPLE, attendance=Attendance(bob=(1, room.now))).people
    assert view is not None
    assert {each.show: each.count for each in view.filters} == {
        "all": 3, "online": 1, "away": 2, "flagged": 0, "waiting": 1,
    }  # fmt: skip


def test_the_version_moves_with_an_answer_a_phone_and_a_failing_disk() -> None:
    room = Room().join("ada").next()
    before = version(seen(room), Page.RUN)
    assert version(seen(room), Page.RUN) == before
    assert version(seen(room, Attendance(ada=(1, room.now))), Page.RUN) != before
    assert version(seen(room, fault="disk full"), Page.RUN) != before
    assert version(seen(room.answer("ada", "A")), Page.RUN) != before


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "just now"), (9, "just now"), (48, "40 s ago"), (61, "1 min ago"), (7300, "2 h ago")]
)
def test_ages_are_told_coarsely(seconds: int, words: str) -> None:
    assert people.ago(Millis(1000), Millis(1000 + seconds * 1000)) == words


def test_a_receipt_finds_its_answer_also_when_it_was_released() -> None:
    room = Room().join("ada").next().answer("ada", "C")
    code = room.state.participants[pid("ada")].answers[room.state.current or next(iter(room.state.openings))].receipt
    found = receipt.checked(room.state, code)
    assert found is not None
    assert (found.typed, found.question, found.choice, found.released) == ("ada", 1, "C", False)
    room.do(c.Clear(pid("ada")))
    kept = receipt.checked(room.state, code)
    assert kept is not None
    assert kept.released
    assert receipt.checked(room.state, "AAAAA-AAAAA") is None
