"""Anything in any order: whatever a class of teams and an instructor do, what must hold holds after every step."""

from collections import defaultdict
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from portal.domain.competition import commands as c
from portal.domain.competition import events as e
from portal.domain.competition.audit import audit
from portal.domain.competition.contest import Difficulty
from portal.domain.competition.roster import QuestionId, TeamCode, TeamId, name_key
from portal.domain.competition.state import Phase
from portal.domain.ids import Choice, Claim, Millis, ParticipantId, Points, Turn
from portal.domain.ranking import standings
from portal.domain.rejection import Rejected
from tests.contesting import Hall, contest, mystery, qid, question

NAMES = st.sampled_from(["Heap", "heap", "Team 1", "Queue", ""])
DEVICES = st.integers(0, 4)
TEAMS = st.integers(1, 5).map(lambda number: TeamId(f"t{number}"))
QUESTIONS = st.sampled_from([qid(name) for name in ("q1", "q2", "q3", "q4", "late", "easy", "hard1", "nothing")])
CHOICES = st.sampled_from([Choice(text) for text in ("B", "C", "A", "A,B", "E", "")])


class Contest(RuleBasedStateMachine):
    """A hall in which every command is tried, allowed or not. Most steps play; the console is busy now and then."""

    hall: Hall

    @initialize(
        starting=st.sampled_from([0, 160, 1000]),
        penalty=st.sampled_from([0, 130]),
        minutes=st.sampled_from([None, 5]),
        begun=st.sampled_from([True, True, False]),
    )
    def open_the_doors(self, starting: int, penalty: int, minutes: int | None, begun: bool) -> None:
        self.hall = Hall(contest(4, starting=starting, penalty=penalty, minutes=minutes))
        for device in range(4):
            self.register(f"Team {device}", device, fresh=True)
        if begun:
            self.hall.start()

    def attempt(self, command: c.Command) -> None:
        """A command happens or is refused. Once it has happened, what names its aim must not happen a second time."""
        try:
            self.hall.do(command)
        except Rejected:
            return
        if isinstance(command, c.AnswerQuestion | c.AdjustPoints | c.AddQuestion | c.RegisterTeam | c.JoinTeam):
            assert self.hall.events_of(command) == []

    def seat(self, device: int) -> tuple[TeamId, Claim]:
        """A device, and the team that it plays for; a team of nobody where it plays for none."""
        claim = Claim(f"device-{device}")
        return self.hall.state.claims.get(claim, TeamId("t0")), claim

    @rule(device=DEVICES, wanted=st.none() | QUESTIONS)
    def ask(self, device: int, wanted: QuestionId | None) -> None:
        self.attempt(c.AskQuestion(*self.seat(device), wanted))

    @rule(devices=st.permutations(range(4)), wanted=st.none() | QUESTIONS)
    def all_ask_at_once(self, devices: list[int], wanted: QuestionId | None) -> None:
        for device in devices:
            self.ask(device, wanted)

    @rule(
        moves=st.lists(st.tuples(DEVICES, st.sampled_from(["next", "EASY", "HARD"]), CHOICES), min_size=3, max_size=8)
    )
    def play_some_rounds(self, moves: list[tuple[int, str, Choice]]) -> None:
        for device, kind, choice in moves:
            if kind == "next":
                self.ask(device, None)
            else:
                self.open_box(device, Difficulty(kind), None)
            self.answer(device, choice)

    @rule(device=DEVICES, difficulty=st.sampled_from(Difficulty), shown=st.none() | st.just(Points(150)))
    def open_box(self, device: int, difficulty: Difficulty, shown: Points | None) -> None:
        self.attempt(c.OpenBox(*self.seat(device), difficulty, shown))

    @rule(device=DEVICES, choice=CHOICES)
    def answer(self, device: int, choice: Choice) -> None:
        team, claim = self.seat(device)
        held = self.hall.state.teams[team].held if team in self.hall.state.teams else None
        self.attempt(c.AnswerQuestion(team, claim, held or qid("q1"), choice))

    @rule(device=DEVICES, choice=CHOICES, question=QUESTIONS)
    def answer_anything(self, device: int, choice: Choice, question: QuestionId) -> None:
        self.attempt(c.AnswerQuestion(*self.seat(device), question, choice))

    @rule(name=NAMES, device=DEVICES, fresh=st.booleans())
    def register(self, name: str, device: int, fresh: bool) -> None:
        claim = Claim(f"device-{device}")
        held = None if fresh else claim
        self.attempt(c.RegisterTeam(name, ("Ada",), "", claim, TeamCode(f"code-{device}"), held))

    @rule(code=DEVICES, device=DEVICES, fresh=st.booleans())
    def join(self, code: int, device: int, fresh: bool) -> None:
        claim = Claim(f"device-{device}")
        self.attempt(c.JoinTeam(TeamCode(f"code-{code}"), claim, None if fresh else claim))

    @rule(team=TEAMS, delta=st.integers(-300, 300), slip=st.sampled_from("abcdef"))
    def adjust(self, team: TeamId, delta: int, slip: str) -> None:
        self.attempt(c.AdjustPoints(team, Points(delta), "because", slip))

    @rule(step=st.sampled_from(["create", "edit", "delete", "box", "question"]), team=TEAMS, name=NAMES)
    def work_at_the_console(self, step: str, team: TeamId, name: str) -> None:
        commands: dict[str, c.Command] = {
            "create": c.CreateTeam(name, ("Li",), "", TeamCode(f"code-{team}"), Points(70)),
            "edit": c.EditTeam(team, name, ("Li", "Ada"), "a@b.edu"),
            "delete": c.DeleteTeam(team),
            "box": c.AddQuestion(mystery("more", cost=20)),
            "question": c.AddQuestion(question("late")),
        }
        self.attempt(commands[step])

    @rule(
        step=st.sampled_from(["next", "stale", "end", "lock", "unlock", "choose", "bell"]),
        starting=st.sampled_from([0, 100]),
    )
    def press_a_button(self, step: str, starting: int) -> None:
        turn = self.hall.state.turn
        commands: dict[str, c.Command] = {
            "next": c.Lock(turn) if self.hall.state.phase is Phase.RUNNING else c.Next(turn),
            "stale": c.Next(Turn(turn - 1)),
            "end": c.End(turn) if len(self.hall.history) > 40 else c.Unlock(turn),
            "lock": c.Lock(turn),
            "unlock": c.Unlock(turn),
            "choose": c.ChoosePool(contest(4, starting=starting, penalty=130), "other"),
            "bell": c.RingBell(Turn(turn - 1)),
        }
        self.attempt(commands[step])

    @rule(milliseconds=st.sampled_from([0, 1, 7_000, 61_000]))
    def wait(self, milliseconds: int) -> None:
        self.hall.wait(milliseconds)

    @rule(down=st.sampled_from([1, 60_000]))
    def crash(self, down: int) -> None:
        """The process dies and comes back with what the log holds."""
        self.hall.wait(down)
        self.hall.state = self.hall.replayed()
        self.attempt(c.Resume(Millis(down)))

    @invariant()
    def points_are_the_sum_of_the_ledger_and_never_below_zero(self) -> None:
        for team in self.hall.state.teams.values():
            balance = 0
            for row in team.ledger:
                balance += row.entry.delta
                assert balance == row.entry.balance
                assert balance >= 0
            assert team.points == balance

    @invariant()
    def a_question_has_one_team_for_ever(self) -> None:
        owners: defaultdict[QuestionId, set[TeamId]] = defaultdict(set)
        for event in self.hall.history:
            if isinstance(event, e.QuestionTaken | e.BoxOpened):
                owners[event.question].add(event.team)
            if isinstance(event, e.TeamDeleted) and event.returned is not None:
                owners[event.returned].remove(event.team)
        assert all(len(teams) <= 1 for teams in owners.values())
        state = self.hall.state
        assert {question: teams for question, teams in owners.items() if teams} == {
            question: {owner} for question in state.asked if (owner := state.owner(question)) is not None
        }

    @invariant()
    def what_a_team_holds_or_answered_is_its_own(self) -> None:
        state = self.hall.state
        for team in state.teams.values():
            assert all(state.owner(question) == team.id for question in team.answers)
            assert team.held is None or (state.owner(team.held) == team.id and team.held not in team.answers)
            assert team.solved == sum(given.right for given in team.answers.values())

    @invariant()
    def claims_codes_and_names_lead_to_the_teams_that_are_there(self) -> None:
        state, teams = self.hall.state, self.hall.state.teams
        assert state.claims == {claim: team.id for team in teams.values() for claim in team.devices}
        assert state.codes == {team.code: team.id for team in teams.values()}
        assert state.names == {name_key(team.name): team.id for team in teams.values()}

    @invariant()
    def the_board_is_the_ranking(self) -> None:
        state = self.hall.state
        ranking = standings((ParticipantId(each.id), each.name, each.points) for each in state.teams.values())
        assert list(state.board.ranks().items()) == [(TeamId(row.participant), row.rank) for row in ranking]

    @invariant()
    def a_replay_gives_the_same_state_and_the_audit_finds_nothing(self) -> None:
        assert self.hall.replayed() == self.hall.state
        assert audit(self.hall.history).faults == []


Contest.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestContest: Any = Contest.TestCase
