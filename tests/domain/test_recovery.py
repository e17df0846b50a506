"""What a restart and a reset keep: replayed events give the same room, and downtime is nobody's loss."""

from portal.domain.ids import Millis, QuestionNumber
from portal.domain.quiz import commands as c
from portal.domain.quiz import events as e
from portal.domain.quiz.state import Phase
from portal.domain.rejection import Reason
from tests.playing import Room, joining, pid

HOUR = 3_600_000


def busy_room() -> Room:
    """A room in which nearly everything has happened once."""
    room = Room().join("ada", "bea", "cy").next().answer("ada", "B").answer("bea", "C")
    room.refuses(joining("ada", name="Eve", claim="thief"))
    room.refuses(joining("ada", name="999999", claim="thief"))
    room.do(c.Extend(room.state.turn, Millis(5_000)), c.Clear(pid("cy"))).close()
    room.do(c.ShowStandings(room.state.turn)).do(c.Lock(room.state.turn), c.HandOver(pid("bea")))
    room.do(c.Reopen(room.state.turn), joining("bea", name="Bea", claim="other")).close()
    room.do(c.ReportGlance(pid("ada"), room.claim("ada"), e.Glance.HIDDEN), c.UndoRelease(pid("cy")))
    room.do(c.RenewCode(pid("ada"), room.claim("ada"), "777777"), c.TurnProjector(e.Slide.TIMES))
    return room.next().answer("ada", "C", after=1_000)


def test_replaying_what_happened_gives_the_room_as_it_is() -> None:
    room = busy_room()
    assert room.replayed() == room.state


def test_the_time_that_the_server_was_down_is_nobodys_loss() -> None:
    room = Room().join("ada", "bea").next().answer("bea", "B", after=4_000).wait(6_000)
    room.wait(HOUR).do(c.Resume(Millis(HOUR)))
    assert room.state.opening is not None
    assert room.state.opening.deadline - room.now == 20_000, "ten of thirty seconds had passed when it went down"
    room.answer("ada", "B", after=1_000)
    elapsed = {who: each.answers[QuestionNumber(0)].elapsed for who, each in room.state.participants.items()}
    assert elapsed == {"ada": 11_000, "bea": 4_000}


def test_after_a_restart_time_is_still_up_on_time() -> None:
    room = Room().join("ada").next().wait(10_000 + HOUR).do(c.Resume(Millis(HOUR)))
    assert room.wait(20_501).refuses(room.answering("ada", "B")) is Reason.TIME_EXPIRED


def test_two_restarts_in_one_question_are_both_nobodys_loss() -> None:
    room = Room().join("ada").next()
    for _ in range(2):
        room.wait(1_000 + HOUR).do(c.Resume(Millis(HOUR)))
    assert room.state.opening is not None
    assert room.state.opening.deadline - room.now == 28_000


def test_a_restart_while_nothing_is_open_changes_nothing() -> None:
    room = Room().join("ada").next().close()
    happened = len(room.history)
    assert len(room.do(c.Resume(Millis(HOUR))).history) == happened


def test_a_form_drawn_before_the_restart_of_an_open_question_is_out_of_date() -> None:
    room = Room().next()
    tap = c.Close(room.state.turn)
    assert room.do(c.Resume(Millis(1))).refuses(tap) is Reason.STALE_CONTROL


def test_reset_begins_a_new_run_in_the_lobby_with_nobody_in_it() -> None:
    room = busy_room()
    cookie = room.claim("ada")
    room.reset()
    assert (room.state.run, room.state.phase, room.state.participants, room.state.claims) == (2, Phase.LOBBY, {}, {})
    assert not room.state.locked
    assert room.refuses(c.RenewCode(pid("ada"), cookie, "1")) is Reason.NO_IDENTITY


def test_reset_deletes_nothing_and_closes_what_was_open() -> None:
    room = busy_room()
    before = list(room.history)
    assert room.state.phase is Phase.OPEN
    room.reset()
    assert room.history[: len(before)] == before
    kinds = [type(event) for event in room.history[len(before) :]]
    assert kinds == [e.QuestionClosed, e.RunArchived, e.RunStarted]


def test_an_id_of_the_old_run_is_free_in_the_new_one() -> None:
    room = busy_room().reset().join("ada").next().answer("ada", "B").close()
    assert (room.total("ada"), room.state.participants[pid("ada")].refused) == (100, [])


def test_no_event_of_a_button_takes_an_answer_away() -> None:
    """Cleared, handed over, reopened, reset: the answers that were accepted are all still in what happened."""
    room = busy_room()
    given = [event for event in room.history if isinstance(event, e.AnswerAccepted)]
    room.do(c.Clear(pid("ada")), c.End(room.state.turn)).reset()
    assert [event for event in room.history if isinstance(event, e.AnswerAccepted)] == given
    assert len(given) == 3
