"""Whatever is asked, the answer is a page; a million more of these are in ``tests/crash/fuzz.py``."""

from tests.crash.fuzz import fuzz


def test_five_thousand_random_requests_are_all_answered_and_none_with_a_5xx() -> None:
    report = fuzz(5_000, seed=20)
    assert report.breaches == []
    for status in (200, 303, 400, 401, 403, 404, 405, 409, 413, 415, 422):
        assert report.statuses[status], f"nothing was answered with {status}: the requests reach too little"
