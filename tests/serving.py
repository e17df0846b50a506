"""A real server on loopback for a test: uvicorn in a thread of this process, or the program in one of its own."""

import asyncio
import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import httpx2

from portal.app import create_app
from portal.live.shelf import Shelf
from portal.secrets import Secrets
from portal.server import server
from portal.settings import Settings
from portal.store.log import EventLog
from portal.stress.server import free_port

PASSWORD = "a secret for tests"
ROOT = Path(__file__).parent.parent
START_LIMIT = 60.0  # seconds; a machine that is busy with other things starts slowly, which is no fault
STAGE = re.compile(r'<main[^>]*id="stage"[^>]*>')
ATTRIBUTE = re.compile(r'data-([a-z-]+)="([^"]*)"')


def pool_text(*correct: str | list[str] | None, seconds: int = 30, score_fn: str = "accuracy") -> str:
    """A pool with one question for each key; options A to D."""
    questions = [
        {
            "text": f"Question number {number}?",
            "options": {letter: f"Option {letter} of {number}" for letter in "ABCD"},
            "correct": key,
            "explanation": f"Why {number}.",
            "time_limit": seconds,
        }
        for number, key in enumerate(correct or ("B", "C", "A"), start=1)
    ]
    return json.dumps({"title": "A test", "score_fn": score_fn, "questions": questions})


@contextmanager
def serving(folder: Path, pool: str | None = None, **changes: object) -> Iterator[str]:
    """The address of a server with ``pool``, in a thread; its file is ``folder/portal.db``."""
    file = folder / "pool.json"
    file.write_text(pool or pool_text())
    settings = Settings(  # type: ignore[call-arg]  # not from an .env that happens to lie around
        _env_file=None,
        pool=file,
        pools=folder,
        db=folder / "portal.db",
        host="127.0.0.1",
        port=0,
        **changes,  # type: ignore[arg-type]  # named by the caller, checked by Settings
    )
    keys = Secrets("k" * 32, PASSWORD, made=False)
    app = create_app(settings, keys, EventLog(settings.db), Shelf(file, folder), "http://join.test")
    running = server(app, settings)
    thread = threading.Thread(target=lambda: asyncio.run(running.serve()), daemon=True)  # as the program itself does
    thread.start()
    until = time.monotonic() + 10
    while not running.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < until, "the server took too long to start"
        time.sleep(0.005)  # nothing to wait on: uvicorn only sets a flag
    port = running.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        Browser.close_all()
        running.should_exit = True
        thread.join(10)


@dataclass(slots=True)
class Program:
    """``portal serve`` in a process of its own, to be killed and started again on the same file and port."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *flags: str) -> "Program":
        command = [sys.executable, "-m", "portal", "serve", str(self.folder / "pool.json"), *flags]
        fixed = {"db": self.folder / "portal.db", "host": "127.0.0.1", "port": self.port, "admin-password": PASSWORD}
        command += [f"--{name}={value}" for name, value in fixed.items()]
        with (self.folder / "program.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        until = time.monotonic() + START_LIMIT
        while time.monotonic() < until:
            assert self.process.poll() is None, (self.folder / "program.log").read_text()
            try:
                if httpx2.get(f"{self.url}/healthz", timeout=1).status_code == 200:
                    return self
            except httpx2.TransportError:
                time.sleep(0.02)  # not listening yet
        self.kill()
        raise AssertionError(f"the program did not start in {START_LIMIT:.0f} s")

    def kill(self) -> None:
        """As by a power cut for the process: no goodbye."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """As by Ctrl-C; answers with the exit status."""
        return self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(10)


@contextmanager
def program(folder: Path, pool: str | None = None) -> Iterator[Program]:
    """A :class:`Program` that has been started, and that is gone afterwards whatever happened."""
    (folder / "pool.json").write_text(pool or pool_text())
    started = Program(folder, free_port()).start()
    try:
        yield started
    finally:
        Browser.close_all()
        if started.process is not None and started.process.poll() is None:
            started.kill()


class Browser(httpx2.Client):
    """A browser of one person: keeps cookies, follows no redirect by itself, says where its forms come from."""

    _opened: ClassVar[list["Browser"]] = []

    def __init__(self, url: str) -> None:
        super().__init__(base_url=url, timeout=10, headers={"Origin": url})
        self._opened.append(self)

    @classmethod
    def close_all(cls) -> None:
        """When the server of a test goes, whoever used it goes: no test has to tidy up after its students."""
        while cls._opened:
            cls._opened.pop().close()

    def tap(self, path: str, **fields: object) -> httpx2.Response:
        """Posts a form as htmx does."""
        return self.post(path, data=fields, headers={"HX-Request": "true"})

    def stage(self, path: str = "/") -> dict[str, str]:
        return stage_of(self.get(path).text)


def stage_of(html: str) -> dict[str, str]:
    """The ``data-…`` attributes of the page's stage; empty where there is none."""
    found = STAGE.search(html)
    return dict(ATTRIBUTE.findall(found.group())) if found else {}


def version_of(page: str) -> str:
    """What a page says that it shows, which its polls send along."""
    return page.split('id="v" name="v" value="')[1].split('"', maxsplit=1)[0]


def slip_of(page: str) -> str:
    """The mark of the page's form, by which a second tap on it is known."""
    return page.split('name="slip" value="')[1].split('"', maxsplit=1)[0]


def student(url: str, who: str, name: str | None = None) -> Browser:
    """Somebody who has joined."""
    browser = Browser(url)
    reply = browser.post("/join", data={"student_id": who, "name": name or f"Student {who}"})
    assert reply.status_code == 303, reply.text
    return browser


class Console(Browser):
    """The instructor, signed in, who reads the turn from the page before each command."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        reply = self.post("/admin/login", data={"password": PASSWORD})
        assert reply.status_code == 303, reply.text

    def turn(self) -> str:
        return self.stage("/admin/")["turn"]

    def command(self, name: str, **fields: object) -> httpx2.Response:
        return self.tap(f"/admin/{name}", turn=self.turn(), **fields)
