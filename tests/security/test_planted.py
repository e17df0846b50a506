"""The planted faults of ``tests/planted`` say what they are and name tests that there are; ``tests/crash/planted.py``
puts each into a copy of the tree and looks for red."""

import re

import pytest

from tests.crash.planted import PLANTED, Fault, read
from tests.serving import ROOT

FAULTS = [read(file) for file in sorted(PLANTED.glob("*.patch"))]


def test_there_are_enough_of_them_and_most_of_the_reference_s_own_are_among_them() -> None:
    assert len(FAULTS) >= 30
    weaknesses = {found for fault in FAULTS for found in re.findall(r"\bW\d+\b", fault.says)}
    assert {"W2", "W3", "W4", "W6", "W7", "W8", "W11", "W12", "W13", "W25", "W27", "W29", "W32", "W34"} <= weaknesses


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.file.stem)
def test_a_fault_names_tests_that_there_are(fault: Fault) -> None:
    for test in fault.tests:
        path, _, name = test.partition("::")
        text = (ROOT / path).read_text()
        assert f"def {name}(" in text if name else "def test_" in text
    assert fault.file.read_text().count("\n--- a/") == 1, "a fault is in one file"
