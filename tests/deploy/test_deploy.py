"""The files of ``deploy/``, looked at by the tools that know them. ``bootstrap_in_debian`` beside this runs them."""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.settings import Settings
from tests.deploy.long_streams import BACK_WITHIN, DELAY, JITTER, LONGEST
from tests.halls import file_of_tomorrow
from tests.serving import ROOT, Program, program, student

DEPLOY = ROOT / "deploy"
TEMPLATE_NAME = "quiz.example.edu"
EXPOSURE = 2.0


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a command said, on both channels together, and how it ended."""
    tool = str(command[0])
    assert shutil.which(tool), f"{tool} is missing: apt install caddy shellcheck systemd"
    return subprocess.run(
        [str(word) for word in command],
        env=os.environ | environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=100,
        check=False,
    )


def is_shell(file: Path) -> bool:
    return file.is_file() and re.match(rb"#!/bin/(ba)?sh\n", file.read_bytes()[:12]) is not None


SCRIPTS = sorted(file for folder in (DEPLOY, ROOT / "tests" / "deploy") for file in folder.iterdir() if is_shell(file))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_shellcheck_finds_nothing_in_a_script(script: Path) -> None:
    found = run("shellcheck", script)
    assert found.returncode == 0, found.stdout


def test_every_script_was_looked_at() -> None:
    assert {"bootstrap.sh", "backup.sh", "bootstrap_in_debian", "stand_in"} <= {script.name for script in SCRIPTS}


@pytest.mark.parametrize("site", [TEMPLATE_NAME, "http://"], ids=["domain", "lan"])
def test_caddy_accepts_what_bootstrap_makes_of_the_caddyfile(tmp_path: Path, site: str) -> None:
    caddyfile = tmp_path / "Caddyfile"
    written, replaced = re.subn(f"^{TEMPLATE_NAME}", site, (DEPLOY / "Caddyfile").read_text(), flags=re.MULTILINE)
    assert replaced == 1, "bootstrap.sh replaces the name at the beginning of its one line"
    caddyfile.write_text(written)
    verdict = run("caddy", "validate", "--config", caddyfile, "--adapter", "caddyfile", HOME=str(tmp_path))
    assert verdict.returncode == 0, verdict.stdout


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "portal.service"
    # What the unit starts is not on this machine.
    unit.write_text(re.sub("(?m)^ExecStart=.*", "ExecStart=/bin/true", (DEPLOY / "portal.service").read_text()))
    verdict = run("systemd-analyze", "verify", "--man=no", unit)
    complaints = [line for line in verdict.stdout.splitlines() if "portal.service" in line]
    assert (verdict.returncode, complaints) == (0, [])


def test_the_unit_is_exposed_to_little() -> None:
    verdict = run("systemd-analyze", "security", "--offline=true", "--no-pager", DEPLOY / "portal.service")
    exposure = re.search(r"exposure level for portal.service: ([\d.]+)", verdict.stdout)
    assert exposure, verdict.stdout
    assert float(exposure.group(1)) < EXPOSURE


def test_systemd_does_not_start_again_what_cannot_start(tmp_path: Path) -> None:
    prevented = re.search("(?m)^RestartPreventExitStatus=(.*)$", (DEPLOY / "portal.service").read_text())
    assert prevented, "the unit starts everything again"
    bad_pool, database = tmp_path / "bad.json", tmp_path / "newer.db"
    bad_pool.write_text("{}")
    file_of_tomorrow(database)
    for flags in ((bad_pool,), ("--port=none",), (f"--db={database}",)):
        refused = run(sys.executable, "-m", "portal", "serve", f"--db={tmp_path / 'p.db'}", "--port=0", *flags)
        assert str(refused.returncode) == prevented.group(1), refused.stdout


def test_the_readme_tells_the_checksum_of_the_bootstrap() -> None:
    digest = hashlib.sha256((DEPLOY / "bootstrap.sh").read_bytes()).hexdigest()
    assert f'echo "{digest}  bootstrap.sh" | sha256sum --check' in (ROOT / "README.md").read_text()


def test_the_readme_and_the_recipe_start_the_container_with_the_same_lines() -> None:
    readme, recipe = (ROOT / "README.md").read_text(), (DEPLOY / "Containerfile").read_text()
    commands = re.findall(r"(?m)^#   (podman .*)$", recipe)
    assert len(commands) == 3
    assert all(f"\n{command}\n" in readme for command in commands)


def test_the_port_is_the_same_wherever_it_is_written() -> None:
    port = str(Settings.model_fields["port"].default)
    for name in ("Caddyfile", "portal.service", "bootstrap.sh", "backup.sh", "Containerfile"):
        written = set(re.findall(r"(?:127\.0\.0\.1:|tcp:|PORT |EXPOSE )(\d{4,5})\b", (DEPLOY / name).read_text()))
        assert written == {port}, name


def test_the_settings_that_bootstrap_writes_are_settings_of_the_program() -> None:
    written = set(re.findall(r"\b(?:put|keep) PORTAL_([A-Z_]+)", (DEPLOY / "bootstrap.sh").read_text()))
    written |= set(re.findall(r"\bPORTAL_([A-Z_]+)=", (DEPLOY / "Containerfile").read_text()))
    assert "DB" in written
    assert written <= {name.upper() for name in Settings.model_fields}


def test_the_container_is_given_every_folder_that_the_package_is_built_from() -> None:
    recipe = (DEPLOY / "Containerfile").read_text()
    for source in ("pyproject.toml", "README.md", "portal", "templates", "static", "pools", "deploy/Caddyfile"):
        assert re.search(rf"^COPY .*\b{re.escape(source)}\b", recipe, flags=re.MULTILINE), source
    assert "\nUSER portal\n" in recipe


def test_the_phones_of_the_night_come_back_as_the_pages_tell_browsers_to() -> None:
    told = re.search(r"name=\"htmx-config\" content='(.*?)'", (ROOT / "templates" / "base.html").read_text(), re.DOTALL)
    assert told
    sse = json.loads(told.group(1))["sse"]
    assert (sse["reconnectDelay"], sse["reconnectMaxDelay"]) == (DELAY * 1000, LONGEST * 1000)
    assert sse["reconnectJitter"] == JITTER
    assert LONGEST * (1 + JITTER) < BACK_WITHIN, "a phone may sleep through the time in which it should be back"


# --- backup ----------------------------------------------------------------------------------------------------------


def while_students_join(portal: Program, act: Callable[[], subprocess.CompletedProcess[str]]) -> tuple[set[str], str]:
    """Who had been told that they are in before ``act`` began, and what it said; others go on joining meanwhile."""
    joined: list[str] = []
    enough, stop = threading.Event(), threading.Event()

    def join() -> None:
        while not stop.is_set():
            who = f"s{len(joined)}"
            student(portal.url, who).close()
            joined.append(who)
            if len(joined) == 30:
                enough.set()

    thread = threading.Thread(target=join)
    thread.start()
    try:
        assert enough.wait(30), "nobody could join"
        before = set(joined)
        done = act()
    finally:
        stop.set()
        thread.join()
    assert done.returncode == 0, done.stdout
    return before, done.stdout


def participants(file: Path) -> set[str]:
    connection = sqlite3.connect(file)
    found = {who for (who,) in connection.execute("SELECT participant FROM event WHERE kind = 'Joined'")}
    connection.close()
    return found


def test_a_backup_under_load_holds_everybody_who_was_in_and_passes_the_audit(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with program(tmp_path) as portal:
        before, said = while_students_join(
            portal, lambda: run(DEPLOY / "backup.sh", home, PORTAL_DB=str(tmp_path / "portal.db"))
        )
    (copy,) = home.glob("*.db")
    assert "integrity ok" in said
    assert before <= participants(copy)
    assert copy.stat().st_mode & 0o777 == 0o600
    key = copy.with_suffix(".key").read_text().strip()
    audit = run(sys.executable, "-m", "portal", "audit", copy, f"--secret-key={key}")
    assert (audit.returncode, "0 mismatches" in audit.stdout) == (0, True), audit.stdout
    assert not list(tmp_path.glob(".backup-*")), "nothing is left beside the database"


def ssh_that(tmp_path: Path, does: str) -> str:
    """A PATH on which ``ssh HOST COMMAND`` runs the command here, and does something to what comes back."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "ssh").write_text(f'#!/bin/sh\nshift\nsh -c "$*" {does}\n')
    (folder / "ssh").chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_a_backup_comes_over_ssh(tmp_path: Path) -> None:
    with program(tmp_path) as portal:
        student(portal.url, "ada")
        path, database = ssh_that(tmp_path, ""), str(tmp_path / "portal.db")
        said = run(DEPLOY / "backup.sh", "root@server", tmp_path / "home", PORTAL_DB=database, PATH=path)
    (copy,) = (tmp_path / "home").glob("*.db")
    assert participants(copy) == {"ada"}, said.stdout


