"""A disk that takes no writes, seen from the phones and the console of the real program."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2

from tests.serving import Console, Program, pool_text, program, stage_of, student

WARNING = "Answers cannot be saved"


@contextmanager
def no_room(portal: Program) -> Iterator[None]:
    """No file of the program may grow beyond what its log has now, as on a disk that is full."""
    assert portal.process is not None
    size = (portal.folder / "portal.db-wal").stat().st_size
    soft, hard = resource.prlimit(portal.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(portal.process.pid, resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.prlimit(portal.process.pid, resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def held_by_another(portal: Program) -> Iterator[None]:
    with closing(sqlite3.connect(portal.folder / "portal.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def is_told(reply: httpx2.Response) -> bool:
    return reply.status_code == 503 and 'data-error="not_saved"' in reply.text and "answer" not in stage_of(reply.text)


def test_on_a_full_disk_everybody_is_told_nothing_is_kept_and_with_room_it_goes_on(tmp_path: Path) -> None:
    with program(tmp_path, pool_text("B")) as portal:
        console, ada, ben = Console(portal.url), student(portal.url, "ada"), student(portal.url, "ben")
        console.command("next")
        assert stage_of(ben.tap("/answer", question=0, answer="C").text)["answer"] == "C"
        with no_room(portal):
            assert is_told(ada.tap("/answer", question=0, answer="A"))
            assert "answer" not in ada.stage(), "nothing of it is kept"
            assert ben.stage()["answer"] == "C", "what was saved is still there"
            assert WARNING in console.get("/admin/").text
            refused = console.command("close")
            assert refused.status_code == 503
            assert ben.stage()["state"] == "question_open"
            health = ada.get("/healthz")
            assert (health.status_code, health.json()["status"]) == (503, "cannot write")
            assert ada.get("/", headers={"Cookie": ""}).status_code == 200, "pages are drawn all the same"
        assert stage_of(ada.tap("/answer", question=0, answer="B").text)["answer"] == "B"
        assert ada.get("/healthz").status_code == 200
        assert WARNING not in console.get("/admin/").text
        assert console.command("close").status_code == 200
        assert ada.stage()["points"] == "100"
        rows = console.get("/admin/answers.csv").text.split("\r\n")[1:3]
        assert [row.split(",")[5] for row in rows] == ["C", "B"]


def test_a_file_that_another_program_holds_is_told_and_the_next_try_works(tmp_path: Path) -> None:
    with program(tmp_path, pool_text("B")) as portal:
        console, ada = Console(portal.url), student(portal.url, "ada")
        console.command("next")
        ada.timeout = 30
        with held_by_another(portal):
            assert is_told(ada.tap("/answer", question=0, answer="A"))
            assert WARNING in console.get("/admin/").text
        portal.kill()
        portal.start()
        assert "answer" not in ada.stage(), "nothing of it is kept, on the disk neither"
        assert stage_of(ada.tap("/answer", question=0, answer="B").text)["answer"] == "B"
        assert WARNING not in console.get("/admin/").text
