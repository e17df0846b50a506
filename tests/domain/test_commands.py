"""Every command of the console from every phase, and the turn that keeps a double tap from counting twice."""

from collections.abc import Callable

import pytest

from portal.domain.ids import Millis, QuestionNumber
from portal.domain.quiz import commands as c
from portal.domain.quiz.state import Phase
from portal.domain.rejection import Reason, Rejected
from tests.playing import Room, pid, question, quiz, turn

Make = Callable[[Room], c.Command]


def room_in(phase: Phase) -> Room:
    """Ada and Bea in a room that stands in ``phase``, where there is one after the first of three questions."""
    room = Room().join("ada", "bea")
    if phase is not Phase.LOBBY:
        room.next().answer("ada", "B", after=1_000)
    if phase in (Phase.CLOSED, Phase.STANDINGS):
        room.close()
    if phase is Phase.STANDINGS:
        room.do(c.ShowStandings(room.state.turn))
    if phase is Phase.FINISHED:
        room.do(c.End(room.state.turn))
    assert room.state.phase is phase
    return room


def jump(number: int, limit: int | None = None) -> Make:
    return lambda room: c.Open(room.state.turn, QuestionNumber(number), None if limit is None else Millis(limit))


COMMANDS: dict[str, tuple[Make, dict[Phase, Phase]]] = {
    # the command, and for each phase from which it is allowed the phase that it leads to
    "next": (
        lambda room: c.Next(room.state.turn),
        {Phase.LOBBY: Phase.OPEN, Phase.OPEN: Phase.OPEN, Phase.CLOSED: Phase.OPEN, Phase.STANDINGS: Phase.OPEN},
    ),
    "open": (
        jump(2),
        {Phase.LOBBY: Phase.OPEN, Phase.OPEN: Phase.OPEN, Phase.CLOSED: Phase.OPEN, Phase.STANDINGS: Phase.OPEN},
    ),
    "close": (lambda room: c.Close(room.state.turn), {Phase.OPEN: Phase.CLOSED}),
    "extend": (lambda room: c.Extend(room.state.turn, Millis(15_000)), {Phase.OPEN: Phase.OPEN}),
    "standings": (lambda room: c.ShowStandings(room.state.turn), {Phase.CLOSED: Phase.STANDINGS}),
    "reopen": (lambda room: c.Reopen(room.state.turn), {Phase.CLOSED: Phase.OPEN, Phase.STANDINGS: Phase.OPEN}),
    "end": (
        lambda room: c.End(room.state.turn),
        dict.fromkeys((Phase.LOBBY, Phase.OPEN, Phase.CLOSED, Phase.STANDINGS), Phase.FINISHED),
    ),
    "lock": (lambda room: c.Lock(room.state.turn), {phase: phase for phase in Phase}),
    "unlock": (lambda room: c.Unlock(room.state.turn), {phase: phase for phase in Phase}),
}
ALLOWED = [(name, phase, to) for name, (_, ways) in COMMANDS.items() for phase, to in ways.items()]
FORBIDDEN = [(name, phase) for name, (_, ways) in COMMANDS.items() for phase in Phase if phase not in ways]
STALE = [(name, phase) for name in COMMANDS for phase in Phase if phase is not Phase.LOBBY]


@pytest.mark.parametrize(("name", "phase", "leads_to"), ALLOWED)
def test_a_command_leads_from_phase_to_phase(name: str, phase: Phase, leads_to: Phase) -> None:
    room = room_in(phase)
    room.do(COMMANDS[name][0](room))
    assert room.state.phase is leads_to


@pytest.mark.parametrize(("name", "phase"), FORBIDDEN)
def test_a_command_that_is_not_for_this_phase_changes_nothing(name: str, phase: Phase) -> None:
    room = room_in(phase)
    happened = len(room.history)
    assert room.refuses(COMMANDS[name][0](room)) is Reason.NOT_ALLOWED
    assert len(room.history) == happened


@pytest.mark.parametrize(("name", "phase"), STALE)
def test_a_form_that_was_drawn_before_the_present_turn_changes_nothing(name: str, phase: Phase) -> None:
    room, old = room_in(phase), room_in(Phase.LOBBY)
    happened = len(room.history)
    assert room.refuses(COMMANDS[name][0](old)) is Reason.STALE_CONTROL
    assert len(room.history) == happened


@pytest.mark.parametrize("name", ["next", "open", "close", "extend", "reopen", "standings", "end"])
def test_a_double_tap_counts_once(name: str) -> None:
    make, ways = COMMANDS[name]
    room = room_in(next(iter(ways)))
    tap = make(room)
    room.do(tap)
    assert room.refuses(tap) is Reason.STALE_CONTROL


def test_two_taps_on_reset_in_the_same_instant_begin_one_run() -> None:
    room = room_in(Phase.LOBBY)
    assert room.reset().state.turn == 0, "or the turn alone would refuse the second one"
    with pytest.raises(Rejected) as refusal:
        room.reset(run=1)
    assert (refusal.value.reason, room.state.run) == (Reason.STALE_CONTROL, 2)


@pytest.mark.parametrize("phase", Phase)
def test_a_reset_leads_from_every_phase_to_the_lobby_of_the_next_run(phase: Phase) -> None:
    state = room_in(phase).reset().state
    assert (state.run, state.phase) == (2, Phase.LOBBY)


