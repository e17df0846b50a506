"""The planted faults keep up with the code: ``python -m tests.crash.planted`` runs what must catch them."""

from pathlib import Path

import pytest

from tests.crash.planted import PLANTED, applied, read
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


def test_there_are_enough_of_them() -> None:
    assert len(PATCHES) >= 30
