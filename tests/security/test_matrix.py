"""Who may ask for what: every route, asked by everybody. A route that is not listed here fails the first test."""

import asyncio
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from portal.web import console, routes
from portal.web.front import Front, Outcomes
from portal.web.roles import Role, get, post
from portal.web.routes import TABLE
from tests.security.asking import ROLES, a_class
from tests.security.matrix import EXPECTED, place

GOOD_FORM = {"turn": "1", "run": "2", "question": "1", "seconds": "60", "slide": "join", "name": "pool.json"}


def test_every_route_stands_in_the_matrix_and_nothing_is_served_beside_the_table() -> None:
    listed = {f"{method} {path}" for method, path, _, _ in TABLE}
    assert listed == set(EXPECTED["quiz"])
    assert listed == set(EXPECTED["contest"])
    served = [route for route in routes.routes() if not isinstance(route, Mount)]
    assert [route.path for route in served if isinstance(route, Route)] == [path for _, path, _, _ in TABLE]
    assert len(served) == len(TABLE) + 1
    assert isinstance(served[0], Outcomes)


def test_nothing_is_answered_in_front_of_the_table(tmp_path: Path) -> None:
    async def lecture() -> None:
        async with a_class(tmp_path) as room:
            front = room.app.middleware_stack
            assert isinstance(front, Front)
            assert front.addresses == {(method, path) for method, path, _, _ in TABLE if "{" not in path}

    asyncio.run(lecture())


@pytest.mark.parametrize("kind", EXPECTED)
def test_everybody_gets_from_every_route_exactly_what_is_theirs(tmp_path: Path, kind: str) -> None:
    async def lecture() -> dict[str, tuple[int, ...]]:
        seen = {}
        async with a_class(tmp_path, kind) as room:
            for route in EXPECTED[kind]:
                method, path = route.split(" ")
                if path == "/admin/login":
                    room.portal.doors._attempts.forget()  # noqa: SLF001 (ten tries a minute are another test)
                before = room.written()
                seen[route] = tuple([(await room.ask(method, place(path), role)).status for role in ROLES])
                if method == "GET":
                    assert room.written() == before, f"{route} changed something"
        return seen

    assert asyncio.run(lecture()) == EXPECTED[kind]


@pytest.mark.parametrize("kind", EXPECTED)
def test_a_good_form_of_anybody_but_the_instructor_changes_nothing(tmp_path: Path, kind: str) -> None:
    async def lecture() -> None:
        async with a_class(tmp_path, kind) as room:
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
            assert (await room.ask("POST", "/admin/end", "instructor", **GOOD_FORM)).status == 303
            assert room.written() != before, "the form was a good one"

    asyncio.run(lecture())


@pytest.mark.parametrize("kind", EXPECTED)
def test_head_of_every_page_answers_as_get_and_changes_nothing(tmp_path: Path, kind: str) -> None:
    async def lecture() -> None:
        async with a_class(tmp_path, kind) as room:
            before = room.written()
            for method, path, _, _ in TABLE:
                if method == "GET":
                    reply = await room.ask("HEAD", place(path, "ada"), "instructor")
                    assert reply.status in (200, 303, 308, 401, 404, 409), path
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
