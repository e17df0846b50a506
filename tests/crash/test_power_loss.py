"""After a power cut at any moment the disk holds every answer that was acknowledged, and can be read."""

from pathlib import Path

from tests.crash.power_loss import FILE, Verdict, examine
from tests.crash.trace import run_traced

ANSWERS = 120


def cut(folder: Path, images: int, synchronous: str) -> Verdict:
    steps = run_traced(folder / FILE, ANSWERS, synchronous, folder / "trace")
    return examine(steps, images, seed=1)


def test_no_power_cut_loses_an_acknowledged_answer(tmp_path: Path) -> None:
    verdict = cut(tmp_path, 3000, "FULL")
    assert verdict.images >= 2990
    assert verdict.syncs >= ANSWERS / 4, "each group was synced"
    assert (verdict.lost, verdict.unreadable) == (0, 0)


def test_the_same_cuts_show_that_lazier_syncs_would_lose_answers(tmp_path: Path) -> None:
    assert cut(tmp_path, 300, "NORMAL").lost > 30
