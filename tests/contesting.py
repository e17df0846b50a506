"""A contest to play in: the rules on a held clock, with teams in it. No web, no disk, no waiting."""

from typing import cast

from portal.domain import modes
from portal.domain.competition import commands as c
from portal.domain.competition import events as e
from portal.domain.competition.contest import Contest, ContestQuestion, Difficulty, Mystery
from portal.domain.competition.roster import QuestionId, TeamCode, TeamId, name_key
from portal.domain.competition.rules import Terms, decide
from portal.domain.competition.state import ContestState, begin, evolve
from portal.domain.competition.team import Team
from portal.domain.ids import Choice, Claim, Letter, Millis, Points, RunId, Sequence
from portal.domain.question import Option
from portal.domain.quiz import rules as quiz_rules
from portal.domain.rejection import Reason, Rejected

START = Millis(1_700_000_000_000)
MINUTE = 60_000
FOUR = tuple(Option(Letter(letter), f"Option {letter}") for letter in "ABCD")


def question(name: str, *, correct: str = "B", points: int = 100, several: bool = False) -> ContestQuestion:
    """A question with the options A to D; ``correct`` lists the right ones."""
    key = frozenset(Letter(letter) for letter in correct)
    return ContestQuestion(name, f"What of {name}?", FOUR, key, several, f"It is {correct}.", Points(points))


def mystery(
    name: str, difficulty: Difficulty = Difficulty.HARD, *, cost: int = 150, points: int = 300, correct: str = "C"
) -> Mystery:
    key = frozenset(Letter(letter) for letter in correct)
    asked = name, f"What is in {name}?", FOUR, key, False, f"It is {correct}.", Points(points)
    return Mystery(*asked, difficulty, Points(cost))


def contest(
    questions: int = 6, *, starting: int = 1000, penalty: int = 0, minutes: int | None = None, correct: str = "B"
) -> Contest:
    """``q1``, ``q2`` … worth 100, and the mysteries ``easy`` (50 for 100), ``hard1`` and ``hard2`` (150 for 300)."""
    return Contest(
        title="Spring Code Cup",
        session_id="main",
        starting_points=Points(starting),
        duration=None if minutes is None else Millis(minutes * MINUTE),
        wrong_penalty=Points(penalty),
        questions=tuple(question(f"q{number}", correct=correct) for number in range(1, questions + 1)),
        mysteries=(
            mystery("easy", Difficulty.EASY, cost=50, points=100),
            mystery("hard1"),
            mystery("hard2"),
        ),
    )


