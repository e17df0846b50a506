"""``portal archive`` and ``portal restore``: everything goes home in one file, and comes back as it was."""

import hashlib
import os
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from contextvars import copy_context
from html import escape
from pathlib import Path

import httpx2
import pytest

from portal.__main__ import main
from portal.archive.offline import offline
from portal.exports import CONTEST, QUIZ
from portal.store.log import EventLog
from tests.halls import file_of_tomorrow
from tests.serving import PASSWORD, Console, pool_text, serving, student
from tests.teams import contest_text, team

KEY = "k" * 32  # what tests/serving.py signs with
EVIL = "<script>alert(1)</script>"
RUNS = range(1, 6)  # that :func:`taught` leaves
Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def portal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Said:
    """Runs a command; its status, what it said and what it complained of."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        # its language is its own: that of the next test is not changed
        status = copy_context().run(main, [str(argument) for argument in arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path, pool_text("B", None, ["A", "C"])) as address:
        yield address


def taught(url: str) -> Console:
    """A file with a whole quiz, a contest broken off, and a quiz whose first question is open: its runs 1, 3 and 5.

    Between them lie the runs that another kind of pool replaced in their lobby.
    """
    console = Console(url)
    ada, eve = student(url, "Ada1", "Ada"), student(url, "eve", EVIL)
    for question, (hers, other) in enumerate((("B", "C"), ("D", "D"))):
        console.command("next")
        ada.tap("/answer", question=question, answer=hers)
        eve.tap("/answer", question=question, answer=other)
        console.command("close")
    console.command("end")
    console.command("reset")
    assert console.tap("/admin/pools", pool_text=contest_text()).status_code == 200
    console.command("next")
    owls = team(url, "Owls & co")
    held = re.search('data-held="([^"]+)"', owls.tap("/team/question").text)
    assert held
    owls.tap("/team/answer", question_id=held.group(1), answer="B")
    owls.tap("/team/question")
    console.command("reset")
    console.tap("/admin/pools", pool_text=pool_text("D"))
    student(url, "bob", "Bob").close()
    console.command("next")
    return console


def spreadsheets(console: Console) -> dict[str, bytes]:
    """Every file that the console gives of every run, by its name in an archive."""
    got: dict[str, bytes] = {}
    for run in RUNS:
        for name in (*QUIZ, *CONTEST):
            reply = console.get(f"/admin/runs/{run}/{name}")
            if reply.status_code == 200:
                got[f"run-{run}/{name}"] = reply.content
    assert len(got) == 3 * len(RUNS)
    return got


def in_zip(archive: Path) -> dict[str, bytes]:
    """The spreadsheets of an archive."""
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist() if name.endswith(".csv")}


def test_an_archive_goes_home_and_comes_back_to_the_last_byte(portal: Said, url: str, tmp_path: Path) -> None:
    console, home, back = taught(url), tmp_path / "home.zip", tmp_path / "back" / "portal.db"
    live = spreadsheets(console)
    status, said, _ = portal("archive", home, f"--db={tmp_path / 'portal.db'}", f"--secret-key={KEY}")
    assert (status, "4 answers, 4 receipts, 0 mismatches" in said, "1 team answers" in said) == (0, True, True), said
    assert home.stat().st_mode & 0o777 == 0o600
    assert in_zip(home) == live
    with zipfile.ZipFile(home) as archive:
        pages = {name for name in archive.namelist() if not name.endswith((".csv", ".db"))}
        assert pages == {"README.txt", "SHA256SUMS", "index.html", *(f"run-{run}/report.html" for run in RUNS)}

    status, said, complaint = portal("restore", home, f"--db={back}", f"--secret-key={KEY}")
    assert (status, "0 mismatches" in said) == (0, True), complaint
    assert portal("audit", back, f"--secret-key={KEY}")[0] == 0
    assert sorted(file.name for file in back.parent.iterdir()) == ["portal.db", "portal.db.lock"]
    portal("archive", "again.zip", f"--db={back}")
    assert in_zip(tmp_path / "again.zip") == live
    with serving(back.parent) as again:  # the present run goes on, with the time that was left
        served = spreadsheets(Console(again))
    assert {name for name in live if served[name] != live[name]} == {"run-5/events.csv"}
    assert served["run-5/events.csv"].startswith(live["run-5/events.csv"])


def test_no_secret_goes_home(portal: Said, url: str, tmp_path: Path) -> None:
    console = taught(url)
    with closing(sqlite3.connect(tmp_path / "portal.db")) as connection:
        (sign_in,) = connection.execute("SELECT token_hash FROM sign_in").fetchone()
    token = console.cookies["portal_console"].split(".")[0]
    assert hashlib.sha256(token.encode()).hexdigest() == sign_in, "this is what must not be found"
    assert portal("archive", "home.zip", f"--db={tmp_path / 'portal.db'}", f"--secret-key={KEY}")[0] == 0
    with zipfile.ZipFile(tmp_path / "home.zip") as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Ada1" in everything
    for secret in (KEY, PASSWORD, sign_in, token):
        assert secret.encode() not in everything


def test_a_report_tells_a_run_to_whoever_reads_it(portal: Said, url: str, tmp_path: Path) -> None:
    taught(url)
    portal("archive", "home.zip", f"--db={tmp_path / 'portal.db'}")
    with zipfile.ZipFile(tmp_path / "home.zip") as archive:
        quiz, contest, going_on = (archive.read(f"run-{run}/report.html").decode() for run in (1, 3, 5))
    text = " ".join(re.sub("<style>.*?</style>|<[^>]+>", " ", quiz, flags=re.DOTALL).split())
    for told in (
        "Took part 2",
        "Questions asked 2",
        "Not asked: 3.",
        "Option B of 1 ✓ correct 1 50",
        "Key: B . Right: 1 of 2 (50%). Mean points: 50.0. Answered: 2 of 2.",
        "A poll: no answer is right or wrong.",
        "Why 1.",
        "1 Ada Ada1 100 2 1",
    ):
        assert told in text, text
    assert "Why 3." not in quiz
    assert EVIL not in quiz
    assert escape(EVIL) in quiz
    assert "Owls &amp; co" in contest
    assert "Held by a team and not answered: q2." in contest
    assert "Question 1 was open when this was written" in going_on
    assert "Why 1." not in going_on, "nobody may know yet"


def test_the_pages_speak_the_language_that_is_asked_for_and_the_spreadsheets_none(
    portal: Said, url: str, tmp_path: Path
) -> None:
    taught(url)
    for tag in ("en", "de"):
        assert portal("archive", f"{tag}.zip", f"--db={tmp_path / 'portal.db'}", f"--language={tag}")[0] == 0
    with zipfile.ZipFile("en.zip") as english, zipfile.ZipFile("de.zip") as german:
        for name in (*(f"run-{run}/report.html" for run in (1, 3, 5)), "index.html"):
            page, seite = english.read(name).decode(), german.read(name).decode()
            assert ('<html lang="en">' in page, '<html lang="de">' in seite) == (True, True)
            headings = [re.findall("<h[123]>(?!Spring|Portal)(.*?)</h", text) for text in (page, seite)]
            assert len(headings[0]) == len(headings[1]) > 0
            assert not set(headings[0]) & set(headings[1]) - {"q1 · 100 points"}, "a heading was not translated"
    assert in_zip(tmp_path / "de.zip") == in_zip(tmp_path / "en.zip")
    assert portal("archive", "xx.zip", f"--db={tmp_path / 'portal.db'}", "--language=xx")[0] == os.EX_CONFIG


def test_an_archive_without_the_key_says_what_it_could_not_check(portal: Said, url: str, tmp_path: Path) -> None:
    taught(url)
    for key in ((), ("--secret-key=another key of a new server",)):
        status, said, _ = portal("archive", f"{len(key)}.zip", f"--db={tmp_path / 'portal.db'}", *key)
        assert status == 0
        assert "Its receipts were not checked" in said
        assert portal("restore", f"{len(key)}.zip", f"--db={len(key)}.db", *key)[0] == 0


def test_a_picture_of_ours_is_in_the_page_and_one_that_is_not_there_is_asked_for_nowhere() -> None:
    page = offline('<img src="/static/screens.jpg"><img src="/static/gone.png"><img src="/static/portal.css">')
    assert page.startswith('<img src="data:image/jpeg;base64,/9j/')
    assert page.endswith('<img src="data:,"><img src="data:,">')


def test_what_is_there_is_overwritten_by_neither(portal: Said, url: str, tmp_path: Path) -> None:
    taught(url)
    database = tmp_path / "portal.db"
    assert portal("archive", "home.zip", f"--db={database}")[0] == 0
    before = (tmp_path / "home.zip").read_bytes()
    status, _, complaint = portal("archive", "home.zip", f"--db={database}")
    assert (status, "exists already" in complaint) == (1, True)
    assert (tmp_path / "home.zip").read_bytes() == before
    status, _, complaint = portal("restore", "home.zip", f"--db={database}")
    assert (status, "exists already" in complaint, "--replace" in complaint) == (1, True, True)
    status, _, complaint = portal("restore", "home.zip", f"--db={database}", "--replace")
    assert (status, "is in use by another Portal" in complaint) == (1, True)
    assert httpx2.get(f"{url}/healthz").json()["status"] == "ok"


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_appears_meanwhile_is_not_overwritten(
    portal: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    EventLog(tmp_path / "p.db").close()
    link = os.link

    def late(partial: Path, to: Path) -> None:
        to.write_text("somebody else's")
        if not links:
            raise PermissionError(1, "Operation not permitted")  # as FAT says
        link(partial, to)

    monkeypatch.setattr(os, "link", late)
    status, _, complaint = portal("archive", "home.zip", "--db=p.db")
    assert (status, "exists already" in complaint) == (1, True)
    assert Path("home.zip").read_text() == "somebody else's"


def test_a_stick_without_links_takes_an_archive(portal: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(partial: Path, to: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    EventLog(tmp_path / "p.db").close()
    monkeypatch.setattr(os, "link", refused)
    assert portal("archive", "home.zip", "--db=p.db")[0] == 0
    assert zipfile.is_zipfile("home.zip")


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE event SET kind = 'AnswerLost' WHERE kind = 'AnswerAccepted' AND run = 1",
        "UPDATE event SET body = '{}' WHERE kind = 'Joined' AND run = 1",
    ],
)
def test_a_run_whose_events_cannot_be_read_goes_home_all_the_same(
    portal: Said, url: str, tmp_path: Path, spoil: str
) -> None:
    taught(url)
    portal("archive", "home.zip", f"--db={tmp_path / 'portal.db'}")
    with zipfile.ZipFile("home.zip") as whole:
        whole.extract("portal.db", "spoilt")
    with closing(sqlite3.connect("spoilt/portal.db")) as connection:
        connection.execute(spoil)
        connection.commit()
    status, _, complaint = portal("archive", "spoilt.zip", "--db=spoilt/portal.db")
    assert (status, "events of run 1 cannot be read" in complaint) == (1, True), complaint
    with zipfile.ZipFile("spoilt.zip") as archive:
        assert "portal.db" in archive.namelist()
        assert [name for name in archive.namelist() if name.startswith("run-1/")] == []
        assert "run-3/report.html" in archive.namelist()
        assert "Events of this run cannot be read." in archive.read("index.html").decode()


def test_what_was_there_is_kept_with_its_journal(portal: Said, url: str, tmp_path: Path) -> None:
    taught(url)
    portal("archive", "home.zip", f"--db={tmp_path / 'portal.db'}")
    for end in ("", "-wal", "-shm"):
        (tmp_path / f"old.db{end}").write_text(f"what was there{end}")
    assert portal("restore", "home.zip", "--db=old.db", "--replace")[0] == 0
    (aside,) = tmp_path.glob("old.db.before-*Z")
    assert [Path(f"{aside}{end}").read_text()[14:] for end in ("", "-wal", "-shm")] == ["", "-wal", "-shm"]
    assert not list(tmp_path.glob("old.db-*"))
    assert portal("audit", "old.db", f"--secret-key={KEY}")[0] == 0


def test_a_journal_that_lost_its_database_is_not_played_into_the_next_one(
    portal: Said, url: str, tmp_path: Path
) -> None:
    taught(url)
    portal("archive", "home.zip", f"--db={tmp_path / 'portal.db'}")
    journal = (tmp_path / "portal.db-wal").read_bytes()
    assert journal, "the server that runs writes one"
    (tmp_path / "old.db-wal").write_bytes(journal)
    assert portal("restore", "home.zip", "--db=old.db")[0] == 0
    (aside,) = tmp_path.glob("old.db.before-*Z-wal")
    assert aside.read_bytes() == journal
    assert not (tmp_path / "old.db-wal").exists()


def test_root_leaves_the_folder_of_a_service_to_it(
    portal: Said, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught(url)
    portal("archive", "home.zip", f"--db={tmp_path / 'portal.db'}")
    (tmp_path / "service").mkdir()
    if os.geteuid() == 0:
        os.chown(tmp_path / "service", 12345, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 0)
    status, _, complaint = portal("restore", "home.zip", "--db=service/portal.db")
    assert (status, "belongs to another user" in complaint) == (1, True)
    assert list((tmp_path / "service").iterdir()) == []


def repacked(home: Path, to: Path, **changed: bytes | None) -> Path:
    """``home`` with files of other content (None: without them), named with _ for the dot; sums as they were."""
    contents = {name.replace("_", "."): content for name, content in changed.items()}
    with zipfile.ZipFile(home) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            content = contents.pop(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in contents.items():
            new.writestr(name.replace("..", "../"), content or b"")
    return to


def changed_row(home: Path, folder: Path) -> tuple[bytes, bytes]:
    """A database in which somebody has made an answer right, and sums that agree with it."""
    with zipfile.ZipFile(home) as archive:
        archive.extract("portal.db", folder)
        old, sums = hashlib.sha256(archive.read("portal.db")).hexdigest(), archive.read("SHA256SUMS").decode()
    with closing(sqlite3.connect(folder / "portal.db")) as connection:
        connection.execute("UPDATE event SET body = json_set(body, '$.elapsed', 99999) WHERE kind = 'AnswerAccepted'")
        connection.commit()
    content = (folder / "portal.db").read_bytes()
    return content, sums.replace(old, hashlib.sha256(content).hexdigest()).encode()


def test_what_is_no_whole_archive_is_refused_with_a_sentence(portal: Said, url: str, tmp_path: Path) -> None:
    taught(url)
    portal("archive", "home.zip", f"--db={tmp_path / 'portal.db'}")
    home, whole = tmp_path / "home.zip", (tmp_path / "home.zip").read_bytes()
    (tmp_path / "text.zip").write_text("no zip at all")
    (tmp_path / "short.zip").write_bytes(whole[: len(whole) // 2])
    spoilt = bytearray(whole)
    spoilt[2000:2040] = bytes(40)  # within the compressed database
    (tmp_path / "spoilt.zip").write_bytes(spoilt)
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("holiday.jpg", b"")
    (tmp_path / "changed").mkdir()
    database, sums = changed_row(home, tmp_path / "changed")
    for archive, sentence in (
        (tmp_path / "none.zip", "there is no file"),
        (tmp_path, "Is a directory"),
        (tmp_path / "text.zip", "is no zip file, or not a whole one"),
        (tmp_path / "short.zip", "is no zip file, or not a whole one"),
        (tmp_path / "spoilt.zip", "spoilt.zip (is no zip file, or not a whole one|cannot be read)"),
        (tmp_path / "other.zip", "is no archive of Portal"),
        (repacked(home, tmp_path / "1.zip", portal_db=b"SQLite format 3"), "portal.db is not what was written"),
        (repacked(home, tmp_path / "2.zip", README_txt=b"Send me money"), "README.txt is not what was written"),
        (repacked(home, tmp_path / "3.zip", index_html=None), "index.html is missing"),
        (repacked(home, tmp_path / "4.zip", __evil=b"slipped"), "../evil"),
        (repacked(home, tmp_path / "5.zip", portal_db=database, SHA256SUMS=sums), "the audit finds faults"),
    ):
        status, _, complaint = portal("restore", archive, "--db=new/portal.db", f"--secret-key={KEY}")
        assert (status, bool(re.search(sentence, complaint))) == (1, True), complaint
        assert "Traceback" not in complaint
        assert list((tmp_path / "new").glob("*")) == [], "nothing is left of what was refused"
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "there is no file"),
        (b"no database, but long enough to be one", "is not the file of a Portal"),
        (b"", "is not the file of a Portal"),
    ],
)
def test_what_is_no_file_of_a_portal_is_not_archived(
    portal: Said, tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    if content is not None:
        (tmp_path / "p.db").write_bytes(content)
    status, _, complaint = portal("archive", "home.zip", "--db=p.db")
    assert (status, sentence in complaint) == (1, True), complaint
    assert not list(tmp_path.glob("*.zip"))
    assert not list(tmp_path.glob(".portal-*")), "nothing is left"


def test_a_file_of_a_newer_program_is_left_to_that_one(portal: Said, tmp_path: Path) -> None:
    file_of_tomorrow(tmp_path / "p.db")
    status, _, complaint = portal("archive", "home.zip", "--db=p.db")
    assert (status, "written by a newer Portal" in complaint) == (os.EX_CONFIG, True)
    assert not list(tmp_path.glob("*.zip"))


def test_a_file_without_a_run_makes_an_archive_without_one(portal: Said, tmp_path: Path) -> None:
    EventLog(tmp_path / "p.db").close()
    assert portal("archive", "home.zip", "--db=p.db")[0] == 0
    with zipfile.ZipFile("home.zip") as archive:
        assert "This file holds no run." in archive.read("index.html").decode()
