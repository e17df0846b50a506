"""The review at the end: everybody's own, on the page, on the stream, and by itself."""

import re
from pathlib import Path

from tests.serving import Console, pool_text, serving, student
from tests.web.test_streams import Listener

REVIEW = re.compile(r'<div class="review">.*?</div>\n?</section>', re.DOTALL)
POINTS = re.compile(r'<span class="num strong">(\d+)</span>')
RECEIPT = re.compile(r"\b[A-Z2-7]{5}-[A-Z2-7]{5}\b")


def test_everybody_reviews_their_own_answers_wherever_they_look(tmp_path: Path) -> None:
    with serving(tmp_path, pool_text("B", ["A", "C"], None, score_fn="ranked")) as url:
        console = Console(url)
        chosen: dict[str, list[str | None]] = {
            "ada": ["B", "A", "D"],
            "bea": ["B", "C", "D"],
            "cy": ["C", "B", None],
            "dan": [None, None, "A"],
        }
        points = {"ada": ["100", "25"], "bea": ["95", "25"], "cy": ["0", "0"], "dan": ["0", "0"]}
        people = {who: student(url, who) for who in chosen}
        receipts: dict[str, list[str]] = {who: [] for who in chosen}
        for number in range(3):
            console.command("next")
            for who, browser in people.items():
                if choice := chosen[who][number]:
                    browser.tap("/answer", question=number, answer=choice)
                    receipts[who] += RECEIPT.findall(browser.get("/").text)[:1]
            console.command("close")
        listeners = {who: Listener(browser) for who, browser in people.items()}
        for listener in listeners.values():
            listener.wait_for(1)
        console.command("end")
        for who, browser in people.items():
            page, alone = browser.get("/").text, browser.get("/me").text
            assert POINTS.findall(page) == points[who]
            told = listeners[who].wait_for(2)[-1]
            reviewed = REVIEW.findall(page)
            assert len(reviewed) == 1
            assert REVIEW.findall(told) == reviewed == REVIEW.findall(alone)
            assert RECEIPT.findall(reviewed[0]) == receipts[who]
            assert reviewed[0].count("<details>") == 3
