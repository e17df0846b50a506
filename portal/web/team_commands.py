"""The buttons of a contest's console: each reads its form, asks the run, and answers with the present page."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from portal.domain.competition import commands as c
from portal.domain.competition.contest import ContestQuestion, Mystery
from portal.domain.competition.roster import TeamId, members_of, roster_faults
from portal.domain.competition.team import Team
from portal.domain.ids import Millis, Points
from portal.domain.rejection import Reason, Rejected
from portal.pools import PoolFaults, read_contest_question
from portal.views import team_tables
from portal.web.console_forms import begin_anew, form_of_this_run, turn_of
from portal.web.context import portal_of
from portal.web.forms import Form
from portal.web.identity import new_claim, new_team_code
from portal.web.roles import Handler, Role, Row, get, post
from portal.web.team_console import asked, reply
from portal.wording import _

MINUTE = 60_000
_AMOUNT = re.compile(r"[+-]?[0-9]{1,9}")
_FAULTY_VALUES = (Reason.BAD_POINTS, Reason.BAD_NOTE)
_QUESTION_FIELDS = ("id", "text", "options", "correct", "points", "difficulty", "cost", "explanation")


@dataclass(frozen=True, slots=True)
class TypedTeam:
    """A team's fields as they were typed, or as they are."""

    team_name: str = ""
    members: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class TypedChange:
    """A change of points as it was typed."""

    delta: str = ""
    reason: str = ""


def _duration(form: Form) -> c.SetDuration:
    minutes = form.optional_number("minutes")
    return c.SetDuration(turn_of(form), None if minutes is None else Millis(minutes * MINUTE))


READERS: dict[str, Callable[[Form], c.Command]] = {
    "next": lambda form: c.Next(turn_of(form)),
    "end": lambda form: c.End(turn_of(form)),
    "lock": lambda form: c.Lock(turn_of(form)),
    "unlock": lambda form: c.Unlock(turn_of(form)),
    "duration": _duration,
}
"""The commands that are read from their form alone, by the rest of their address."""


def _command(read: Callable[[Form], c.Command]) -> Handler:
    async def handler(request: Request) -> Response:
        form = await form_of_this_run(request)
        await portal_of(request).carry_out(read(form))
        return reply(request)

    return handler


async def reset(request: Request) -> Response:
    """``POST /admin/reset``."""
    await begin_anew(request)
    return reply(request)


async def ask_reset(request: Request) -> Response:
    """``GET /admin/reset``: what it would set aside, before it is done."""
    state = portal_of(request).run.contest
    answers = sum(len(team.answers) for team in state.teams.values())
    return asked(request, "reset", teams=len(state.teams), answers=answers)


async def ask_end(request: Request) -> Response:
    """``GET /admin/end``: which questions would be left without an answer."""
    state = portal_of(request).run.contest
    return asked(request, "end", held=sum(team.held is not None for team in state.teams.values()))


async def create(request: Request) -> Response:
    """``POST /admin/teams``: a team by hand; its phones join with its code."""
    form = await form_of_this_run(request)
    typed, points = _typed_team(form), form.text("points").strip()
    members = members_of(typed.members)
    faults = _faults(typed)
    if points and not (points.isascii() and points.isdigit() and len(points) <= 9):
        faults["points"] = _("Points are a whole number, 0 or more.")
    start = Points(int(points)) if points and "points" not in faults else None
    command = c.CreateTeam(typed.team_name, members, typed.email, new_team_code(), start)
    return await _save(request, command, typed, faults, _new(request) | {"points": points})


async def ask_create(request: Request) -> Response:
    """``GET /admin/teams/new``."""
    return _asked_team(request, 200, TypedTeam(), {}, None, _new(request))


async def edit(request: Request) -> Response:
    """``POST /admin/teams/{id}/edit``."""
    form, team = await form_of_this_run(request), _team(request)
    typed = _typed_team(form)
    command = c.EditTeam(team.id, typed.team_name, members_of(typed.members), typed.email)
    return await _save(request, command, typed, _faults(typed), _edited(team))


async def ask_edit(request: Request) -> Response:
    """``GET /admin/teams/{id}/edit``."""
    team = _team(request)
    typed = TypedTeam(team.name, "\n".join(team.members), team.email)
    return _asked_team(request, 200, typed, {}, None, _edited(team))


async def delete(request: Request) -> Response:
    """``POST /admin/teams/{id}/delete``: the question that it holds is free again."""
    await form_of_this_run(request)
    await portal_of(request).carry_out(c.DeleteTeam(_team(request).id))
    return reply(request)


async def ask_delete(request: Request) -> Response:
    """``GET /admin/teams/{id}/delete``: what that would take away, and what returns."""
    view = team_tables.deletion(portal_of(request).run.contest, _team(request).id)
    return asked(request, "delete", team=view)


async def adjust(request: Request) -> Response:
    """``POST /admin/teams/{id}/points`` ``delta reason``: the same form again (``slip``) changes nothing."""
    form, team = await form_of_this_run(request), _team(request)
    typed, slip = TypedChange(form.text("delta"), form.text("reason")), form.text("slip")[:64]
    amount = typed.delta.strip().replace("\N{MINUS SIGN}", "-")
    try:
        if not _AMOUNT.fullmatch(amount):
            raise Rejected(Reason.BAD_POINTS)
        await portal_of(request).carry_out(c.AdjustPoints(team.id, Points(int(amount)), typed.reason, slip))
    except Rejected as refusal:
        status, code = (422, "bad_value") if refusal.reason in _FAULTY_VALUES else (409, "not_allowed")
        why, slip = _(refusal.reason.value), slip or new_claim()
        return asked(request, "points", status, team=team, typed=typed, slip=slip, fault=why, error=code)
    return reply(request)