def test_a_backup_that_is_cut_short_on_its_way_is_not_kept(tmp_path: Path) -> None:
    with program(tmp_path) as portal:
        student(portal.url, "ada")
        path, database = ssh_that(tmp_path, "| head -c 20000"), str(tmp_path / "portal.db")
        said = run(DEPLOY / "backup.sh", "root@server", tmp_path / "home", PORTAL_DB=database, PATH=path)
    assert said.returncode == 1
    assert "cut short" in said.stdout
    assert list((tmp_path / "home").iterdir()) == []


def test_a_backup_of_nothing_says_so(tmp_path: Path) -> None:
    said = run(DEPLOY / "backup.sh", tmp_path / "home", PORTAL_DB=str(tmp_path / "none.db"))
    assert said.returncode == 1
    assert "none.db" in said.stdout
    assert "Traceback" not in said.stdout


def test_only_a_file_of_portal_is_restored(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        said = run(DEPLOY / "backup.sh", "restore", ROOT / "pyproject.toml")
        assert "needs root" in said.stdout
        return
    (tmp_path / "portal.db").write_text("what was there")
    (tmp_path / "other.json").write_text(json.dumps({"not": "a database"}))
    database = str(tmp_path / "portal.db")
    said = run(DEPLOY / "backup.sh", "restore", tmp_path / "other.json", PORTAL_DB=database)
    assert said.returncode == 1
    assert "nothing was changed" in said.stdout
    assert sorted(file.name for file in tmp_path.iterdir()) == ["other.json", "portal.db"]