def test_a_reset_that_was_drawn_before_the_present_turn_changes_nothing() -> None:
    room = room_in(Phase.OPEN)
    happened = len(room.history)
    with pytest.raises(Rejected) as refusal:
        room.reset(turn(0))
    assert refusal.value.reason is Reason.STALE_CONTROL
    assert len(room.history) == happened


def test_a_double_tap_on_next_opens_one_question() -> None:
    room = Room().do(c.Next(turn(0)))
    assert room.refuses(c.Next(turn(0))) is Reason.STALE_CONTROL
    assert room.state.current == 0


def test_the_one_button_goes_through_the_whole_quiz() -> None:
    room = Room()
    seen = []
    while room.state.phase is not Phase.FINISHED:
        room.next()
        seen.append(room.state.current)
    assert seen == [0, 1, 2, 2]
    assert all(openings[-1].closed_by for openings in room.state.openings.values())


def test_next_from_an_open_question_closes_it_and_opens_the_following_one() -> None:
    room = room_in(Phase.OPEN).next()
    assert (room.state.current, room.state.closed_questions()) == (1, [0])
    assert room.total("ada") == 100


def test_the_turn_rises_with_every_change_of_the_state_and_with_nothing_else() -> None:
    room = Room()
    for expected, command in enumerate([jump(0), COMMANDS["extend"][0], COMMANDS["close"][0], jump(0)], start=1):
        assert room.do(command(room)).state.turn == expected
    room.join("ada").answer("ada", "B").do(c.Lock(room.state.turn), c.Clear(pid("ada")))
    assert room.state.turn == 4


@pytest.mark.parametrize("seconds", [5, 90, 3_600])
def test_a_jump_may_bring_its_own_time_limit(seconds: int) -> None:
    room = Room().do(jump(1, seconds * 1000)(Room()))
    assert room.state.opening is not None
    assert room.state.opening.limit == seconds * 1000


@pytest.mark.parametrize("milliseconds", [0, -1, 4_999, 3_600_001])
def test_a_jump_with_an_absurd_time_limit_is_refused(milliseconds: int) -> None:
    assert Room().refuses(jump(1, milliseconds)(Room())) is Reason.BAD_TIME_LIMIT


@pytest.mark.parametrize("number", [-1, 3, 10**12])
def test_a_jump_to_a_question_that_is_not_there_is_refused(number: int) -> None:
    assert Room().refuses(jump(number)(Room())) is Reason.BAD_NUMBER


def test_a_jump_without_a_time_limit_takes_the_questions_own() -> None:
    room = Room(quiz(question(), question(seconds=45)))
    room.do(jump(1)(room))
    assert room.state.opening is not None
    assert room.state.opening.limit == 45_000


def test_a_jump_closes_the_question_that_is_open() -> None:
    room = room_in(Phase.OPEN)
    room.do(jump(2)(room))
    assert (room.state.current, room.state.closed_questions()) == (2, [0])


def test_a_jump_to_the_question_that_is_open_already_is_refused() -> None:
    room = room_in(Phase.OPEN)
    assert room.refuses(jump(0)(room)) is Reason.ALREADY_OPEN
    assert room.refuses(jump(0, 60_000)(room)) is Reason.ALREADY_OPEN


def test_after_a_jump_back_next_goes_on_from_there() -> None:
    room = room_in(Phase.CLOSED).next().next()
    room.do(jump(0)(room))
    assert room.next().state.current == 1


@pytest.mark.parametrize("milliseconds", [0, 999, 600_001, -5_000])
def test_extra_time_is_one_second_to_ten_minutes(milliseconds: int) -> None:
    room = room_in(Phase.OPEN)
    assert room.refuses(c.Extend(room.state.turn, Millis(milliseconds))) is Reason.BAD_EXTENSION


def test_choosing_a_pool_is_for_the_lobby() -> None:
    other = quiz(question("A"))
    room = Room().join("ada").do(c.ChoosePool(other, "other.json"))
    assert (room.state.quiz, room.state.source, list(room.state.participants)) == (other, "other.json", ["ada"])
    room.next()
    assert room.refuses(c.ChoosePool(quiz(), "start")) is Reason.RUN_HAS_BEGUN


def test_choosing_the_present_pool_again_is_nothing_new() -> None:
    room = Room().do(c.ChoosePool(quiz(), "start"))
    happened = len(room.history)
    assert len(room.do(c.ChoosePool(quiz(), "start")).history) == happened


def test_a_run_that_was_ended_in_the_lobby_does_not_take_another_pool() -> None:
    room = Room()
    assert room.do(c.End(room.state.turn)).refuses(c.ChoosePool(quiz(question()), "x")) is Reason.RUN_HAS_BEGUN


def test_the_bell_of_an_earlier_turn_closes_nothing() -> None:
    room = room_in(Phase.OPEN)
    late = c.RingBell(room.state.turn)
    room.do(COMMANDS["extend"][0](room), late)
    assert room.state.phase is Phase.OPEN
    happened = len(room.close().history)
    assert len(room.do(late, c.RingBell(room.state.turn)).history) == happened
