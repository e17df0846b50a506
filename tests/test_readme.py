"""What the README says exists: settings, commands, files, and the promises' tests."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from portal.__main__ import COMMANDS
from portal.settings import Settings
from tests.crash.promises import PARTS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
RUNS = re.compile(r"python -m ((?:tests|portal)\.[\w.]*\w)")
TOP_LEVEL = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "README.md",
    "deploy",
    "pools",
    "portal",
    "pyproject.toml",
    "static",
    "templates",
    "tests",
}


def portal(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "portal", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)


def test_the_settings_of_the_readme_are_those_of_the_program() -> None:
    told = portal("serve", "--help").stdout
    in_help = set(re.findall(r"PORTAL_[A-Z_]+", told))
    in_readme = set(re.findall(r"`(PORTAL_[A-Z_]+)`", README))
    assert in_help == {f"PORTAL_{name.upper()}" for name in Settings.model_fields}
    assert in_readme == in_help


@pytest.mark.parametrize("name", [name for name in Settings.model_fields if name != "pool"])
def test_a_default_in_the_readme_is_the_program_s(name: str) -> None:
    row = next(line for line in README.splitlines() if f"`PORTAL_{name.upper()}`" in line)
    default = Settings.model_fields[name].default
    shown = [part.strip() for part in row.split("|")][2]
    if default not in (None, ""):
        assert shown == f"`{default}`"


def test_the_readme_s_first_command_and_its_test_command_can_be_run() -> None:
    for command in ("deploy/run", "tests/run", ".ci/run"):
        assert (ROOT / command).stat().st_mode & 0o111, f"{command} has no run bit"
    assert README.index("deploy/run") < README.index("tests/run")
    assert "tests/run" in (ROOT / ".ci" / "run").read_text()


def test_every_file_and_folder_that_the_readme_names_is_there() -> None:
    named = re.findall(r"(?:`|\()((?:portal|tests|pools|deploy|static)/[\w./-]+)", README)
    assert named, "the README names files"
    missing = {name for name in named if not (ROOT / name.split("::")[0]).exists()}
    assert missing == set()


def test_every_promise_of_the_contract_is_in_the_readme_with_a_test_beside_it() -> None:
    table = README[README.index("## Promises") :].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ") and "---" not in line][1:]
    assert len(rows) >= 6
    assert all(re.search(r"tests[./]", row) for row in rows)


def test_the_night_tries_every_promise_that_has_a_command_in_tests_crash() -> None:
    night = " ".join(part.command for part in PARTS.values())
    named = set(re.findall(r"tests[./]crash[./]\w+", README)) - {"tests/crash/night"}
    assert len(named) >= 8
    assert {name for name in named if name not in night} == set()


def test_the_commands_of_the_readme_exist() -> None:
    listed = set(re.findall(r"(?m)^    ([a-z]+) ", portal("--help").stdout))
    assert listed == set(COMMANDS)
    assert set(re.findall(r"`portal ([a-z]+)", README)) <= listed
    assert portal("--version").stdout.strip()
    assert "usage" in portal("nonsense", "--nonsense").stderr


@pytest.mark.parametrize("line", [line for line in README.splitlines() if RUNS.search(line)])
def test_a_module_that_the_readme_runs_is_there_and_takes_the_flags_of_its_row(line: str) -> None:
    sources = ""
    for module in RUNS.findall(line):
        found = importlib.util.find_spec(module)
        assert found, f"there is no {module}"
        assert found.origin
        files = Path(found.origin).parent.rglob("*.py") if found.submodule_search_locations else [Path(found.origin)]
        sources += "".join(file.read_text() for file in files)
    for flag in re.findall(r"--[a-z][a-z-]*", line):
        assert f'"{flag}"' in sources, f"{line[:200]}: nothing takes {flag}"


def test_portal_check_says_ready_or_everything_that_is_wrong(tmp_path: Path) -> None:
    good = portal("check", "pools/demo.json", "pools/example.json")
    assert (good.returncode, good.stdout.count("ready")) == (0, 2)
    bad = tmp_path / "bad.json"
    bad.write_text('{"title": "x", "questions": [{"text": "?", "options": ["a", "b"], "correct": "E"}, {"txt": 1}]}')
    refused = portal("check", str(bad), str(tmp_path / "missing.json"))
    assert refused.returncode == 1
    for part in ("questions[0].correct", "questions[1].txt", "missing.json"):
        assert part in refused.stderr
    assert "Traceback" not in refused.stderr


def test_nothing_else_lies_at_the_top() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.partition("/")[0] for line in listed.splitlines()} <= TOP_LEVEL


def test_a_setting_that_cannot_be_used_stops_the_start_with_its_name(tmp_path: Path) -> None:
    refused = portal("serve", "--port=99999", "--public-url=quiz.example", f"--db={tmp_path / 'p.db'}")
    assert refused.returncode == os.EX_CONFIG
    assert "PORTAL_PORT" in refused.stderr
    assert "PORTAL_PUBLIC_URL" in refused.stderr
    assert "Traceback" not in refused.stderr
