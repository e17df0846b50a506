"""``portal rehearse``: a class of bots through the real program and the real proxy, and an honest word at the end."""

import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from portal.__main__ import main
from portal.domain.competition.contest import Contest
from portal.paths import CADDYFILE
from portal.pools import read_pool
from portal.rehearsal.contest import Match, Teams
from portal.rehearsal.progress import LessonProgress
from portal.rehearsal.proxy import adapted
from portal.rehearsal.verdict import ALLOWED, Outcome, reasons, sentence, table
from portal.stress.classroom import Classroom
from portal.stress.console import Console
from portal.stress.http import Site
from portal.stress.lesson import MOST_MESSAGES, Lesson
from portal.stress.plan import Plan
from tests.serving import ROOT, pool_text
from tests.teams import contest_text

pytestmark = pytest.mark.timeout(300)

QUICK = {"n": 100, "p50": 10.0, "p95": 20.0, "p99": 30.0, "max": 40.0}
GOOD = Outcome(300, dict.fromkeys(ALLOWED, QUICK), saved=2850, lost=0, messages=4, faults=(), fault_count=0)


@contextmanager
def rehearsing(
    folder: Path, *arguments: str, questions: int = 2, pool: str = "", **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, which keeps everything in ``folder/scratch`` and is stopped at the end."""
    (folder / "pool.json").write_text(pool or pool_text(*["B"] * questions))
    (folder / "scratch").mkdir()
    (folder / ".env").write_text("PORTAL_GRACE_MS=none of the rehearsal's business\n")
    command = [sys.executable, "-m", "portal", "rehearse", *arguments]
    around = os.environ | {"TMPDIR": str(folder / "scratch"), "PYTHONPATH": str(ROOT)} | environment
    with subprocess.Popen(
        command, cwd=folder, env=around, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as run:
        try:
            yield run
        finally:
            if run.poll() is None:
                run.terminate()  # it takes its program and its proxy along
                run.communicate(timeout=60)


def left_behind(folder: Path) -> list[str]:
    """Files of a rehearsal, and processes that know of them."""
    told = [name.name for name in (folder / "scratch").iterdir()]
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # gone meanwhile
            continue
        if str(folder / "scratch") in line:
            told.append(line)
    return told


def test_a_class_of_bots_plays_through_the_proxy_and_the_machine_is_ready(tmp_path: Path) -> None:
    with rehearsing(tmp_path, "--students", "20", "pool.json") as run:
        said, _ = run.communicate(timeout=200)
    assert run.returncode == 0, said
    for told in (
        "with 20 students, through the program and Caddy, over TLS",
        "question 2 of 2",
        "at most",
        "saved, 0 lost",
        "Ready for 20 students.",
    ):
        assert told in said
    assert "\r" not in said, "a bar is for a terminal"
    assert left_behind(tmp_path) == []


def test_a_contest_is_played_by_teams(tmp_path: Path) -> None:
    with rehearsing(tmp_path, "--students", "4", "pool.json", pool=contest_text(4, boxes=1), PATH="") as run:
        said, _ = run.communicate(timeout=200)
    assert run.returncode == 0, said
    assert "with 4 teams" in said
    assert re.search(r"^ask  .*ms$", said, re.MULTILINE), said
    saved = re.search(r"^answers +(\d+) saved, 0 lost$", said, re.MULTILINE)
    assert saved, said
    assert 4 <= int(saved[1]) <= 7, "every question, and boxes as far as they were asked for"
    assert "Ready for 4 teams." in said
    assert left_behind(tmp_path) == []


def test_an_answer_of_a_team_that_the_file_does_not_tell_is_lost() -> None:
    site = Site("http", "127.0.0.1", 1)
    plan = Plan(("happy",), 2, "password", 1.0, 10.0, exact=False, seed=1)
    contest = read_pool(contest_text())
    assert isinstance(contest, Contest)
    match = Match(Teams(site, Console(site), plan, server=None), contest)
    match.answers = {("Team 00000", "q1"): "A", ("Team 00001", "q2"): "B", ("Team 00001", "q3"): "C"}
    rows = [
        {"name": "Team 00000", "question": "q1", "answer": "A"},
        {"name": "Team 00001", "question": "q2", "answer": "C"},
    ]
    assert match.lost(rows) == 2


def test_without_a_proxy_on_the_machine_it_says_so(tmp_path: Path) -> None:
    with rehearsing(tmp_path, "--students", "5", "pool.json", PATH="") as run:
        said, _ = run.communicate(timeout=200)
    assert (run.returncode, "there is no Caddy on this machine" in said) == (0, True), said
    assert "what TLS costs is not in these figures" in said


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Programs that a test starts hear SIGINT, also where the tests themselves run in a shell's background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_whoever_stops_it_finds_nothing_left_behind(tmp_path: Path, how: signal.Signals) -> None:
    with rehearsing(tmp_path, "--students", "20", "pool.json", questions=50) as run:
        assert run.stdout is not None
        told = ""
        while "question " not in (line := run.stdout.readline()):
            told += line
            assert line, f"it ended before its first question: {told}"
        assert len(left_behind(tmp_path)) > 2, "there is a folder, a program and a proxy"
        run.send_signal(how)
        said, _ = run.communicate(timeout=60)
    assert run.returncode == 130, said
    assert "Nothing is left behind." in said
    assert "Traceback" not in said
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize(
    ("pool", "arguments", "sentence"),
    [
        ("{}", ("pool.json",), "the pool cannot be used"),
        (pool_text(), ("--students", "0", "pool.json"), "a class has 1 to"),
        (pool_text(), ("none.json",), "no such file"),
    ],
)
def test_what_cannot_be_rehearsed_is_a_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    pool: str,
    arguments: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pool.json").write_text(pool)
    try:
        status = main(["rehearse", *arguments])
    except SystemExit as usage:
        status = int(usage.code or 0)
    assert status != 0
    assert sentence in capsys.readouterr().err


def test_a_machine_that_did_all_of_it_in_time_is_ready() -> None:
    assert sentence(GOOD) == "Ready for 300 students."
    assert "answers         2,850 saved, 0 lost" in list(table(GOOD))


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (replace(GOOD, lost=1), "1 saved answer lost"),
        (
            replace(GOOD, figures=GOOD.figures | {"save": QUICK | {"p95": 1_001.0}}),
            "wait 1.0 s or longer to have an answer",
        ),
        (replace(GOOD, figures=GOOD.figures | {"join": QUICK | {"p95": 9_000.0}}), "wait 9.0 s or longer to join"),
        (replace(GOOD, messages=MOST_MESSAGES + 1), "a phone got 7 messages for one question"),
        (replace(GOOD, faults=("s1: no reply",), fault_count=2), "2 faults, listed above"),
        (replace(GOOD, late=True), "too slow to come to its end"),
        (replace(GOOD, saved=0, figures={}), "no answer was saved"),
    ],
)
def test_a_machine_that_did_not_is_told_why(outcome: Outcome, why: str) -> None:
    assert len(reasons(outcome)) == 1
    assert sentence(outcome).startswith("Not ready for 300 students: ")
    assert why in sentence(outcome)


def test_faults_beyond_the_first_few_are_counted() -> None:
    lines = list(table(replace(GOOD, faults=tuple(f"fault {number}" for number in range(9)), fault_count=30)))
    assert sum(line.startswith("fault ") for line in lines) == 5
    assert lines[-1].strip() == "and 25 more"


class Terminal(io.StringIO):
    """What a person sees."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_one_line_is_written_over_and_cleared_at_the_end() -> None:
    site, out = Site("http", "127.0.0.1", 1), Terminal()
    plan = Plan(("happy",), 4, "password", 1.0, 10.0, exact=True, seed=1)
    lesson = Lesson(Classroom(site, Console(site), plan, server=None))
    progress = LessonProgress(lesson.room, lesson, 3, out)
    progress.show()
    for _ in range(4):
        lesson.room.figures.add("connect", 0.1)
    lesson.asked = [0, 1, 2]
    progress.show()
    first, last = out.getvalue().split("\r")[1:]
    assert (first.count("#"), last.count("#")) == (0, 18), "joined and two of three questions are three quarters"
    assert "question 3 of 3" in last
    progress.end()
    assert out.getvalue().endswith(" \r")
    assert "\n" not in out.getvalue()


def test_the_rehearsal_s_proxy_differs_from_the_real_one_in_names_and_ports_only() -> None:
    theirs, ours = CADDYFILE.read_text(), adapted(CADDYFILE.read_text(), https=1, http=2, inner=3)
    taken, added = (set(a.splitlines()) - set(b.splitlines()) for a, b in ((theirs, ours), (ours, theirs)))
    assert taken == {"quiz.example.edu {", "\treverse_proxy 127.0.0.1:8001 {"}
    assert added - {"localhost {", "\treverse_proxy 127.0.0.1:3 {"} == {
        *("\tadmin off", "\tskip_install_trust", "\tdefault_bind 127.0.0.1", "\thttps_port 1", "\thttp_port 2"),
    }


def test_the_harness_has_a_door_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as asked:
        main(["stress", "--help"])
    assert (asked.value.code, "--scenario" in capsys.readouterr().out) == (0, True)
