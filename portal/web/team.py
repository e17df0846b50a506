"""What a team may ask: register, join, a question, an answer, a mystery box, its page and its stream."""

import re

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal.domain.competition.commands import AnswerQuestion, AskQuestion, JoinTeam, OpenBox, RegisterTeam
from portal.domain.competition.contest import Difficulty
from portal.domain.competition.roster import QuestionId, members_of, roster_faults, team_code
from portal.domain.ids import Claim, Letter, Points, choice_of
from portal.domain.rejection import Reason, Rejected
from portal.live.bus import Regions, Subscriber
from portal.render import Partial, message
from portal.views import team, team_regions
from portal.views.regions import Region
from portal.web.asked import is_scripted
from portal.web.context import Portal, portal_of
from portal.web.forms import Form, Malformed, one_of, read_form
from portal.web.identity import Seat, new_claim, new_team_code, seats
from portal.web.phones import PhoneStream
from portal.web.roles import Role, Row, get, post
from portal.web.streams import Farewell
from portal.web.team_pages import (
    BOXES,
    OpenPhone,
    Typed,
    boxes_of,
    door_page,
    replied,
    seat_of,
    to_the_door,
    whole_page,
)
from portal.wording import _

SLIP = re.compile(r"[A-Za-z0-9_-]{24}")  # as new_claim makes them
_AT_THE_NAME = (Reason.TEAM_NAME_TAKEN, Reason.ROOM_LOCKED, Reason.CONTEST_OVER, Reason.IN_A_TEAM)


async def page(request: Request) -> Response:
    """``GET /``: the forms at the door, or the team's page at the present state."""
    portal, who = portal_of(request), seat_of(request)
    return HTMLResponse(whole_page(portal, who) if who else door_page(portal))


async def register(request: Request) -> Response:
    """``POST /team/register``: a new team, of which this device is the first."""
    portal, form = portal_of(request), await read_form(request)
    typed = Typed(form.text("team_name"), "\n".join(form.many("members")), form.text("email"), "", _slip(form))
    members = members_of(typed.members)
    wrong = roster_faults(typed.team_name, members, typed.email)
    if wrong:
        faults = {field: _(reason.value) for field, reason in wrong.items()}
        return HTMLResponse(door_page(portal, typed, faults, "bad_value"), 422)
    held, claim = seat_of(request), Claim(typed.slip)
    command = RegisterTeam(typed.team_name, members, typed.email, claim, new_team_code(), held.claim if held else None)
    try:
        await portal.run.execute(command)
    except Rejected as refusal:
        return _turned_away(portal, typed, refusal.reason, "team_name")
    return _seated(portal, claim)


async def join(request: Request) -> Response:
    """``POST /team/join``: one more device of a team, by the code that its first one shows."""
    portal, form = portal_of(request), await read_form(request)
    typed = Typed(team_code=form.text("team_code"), slip=_slip(form))
    held, claim = seat_of(request), Claim(typed.slip)
    try:
        await portal.run.execute(JoinTeam(team_code(typed.team_code), claim, held.claim if held else None))
    except Rejected as refusal:
        return _turned_away(portal, typed, refusal.reason, "team_code")
    return _seated(portal, claim)


async def ask(request: Request) -> Response:
    """``POST /team/question``: a certain question, or without ``question_id`` the next that is free."""
    portal, who = portal_of(request), _required(request)
    form = await read_form(request)
    wanted = form.text("question_id").strip()
    await portal.run.execute(AskQuestion(who.team, who.claim, QuestionId(wanted) if wanted else None))
    return replied(request, portal, _still(portal, who))


async def answer(request: Request) -> Response:
    """``POST /team/answer``: replies with the outcome once the answer is on disk. It is final."""
    portal, who = portal_of(request), _required(request)
    form = await read_form(request)
    question, choice = QuestionId(form.text("question_id").strip()), choice_of(_letters(form))
    await portal.run.execute(AnswerQuestion(who.team, who.claim, question, choice))
    stored = portal.run.contest.teams[_still(portal, who).team].answers.get(question)
    other = stored is not None and stored.choice != choice
    return replied(
        request,
        portal,
        who,
        _("Your first answer counts: %(answer)s.", answer=stored.choice) if stored and other else None,
    )


async def choose_box(request: Request) -> Response:
    """``GET /team/mystery``: what the boxes cost and may bring; with ``difficulty`` one of them, to be confirmed."""
    portal, who = portal_of(request), seat_of(request)
    if who is None:
        return HTMLResponse(door_page(portal, error="no_identity"), 401)
    boxes = boxes_of(portal, who, request.query_params.get("difficulty"))
    if boxes is None:
        return RedirectResponse("/", 303)
    if is_scripted(request):
        html = portal.renderer.fragment("team/_pay.html", boxes=boxes, scripted=True) if boxes.chosen else ""
        return HTMLResponse(message(Partial("#confirm", html, "innerHTML")))
    return HTMLResponse(whole_page(portal, who, boxes=boxes))


