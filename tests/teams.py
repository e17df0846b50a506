"""Teams in front of a real server, and the pool that they play for."""

import json

import httpx2

from tests.serving import Browser

BOXES = (("EASY", 50, 100), ("MEDIUM", 100, 200), ("HARD", 150, 300))


def contest_text(questions: int = 6, *, boxes: int = 2, starting: int = 1000, **more: object) -> str:
    """``q1`` … worth 100, right is B; ``e1`` ``m1`` ``h1`` … of each difficulty, right is C."""
    asked = {"options": {letter: f"Option {letter}" for letter in "ABCD"}}
    pool = {
        "title": "Spring Code Cup",
        "mode": "competition",
        "starting_points": starting,
        "questions": [
            {"id": f"q{number}", "text": f"Question {number}?", "correct": "B", "explanation": "Because.", **asked}
            for number in range(1, questions + 1)
        ],
        "mystery": [
            {"id": f"{kind[0].lower()}{number}", "text": f"A {kind} mystery?", "correct": "C", "difficulty": kind,
             "cost": cost, "points": points, **asked}
            for kind, cost, points in BOXES for number in range(1, boxes + 1)
        ],
    }  # fmt: skip
    return json.dumps(pool | more)


def team(url: str, name: str, members: str = "Ada\nBen") -> Browser:
    """The phone that has registered a team."""
    phone = Browser(url)
    reply = phone.post("/team/register", data={"team_name": name, "members": members, "email": ""})
    assert reply.status_code == 303, reply.text
    return phone


def code_of(phone: Browser) -> str:
    """The team's code, as its page shows it."""
    return phone.get("/").text.split('<b class="mid nowrap">')[1].split("<")[0]


def second_phone(url: str, first: Browser) -> Browser:
    """One more phone of the same team."""
    phone = Browser(url)
    reply = phone.post("/team/join", data={"team_code": code_of(first)})
    assert reply.status_code == 303, reply.text
    return phone


def error_of(reply: httpx2.Response) -> tuple[int, str]:
    """Status and ``data-error`` of a refusal."""
    return reply.status_code, reply.text.partition('data-error="')[2].partition('"')[0]
