"""Who may ask for what: every route, asked by everybody. A route that is not listed here fails the first test."""

import asyncio
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from portal.web import console, routes
from portal.web.roles import Role, get, post
from portal.web.routes import TABLE
from tests.security.asking import ROLES, a_class

EVERYBODY = (200,) * 7


def STUDENT(status: int) -> tuple[int, ...]:  # noqa: N802 (a word of the table below)
    return (401, status, 401, 401, 401, 401, 401)


def INSTRUCTOR(status: int) -> tuple[int, ...]:  # noqa: N802
    return (401, 401, 401, 401, status, 401, 401)


# What nobody, a student, one who was released, one of an earlier run, the instructor, a signed-out instructor and a
# forger get. The forms are empty: 409 and 422 say that the handler was reached and found nothing to do.
EXPECTED = {
    "GET /": EVERYBODY,
    "POST /join": (422,) * 7,
    "GET /stream": EVERYBODY,
    "GET /state": EVERYBODY,
    "POST /answer": STUDENT(422),
    "POST /event": STUDENT(422),
    "POST /code": STUDENT(303),
    "GET /me": STUDENT(200),
    "GET /stats": STUDENT(200),
    "GET /projector": EVERYBODY,
    "GET /projector/stream": EVERYBODY,
    "GET /projector/state": EVERYBODY,
    "GET /qr.svg": EVERYBODY,
    "GET /healthz": EVERYBODY,
    "GET /admin": (308,) * 7,
    "GET /admin/": EVERYBODY,
    "POST /admin/login": (401,) * 7,
    "GET /admin/people": INSTRUCTOR(200),
    "GET /admin/questions": INSTRUCTOR(200),
    "GET /admin/room": INSTRUCTOR(200),
    "GET /admin/stream": INSTRUCTOR(200),
    "GET /admin/state": INSTRUCTOR(200),
    "GET /admin/end": INSTRUCTOR(200),
    "GET /admin/reset": INSTRUCTOR(200),
    "GET /admin/pools": INSTRUCTOR(200),
    "GET /admin/standings": INSTRUCTOR(200),
    "GET /admin/runs": INSTRUCTOR(200),
    "GET /admin/runs/{run}/": INSTRUCTOR(200),
    **{f"GET /admin/{name}.csv": INSTRUCTOR(200) for name in ("results", "answers", "events")},
    **{f"GET /admin/runs/{{run}}/{name}.csv": INSTRUCTOR(200) for name in ("results", "answers", "events")},
    **{f"POST /admin/{name}": INSTRUCTOR(422) for name in ("next", "open", "close", "extend", "standings", "reopen")},
    **{f"POST /admin/{name}": INSTRUCTOR(422) for name in ("end", "lock", "unlock", "reset", "projector")},
    "POST /admin/pools": INSTRUCTOR(422),
    "POST /admin/pools/select": INSTRUCTOR(422),
    "POST /admin/receipt": INSTRUCTOR(200),
    "POST /admin/participants/undo-joins": INSTRUCTOR(422),
    **{f"POST /admin/participants/{{student_id}}/{name}": INSTRUCTOR(409) for name in ("clear", "handover", "restore")},
    "GET /admin/participants/{student_id}/release": INSTRUCTOR(409),
    "POST /admin/logout": INSTRUCTOR(303),  # last: nobody is signed in after it
}
GOOD_FORM = {"turn": "1", "run": "2", "question": "1", "seconds": "60", "slide": "join", "name": "pool.json"}


def place(path: str, who: str = "nobody-at-all") -> str:
    return path.replace("{student_id}", who).replace("{run}", "1")


def test_every_route_stands_in_the_matrix_and_nothing_is_served_beside_the_table() -> None:
    assert {f"{method} {path}" for method, path, _, _ in TABLE} == set(EXPECTED)
    served = [route for route in routes.routes() if not isinstance(route, Mount)]
    assert [route.path for route in served if isinstance(route, Route)] == [path for _, path, _, _ in TABLE]
    assert len(served) == len(TABLE)


def test_everybody_gets_from_every_route_exactly_what_is_theirs(tmp_path: Path) -> None:
    async def lecture() -> dict[str, tuple[int, ...]]:
        seen = {}
        async with a_class(tmp_path) as room:
            for route in EXPECTED:
                method, path = route.split(" ")
                if path == "/admin/login":
                    room.portal.doors._limiter.storage.reset()  # noqa: SLF001 (ten tries a minute are another test)
                before = room.written()
                seen[route] = tuple([(await room.ask(method, place(path), role)).status for role in ROLES])
                if method == "GET":
                    assert room.written() == before, f"{route} changed something"
        return seen

    assert asyncio.run(lecture()) == EXPECTED


def test_a_good_form_of_anybody_but_the_instructor_changes_nothing(tmp_path: Path) -> None:
    async def lecture() -> None:
        async with a_class(tmp_path) as room:
            before, tried = room.written(), 0
            for method, path, _, role in TABLE:
                if role is not Role.INSTRUCTOR or method != "POST":
                    continue
                for who in (each for each in ROLES if each != "instructor"):
                    reply = await room.ask(method, place(path, "ada"), who, **GOOD_FORM)
                    assert reply.status == 401, f"{who} at {path}"
                    tried += 1
            assert room.written() == before
            assert tried > 100
            assert (await room.ask("POST", "/admin/participants/ada/clear", "instructor", **GOOD_FORM)).status == 303
            assert room.written() != before, "the form was a good one"

    asyncio.run(lecture())


def test_head_of_every_page_answers_as_get_without_a_body_and_changes_nothing(tmp_path: Path) -> None:
    async def lecture() -> None:
        async with a_class(tmp_path) as room:
            before = room.written()
            for method, path, _, _ in TABLE:
                if method == "GET":
                    reply = await room.ask("HEAD", place(path, "ada"), "instructor")
                    assert reply.status in (200, 308, 401, 404), path
            assert room.written() == before

    asyncio.run(lecture())


def test_a_route_without_a_role_cannot_be_written() -> None:
    async def handler(_: Request) -> Response:
        return Response()

    for make in (get, post):
        with pytest.raises(TypeError, match="role"):
            make("/admin/forgotten", handler)  # type: ignore[call-arg]  # that is the point


def test_a_row_of_the_table_without_a_role_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    method, path, handler, _ = TABLE[0]
    monkeypatch.setattr(routes, "TABLE", (*TABLE, (method, path, handler)))
    with pytest.raises(ValueError, match="unpack"):
        routes.routes()


def test_everything_under_admin_but_the_door_is_the_instructor_s() -> None:
    door = {"/admin", "/admin/", "/admin/login"}
    open_ = {path for _, path, _, role in TABLE if path.startswith("/admin") and role is not Role.INSTRUCTOR}
    assert open_ == door
    assert {address for address in console.ADDRESS.values() if address not in door} <= {path for _, path, _, _ in TABLE}