async def open_box(request: Request) -> Response:
    """``POST /team/mystery``: pays for a box and gets its question, in one step. The price is the pool's own."""
    portal, who = portal_of(request), _required(request)
    form = await read_form(request)
    shown = form.optional_number("shown")
    difficulty = _difficulty(form)
    await portal.run.execute(OpenBox(who.team, who.claim, difficulty, None if shown is None else Points(shown)))
    return replied(request, portal, _still(portal, who))


async def me(request: Request) -> Response:
    """``GET /me``: every question that the team has answered, and every change of its points."""
    portal, who = portal_of(request), seat_of(request)
    if who is None:
        return HTMLResponse(door_page(portal, error="no_identity"), 401)
    state = portal.run.contest
    stage = team.stage(state, who.team, portal.run.now())
    own = team.review(state, who.team)
    return HTMLResponse(portal.renderer.fragment("team/review_page.html", view=stage, own=own))


async def live(request: Request) -> Response:
    """``GET /stream``: always 200; a dead identity gets one message that takes the page to the forms at the door."""
    portal, who = portal_of(request), seat_of(request)
    if who is None:
        farewell = Farewell(to_the_door(portal))
        return PhoneStream(portal.bus, Subscriber(()), lambda _stale: farewell, portal.presence.watching())
    subscriber = Subscriber((team_regions.TEAMS, team_regions.team(who.team)))
    phone = OpenPhone(portal, who, chooses=request.query_params.get("page") == BOXES)

    def draw(stale: Regions) -> str | Farewell | None:
        if not seats(portal.run.contest, who):
            why = "released" if portal.run.contest.run == who.run else "restarted"
            return Farewell(to_the_door(portal, why))
        if subscriber.displaced:
            return Farewell(portal.renderer.fragment("student/_displaced.html"))
        return phone.whole() if Region.STAGE in stale else phone.news()

    return PhoneStream(portal.bus, subscriber, draw, portal.presence.attending(who.claim, subscriber))


async def state(request: Request) -> Response:
    """``GET /state``: 204 when the page is up to date, else what the stream would send."""
    portal, who = portal_of(request), seat_of(request)
    if who is None:
        return HTMLResponse(to_the_door(portal))
    portal.presence.seen(who.claim)
    if request.query_params.get("v") == team.version(portal.run.contest, who.team):
        return Response(status_code=204)
    return HTMLResponse(OpenPhone(portal, who, chooses=request.query_params.get("page") == BOXES).whole())


def _required(request: Request) -> Seat:
    who = seat_of(request)
    if who is None:
        raise Rejected(Reason.NO_TEAM)
    return who


def _still(portal: Portal, who: Seat) -> Seat:
    """``who``, unless the team was deleted or the run was reset while its request waited for the disk."""
    if not seats(portal.run.contest, who):
        raise Rejected(Reason.NO_TEAM)
    return who


def _seated(portal: Portal, claim: Claim) -> Response:
    """To the team's page, with the cookie of a claim that the run has taken."""
    response, state = RedirectResponse("/", 303), portal.run.contest
    if claim in state.claims:
        portal.doors.seat(response, Seat(state.run, state.claims[claim], claim))
    return response


def _turned_away(portal: Portal, typed: Typed, reason: Reason, field: str) -> Response:
    taken = reason is Reason.TEAM_NAME_TAKEN
    sentence = _(reason.value, name=typed.team_name.strip())
    unknown = reason is Reason.UNKNOWN_TEAM_CODE
    code = "taken" if taken else "bad_value" if unknown else "not_allowed"
    return HTMLResponse(door_page(portal, typed, {field: sentence}, code), 422 if unknown else 409)


def _slip(form: Form) -> str:
    """The chance that the form was drawn with: the same form again is the same device."""
    slip = form.text("slip")
    return slip if SLIP.fullmatch(slip) else new_claim()


def _letters(form: Form) -> frozenset[Letter]:
    letters = frozenset(Letter(letter.strip().upper()) for each in form.many("answer") for letter in each.split(","))
    if not letters or any(len(letter) != 1 for letter in letters):
        raise Malformed(_(Reason.BAD_ANSWER.value), field="answer")
    return letters


def _difficulty(form: Form) -> Difficulty:
    try:
        return Difficulty(form.text("difficulty").strip().upper())
    except ValueError:
        known = [each.value for each in Difficulty]
        raise Malformed(one_of("difficulty", known), field="difficulty") from None


TABLE: tuple[Row, ...] = (
    get("/", page, Role.PUBLIC),
    get("/stream", live, Role.PUBLIC),
    get("/state", state, Role.PUBLIC),
    get("/me", me, Role.STUDENT),
    post("/team/register", register, Role.PUBLIC),
    post("/team/join", join, Role.PUBLIC),
    post("/team/question", ask, Role.STUDENT),
    post("/team/answer", answer, Role.STUDENT),
    get("/team/mystery", choose_box, Role.STUDENT),
    post("/team/mystery", open_box, Role.STUDENT),
)
