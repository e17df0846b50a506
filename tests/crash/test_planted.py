"""The planted faults keep up with the code, and ``python -m tests.crash.planted``, which plants them, can tell."""

import subprocess
from pathlib import Path

import pytest

from tests.crash import planted
from tests.crash.planted import FAILED, PASSED, PLANTED, TOO_LONG, applied, read
from tests.serving import ROOT

PATCHES = sorted(PLANTED.glob("*.patch"))


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_a_planted_fault_still_applies(patch: Path) -> None:
    assert applied(patch, ROOT, "--check") == ""


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_a_planted_fault_names_tests_that_exist(patch: Path) -> None:
    for named in read(patch).tests:
        file, _, test = named.partition("::")
        assert (f"def {test.partition('[')[0]}(" if test else "def test_") in (ROOT / file).read_text(), named


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_a_planted_fault_is_in_one_file(patch: Path) -> None:
    assert patch.read_text().count("\n--- a/") == 1


def test_no_planted_fault_was_lost() -> None:
    assert len(PATCHES) >= 30


@pytest.mark.parametrize(
    ("code", "told"),
    [(FAILED, ""), (PASSED, "was not caught by"), (TOO_LONG, "is not proved"), (4, "is not proved")],
)
def test_only_a_test_that_failed_has_caught_a_fault(monkeypatch: pytest.MonkeyPatch, code: int, told: str) -> None:
    monkeypatch.setattr(planted, "copy_of_the_tree", lambda folder: folder)
    monkeypatch.setattr(planted, "applied", lambda patch, tree: "")
    monkeypatch.setattr(planted, "run", lambda *_: (code, ""))
    outcome = planted.outcome(read(PATCHES[0]), red=set())
    assert outcome.startswith(told)
    assert bool(outcome) == bool(told)


@pytest.mark.parametrize("code", [TOO_LONG, 2, 4, 5])
def test_tests_that_cannot_even_run_without_a_fault_prove_nothing(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    monkeypatch.setattr(planted, "copy_of_the_tree", lambda folder: folder)
    monkeypatch.setattr(planted, "run", lambda *_, **__: (code, ""))
    with pytest.raises(RuntimeError, match="nothing is proved"):
        planted.red_anyway(["tests/test_readme.py"])


def test_tests_that_hang_are_told_from_tests_that_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hangs(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("pytest", 1)

    monkeypatch.setattr(subprocess, "run", hangs)
    assert planted.run(tmp_path, ["tests"])[0] == TOO_LONG