async def ask_adjust(request: Request) -> Response:
    """``GET /admin/teams/{id}/points``."""
    team = _team(request)
    return asked(request, "points", team=team, typed=TypedChange(), slip=new_claim(), fault=None, error=None)


async def add_question(request: Request) -> Response:
    """``POST /admin/questions``: the fields of a pool's question; with a ``difficulty`` it is a mystery."""
    form = await form_of_this_run(request)
    typed = {name: "\n".join(form.many(name)) for name in _QUESTION_FIELDS}
    faults: tuple[str, ...] = ()
    status, code = 422, "bad_value"
    try:
        await portal_of(request).carry_out(c.AddQuestion(_question(typed)))
    except PoolFaults as refused:
        faults = refused.faults
    except Rejected as refusal:
        faults, status, code = (_(refusal.reason.value),), 409, "not_allowed"
    if not faults:
        return reply(request)
    boxes = bool(typed["difficulty"] or typed["cost"])
    return asked(request, "question", status, boxes=boxes, typed=typed, faults=faults, error=code)


def _ask_question(*, boxes: bool) -> Handler:
    async def handler(request: Request) -> Response:
        typed = dict.fromkeys(_QUESTION_FIELDS, "") | {"points": "100"}
        return asked(request, "question", boxes=boxes, typed=typed, faults=(), error=None)

    return handler


async def _save(
    request: Request, command: c.Command, typed: TypedTeam, faults: dict[str, str], more: dict[str, str]
) -> Response:
    """Carries ``command`` out, or shows the form again with what was typed and what is wrong with it."""
    status, code = 422, "bad_value"
    if not faults:
        try:
            await portal_of(request).carry_out(command)
        except Rejected as refusal:
            if refusal.reason is not Reason.TEAM_NAME_TAKEN:
                raise
            faults = {"team_name": _(refusal.reason.value, name=typed.team_name.strip())}
            status, code = 409, "taken"
        else:
            return reply(request)
    return _asked_team(request, status, typed, faults, code, more)


def _asked_team(
    request: Request, status: int, typed: TypedTeam, faults: dict[str, str], error: str | None, more: dict[str, str]
) -> Response:
    return asked(request, "team", status, typed=typed, faults=faults, error=error, of=more)


def _question(typed: dict[str, str]) -> ContestQuestion | Mystery:
    """The question of a form. Raises :class:`PoolFaults` in the words of the pool's checks."""
    letters = [letter.strip().upper() for letter in typed["correct"].split(",") if letter.strip()]
    entry: dict[str, object] = {
        "id": typed["id"].strip(),
        "text": typed["text"].strip(),
        "options": [line.strip() for line in typed["options"].splitlines() if line.strip()],
        "correct": letters if len(letters) > 1 else "".join(letters),
        "points": _whole(typed["points"]),
        "explanation": typed["explanation"].strip(),
    }
    if typed["difficulty"].strip() or typed["cost"].strip():
        entry |= {"difficulty": typed["difficulty"].strip().upper(), "cost": _whole(typed["cost"])}
    return read_contest_question(entry)


def _whole(typed: str) -> int | str:
    typed = typed.strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 9 else typed


def _typed_team(form: Form) -> TypedTeam:
    return TypedTeam(form.text("team_name"), "\n".join(form.many("members")), form.text("email"))


def _faults(typed: TypedTeam) -> dict[str, str]:
    wrong = roster_faults(typed.team_name, members_of(typed.members), typed.email)
    return {field: _(reason.value) for field, reason in wrong.items()}


def _new(request: Request) -> dict[str, str]:
    points = str(portal_of(request).run.contest.contest.starting_points)
    return {"address": "/admin/teams", "title": _("New team"), "save": _("Create team"), "points": points}


def _edited(team: Team) -> dict[str, str]:
    return {"address": f"/admin/teams/{team.id}/edit", "title": _("Edit %(name)s", name=team.name), "save": _("Save")}


def _team(request: Request) -> Team:
    team = portal_of(request).run.contest.teams.get(TeamId(request.path_params["team"]))
    if team is None:
        raise Rejected(Reason.NO_SUCH_TEAM)
    return team


TABLE: tuple[Row, ...] = (
    *(post(f"/admin/{name}", _command(read), Role.INSTRUCTOR) for name, read in READERS.items()),
    post("/admin/reset", reset, Role.INSTRUCTOR),
    get("/admin/reset", ask_reset, Role.INSTRUCTOR),
    get("/admin/end", ask_end, Role.INSTRUCTOR),
    get("/admin/teams/new", ask_create, Role.INSTRUCTOR),
    post("/admin/teams", create, Role.INSTRUCTOR),
    *(
        row
        for name, ask, do in (("edit", ask_edit, edit), ("delete", ask_delete, delete), ("points", ask_adjust, adjust))
        for address in (f"/admin/teams/{{team}}/{name}",)
        for row in (get(address, ask, Role.INSTRUCTOR), post(address, do, Role.INSTRUCTOR))
    ),
    post("/admin/questions", add_question, Role.INSTRUCTOR),
    get("/admin/questions/new", _ask_question(boxes=False), Role.INSTRUCTOR),
    get("/admin/boxes/new", _ask_question(boxes=True), Role.INSTRUCTOR),
)