class Hall:
    """A contest whose commands are carried out at once. ``now`` moves only when :meth:`wait` says so."""

    def __init__(self, content: Contest | None = None, *, grace: int = 500) -> None:
        self.now = START
        self.terms = Terms(grace=Millis(grace))
        started = e.ContestStarted(START, RunId(1), content or contest())
        self.history: list[e.Event] = [started]
        self.state: ContestState = begin(started)
        self.state.sequence = Sequence(1)

    def do(self, *commands: c.Command) -> "Hall":
        for command in commands:
            self.happen(decide(self.state, command, self.now, self.terms))
        return self

    def reset(self) -> "Hall":
        """A new run of the contest as it is shipped with these tests."""
        tap = self.state.run, self.state.turn
        events = modes.begin_anew(self.state, *tap, contest(), "cup.json", self.now, quiz_rules.Terms(self.terms.grace))
        self.happen(cast("list[e.Event]", events))
        return self

    def happen(self, events: list[e.Event]) -> None:
        for event in events:
            self.history.append(event)
            self.state = evolve(self.state, event, Sequence(self.state.sequence + 1))

    def events_of(self, command: c.Command) -> list[e.Event]:
        """What ``command`` would make happen; it does not."""
        return decide(self.state, command, self.now, self.terms)

    def refuses(self, command: c.Command) -> Reason:
        """The reason for which ``command`` is refused. Fails when it is not."""
        try:
            events = decide(self.state, command, self.now, self.terms)
        except Rejected as refusal:
            return refusal.reason
        raise AssertionError(f"{command} was not refused but gave {events}")

    def wait(self, milliseconds: int) -> "Hall":
        self.now = Millis(self.now + milliseconds)
        return self

    def register(self, *names: str) -> "Hall":
        """Each of ``names`` registers with one member, the claim ``claim-NAME`` and the code ``code-NAME``."""
        return self.do(*(registering(name) for name in names))

    def start(self) -> "Hall":
        return self.do(c.Next(self.state.turn))

    def end(self) -> "Hall":
        return self.do(c.End(self.state.turn))

    def team(self, name: str) -> Team:
        return self.state.teams[self.id(name)]

    def id(self, name: str) -> TeamId:
        return self.state.names[name_key(name)]

    def asking(self, name: str, wanted: str | None = None) -> c.AskQuestion:
        return c.AskQuestion(self.id(name), claim(name), None if wanted is None else qid(wanted))

    def ask(self, name: str, wanted: str | None = None) -> "Hall":
        return self.do(self.asking(name, wanted))

    def answering(self, name: str, choice: str, to: str | None = None) -> c.AnswerQuestion:
        """An answer to ``to``, or to what the team holds."""
        held = self.team(name).held if to is None else qid(to)
        return c.AnswerQuestion(self.id(name), claim(name), held or qid("nothing"), Choice(choice))

    def answer(self, name: str, choice: str, to: str | None = None) -> "Hall":
        return self.do(self.answering(name, choice, to))

    def opening(self, name: str, difficulty: Difficulty = Difficulty.HARD, *, shown: int | None = None) -> c.OpenBox:
        return c.OpenBox(self.id(name), claim(name), difficulty, None if shown is None else Points(shown))

    def open(self, name: str, difficulty: Difficulty = Difficulty.HARD) -> "Hall":
        return self.do(self.opening(name, difficulty))

    def adjusting(self, name: str, delta: int, note: str = "wrong key", slip: str = "slip-1") -> c.AdjustPoints:
        return c.AdjustPoints(self.id(name), Points(delta), note, slip)

    def points(self, name: str) -> int:
        return self.team(name).points

    def rank(self, name: str) -> int:
        return self.state.board.rank(self.id(name))

    def move(self, name: str) -> int | None:
        return self.state.board.move(self.id(name))

    def replayed(self) -> ContestState:
        """The state that a restart would build from what has happened."""
        first = self.history[0]
        assert isinstance(first, e.ContestStarted)
        state = begin(first)
        state.sequence = Sequence(1)
        for place, event in enumerate(self.history[1:], start=2):
            state = evolve(state, event, Sequence(place))
        return state


def running(*names: str, content: Contest | None = None) -> Hall:
    """A contest that runs, with these teams."""
    return Hall(content).register(*names).start()


def full_hall() -> Hall:
    """A contest in which every kind of event has happened."""
    hall = Hall().register("A", "B").do(joining("A", "phone"))
    hall.do(c.ChoosePool(contest(3, starting=400), "cup.json"))
    hall.do(c.Lock(hall.state.turn), c.Unlock(hall.state.turn))
    hall.do(c.EditTeam(hall.id("B"), "Bee", ("Ada", "Li"), "a@b.edu"))
    hall.do(c.SetDuration(hall.state.turn, Millis(3_600_000)))
    hall.start().do(c.Resume(Millis(5)), c.AddQuestion(question("late")), c.AddQuestion(mystery("box")))
    hall.ask("A").answer("A", "B").open("A").do(hall.adjusting("A", 5))
    return hall.do(c.DeleteTeam(hall.id("A"))).reset()


def registering(
    name: str, *, members: tuple[str, ...] = ("Ada",), email: str = "", code: str | None = None, held: str | None = None
) -> c.RegisterTeam:
    given = TeamCode(code or f"code-{name}")
    return c.RegisterTeam(name, members, email, claim(name), given, Claim(held) if held else None)


def joining(name: str, device: str, *, held: str | None = None) -> c.JoinTeam:
    """``device`` joins the team that registered as ``name``."""
    return c.JoinTeam(TeamCode(f"code-{name}"), claim(device), Claim(held) if held else None)


def claim(name: str) -> Claim:
    return Claim(f"claim-{name}")


def qid(name: str) -> QuestionId:
    return QuestionId(name)
