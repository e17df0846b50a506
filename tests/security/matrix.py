"""Who gets what: the expected status of every route for everybody in :data:`tests.security.asking.ROLES`.

A line holds what nobody, a student (of a contest: a team), one who was sent away, one of an earlier run, the
instructor, a signed-out instructor and a forger get. The forms are empty: 409 and 422 say that the handler was reached
and found nothing to do.
"""

Line = tuple[int, ...]


def everybody(status: int) -> Line:
    return (status,) * 7


def student(status: int) -> Line:
    return (401, status, 401, 401, 401, 401, 401)


def instructor(status: int) -> Line:
    return (401, 401, 401, 401, status, 401, 401)


EXPORTS = ("results", "answers", "events")
CONTEST_EXPORTS = ("teams", "ledger", "assignments")
BOTH: dict[str, Line] = {
    **{f"GET {path}": everybody(200) for path in ("/", "/stream", "/state", "/qr.svg", "/healthz", "/admin/")},
    **{f"GET /projector{path}": everybody(200) for path in ("", "/stream", "/state")},
    **{f"GET /admin/{name}": instructor(200) for name in ("questions", "room", "stream", "state", "end", "reset")},
    **{f"GET /admin/{name}": instructor(200) for name in ("pools", "runs", "runs/{run}/")},
    **{f"POST /admin/{name}": instructor(422) for name in ("next", "end", "lock", "unlock", "reset")},
    **{f"POST /admin/{name}": instructor(422) for name in ("pools", "pools/select")},
    "GET /me": student(200),
    "GET /admin": everybody(308),
    "POST /admin/login": everybody(401),
}
LAST: dict[str, Line] = {"POST /admin/logout": instructor(303)}
"""Nobody is signed in after it."""

IN_A_QUIZ: dict[str, Line] = {
    "POST /join": everybody(422),
    "POST /answer": student(422),
    "POST /event": student(422),
    "POST /code": student(303),
    "GET /stats": student(200),
    "GET /admin/people": instructor(200),
    "GET /admin/standings": instructor(200),
    "GET /admin/participants/{student_id}/release": instructor(409),
    **{f"POST /admin/participants/{{student_id}}/{name}": instructor(409) for name in ("clear", "handover", "restore")},
    **{f"POST /admin/{name}": instructor(422) for name in ("open", "close", "extend", "standings", "reopen")},
    **{f"POST /admin/{name}": instructor(422) for name in ("projector", "participants/undo-joins")},
    "POST /admin/receipt": instructor(200),
    **{f"GET /admin/{name}.csv": instructor(200) for name in EXPORTS},
}
IN_A_CONTEST: dict[str, Line] = {
    "POST /team/register": everybody(422),
    "POST /team/join": everybody(422),
    "POST /team/question": student(303),
    "POST /team/answer": student(422),
    "GET /team/mystery": student(303),
    "POST /team/mystery": student(422),
    **{f"GET /admin/{name}": instructor(200) for name in ("boxes", "log", "teams/new", "questions/new", "boxes/new")},
    **{f"POST /admin/{name}": instructor(422) for name in ("duration", "teams", "questions")},
    **{f"GET /admin/teams/{{team}}/{name}": instructor(409) for name in ("edit", "delete", "points")},
    **{f"POST /admin/teams/{{team}}/{name}": instructor(409) for name in ("edit", "delete", "points")},
    **{f"GET /admin/{name}.csv": instructor(200) for name in CONTEST_EXPORTS},
}


def _of_the_other_kind(lines: dict[str, Line]) -> dict[str, Line]:
    """What only the other kind of run has: a form finds no use, a page leads to the one that there is."""
    gone = {"POST": 409, "GET": 303}
    return {route: (instructor if " /admin" in route else everybody)(gone[route.partition(" ")[0]]) for route in lines}


def _archived(names: tuple[str, ...], status: int) -> dict[str, Line]:
    return {f"GET /admin/runs/{{run}}/{name}.csv": instructor(status) for name in names}


EXPECTED: dict[str, dict[str, Line]] = {
    "quiz": {
        **BOTH,
        **IN_A_QUIZ,
        **_of_the_other_kind(IN_A_CONTEST),
        **_archived(EXPORTS, 200),
        **_archived(CONTEST_EXPORTS, 404),
        "GET /admin/runs/{run}/analytics": instructor(200),
        "GET /leave": everybody(303),  # nobody is asked once the quiz has begun
        "POST /leave": student(409),
        **LAST,
    },
    "contest": {
        **BOTH,
        **_of_the_other_kind(IN_A_QUIZ),
        **IN_A_CONTEST,
        **_archived(EXPORTS, 404),
        **_archived(CONTEST_EXPORTS, 200),
        "GET /admin/runs/{run}/analytics": instructor(404),
        "GET /leave": everybody(303),
        "POST /leave": everybody(409),
        **LAST,
    },
}


def place(path: str, who: str = "nobody-at-all") -> str:
    """The address of a route, with somebody, the first run or a team that there is not in its holes."""
    return path.replace("{student_id}", who).replace("{run}", "1").replace("{team}", "t2")
