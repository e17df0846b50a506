"""What a student may ask: join, the stage, answers, the stream."""

from functools import lru_cache

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal.domain.ids import Choice, Letter, Millis, QuestionNumber, Round, choice_of, clean_name, participant_id
from portal.domain.quiz.commands import Join, Leave, RenewCode, ReportGlance, SubmitAnswer
from portal.domain.quiz.events import Glance
from portal.domain.quiz.state import Opening, Phase, QuizState
from portal.domain.record import record
from portal.domain.rejection import Reason, Rejected
from portal.live.bus import Regions, Subscriber
from portal.views import regions, student
from portal.views.regions import Region
from portal.web.context import Portal, portal_of
from portal.web.drawn import Drawn
from portal.web.forms import Malformed, form_of, one_of, read_body, read_form
from portal.web.identity import Identity, honours, new_code
from portal.web.phones import PhoneStream
from portal.web.streams import Farewell
from portal.web.student_pages import (
    count_message,
    identity,
    join_faults,
    join_page,
    replied,
    stage_frame,
    stage_message,
    to_the_join_form,
    whole_page,
)
from portal.wording import _

COMMON = 200  # bytes of an answer that is remembered; a page's has far fewer


@record
class Tap:
    """What the form of an answer says. ``round`` None means the present one."""

    question: QuestionNumber
    round: Round | None
    choice: Choice


async def page(request: Request) -> Response:
    """``GET /``: the join form, or the page at the present state."""
    portal = portal_of(request)
    who = identity(request)
    return Drawn(whole_page(portal, who)) if who else HTMLResponse(join_page(portal))


async def join(request: Request) -> Response:
    """``POST /join``: a new participant, or a claim that moves to this device."""
    portal, form = portal_of(request), await read_form(request)
    typed, typed_name = form.text("student_id").strip(), form.text("name")
    who, name = participant_id(typed), clean_name(typed_name)
    if who is None or name is None:
        faults = (
            {} if who else {"student_id": _("A student ID is 1 to 32 letters, digits, dots, dashes or underscores.")}
        )
        faults |= {} if name else {"name": _("A name is 1 to 40 characters that can be printed.")}
        return HTMLResponse(join_page(portal, typed, typed_name, faults), 422)
    held = identity(request)
    address = await portal.client_of(request)
    claim = portal.doors.claim_for(form.text("device"), portal.run.shown, who)
    command = Join(who, typed, name, claim, new_code(), held.claim if held else None, address)
    try:
        await portal.run.execute(command)
    except Rejected as refusal:
        return HTMLResponse(join_page(portal, typed, typed_name, join_faults(refusal.reason, typed)), 409)
    response = RedirectResponse("/", 303)
    if portal.run.shown.claims.get(claim) == who:
        portal.doors.welcome(response, Identity(portal.run.shown.run, who, claim))
    return response


async def answer(request: Request) -> Response:
    """``POST /answer``: replies with the stage once the answer is on disk."""
    portal, who, arrived = portal_of(request), identity(request), arrival(request)
    if who is None:
        raise Rejected(Reason.NO_IDENTITY)
    command = submission(who, await read_body(request), arrived)
    await portal.run.execute(command)
    stored = _still_here(portal, who).participants[who.participant].answers.get(command.question)
    first_stands = stored is not None and stored.choice != command.choice
    notice = _("Your first answer counts: %(answer)s.", answer=stored.choice) if stored and first_stands else None
    return replied(request, portal, who, notice)


async def renew_code(request: Request) -> Response:
    """``POST /code``: a new re-join code for the lobby page."""
    portal, who = portal_of(request), identity(request)
    if who is None:
        raise Rejected(Reason.NO_IDENTITY)
    await portal.run.execute(RenewCode(who.participant, who.claim, new_code()))
    _still_here(portal, who)
    return replied(request, portal, who)


async def ask_leave(request: Request) -> Response:
    """``GET /leave``: is somebody else meant? Leads back to the page where nobody can leave."""
    portal, who = portal_of(request), identity(request)
    state = portal.run.shown
    if who is None or state.phase is not Phase.LOBBY:
        return RedirectResponse("/", 303)
    person = state.participants[who.participant]
    context = {"title": state.quiz.title, "name": person.name, "typed": person.typed, "locked": state.locked}
    return HTMLResponse(portal.renderer.fragment("student/leave_page.html", **context))


async def leave(request: Request) -> Response:
    """``POST /leave``: the id is free again, and the join form stands ready for the right one."""
    portal, who = portal_of(request), identity(request)
    if who is None:
        raise Rejected(Reason.NO_IDENTITY)
    await portal.run.execute(Leave(who.participant, who.claim))
    response = RedirectResponse("/", 303)
    portal.doors.forget(response)
    return response


async def event(request: Request) -> Response:
    """``POST /event``: the page tells that it lost the student's eyes, or has them again."""
    portal, who = portal_of(request), identity(request)
    if who is None:
        raise Rejected(Reason.NO_IDENTITY)
    form = await read_form(request)
    try:
        glance = Glance(form.text("kind"))
    except ValueError:
        known = [each.value for each in Glance]
        raise Malformed(one_of("kind", known), field="kind") from None
    await portal.run.execute(ReportGlance(who.participant, who.claim, glance))
    return Response(status_code=204)


async def me(request: Request) -> Response:
    """``GET /me``: one's own review of every closed question."""
    portal, who = portal_of(request), identity(request)
    if who is None:
        return HTMLResponse(join_page(portal), 401)
    state, board = portal.run.shown, portal.run.board
    view = student.review(state, board, who.participant)
    name = state.participants[who.participant].name
    return HTMLResponse(
        portal.renderer.fragment("student/review_page.html", view=view, title=state.quiz.title, name=name)
    )


async def stats(request: Request) -> Response:
    """``GET /stats``: the class at the last closed question."""
    portal, who = portal_of(request), identity(request)
    if who is None:
        return HTMLResponse(join_page(portal), 401)
    view = student.statistics(portal.run.shown, portal.run.board)
    title = portal.run.shown.quiz.title
    return HTMLResponse(portal.renderer.fragment("student/stats_page.html", view=view, title=title))


async def live(request: Request) -> Response:
    """``GET /stream``: always 200; a dead identity gets one message that takes the page to the join form."""
    portal, who = portal_of(request), identity(request)
    if who is None:
        farewell = Farewell(to_the_join_form(portal))
        return PhoneStream(portal.bus, Subscriber(()), lambda _stale: farewell, portal.presence.watching())
    subscriber = Subscriber((regions.STUDENTS, regions.student(who.participant)))
    known = portal.run.shown.participants[who.participant]
    before = _running(portal.run.shown)

    def draw(stale: Regions) -> str | bytes | Farewell | None:
        nonlocal before
        state = portal.run.shown
        if not honours(state, who):
            why = "released" if state.run == who.run else "restarted"
            return Farewell(to_the_join_form(portal, why, known.typed, known.name))
        if subscriber.displaced:
            return Farewell(portal.renderer.fragment("student/_displaced.html"))
        if Region.STAGE not in stale:
            return count_message(portal)
        earlier, before = before, _running(state)
        if before and earlier and before[0] is earlier[0] and before[1] > earlier[1]:
            return stage_frame(portal, who, added=Millis(before[1] - earlier[1]))
        return stage_frame(portal, who)

    return PhoneStream(portal.bus, subscriber, draw, portal.presence.attending(who.claim, subscriber))


async def state(request: Request) -> Response:
    """``GET /state``: 204 when the page is up to date, else what the stream would send."""
    portal, who = portal_of(request), identity(request)
    if who is None:
        return HTMLResponse(to_the_join_form(portal))
    portal.presence.seen(who.claim)
    if request.query_params.get("v") == student.version(portal.run.shown, who.participant):
        return Response(status_code=204)
    return HTMLResponse(stage_message(portal, who))


def submission(who: Identity, body: bytes, arrived: Millis) -> SubmitAnswer:
    """What the form of an answer asks for. Raises :class:`Malformed`."""
    tap = _known_tap(body) if len(body) <= COMMON else _tap(body)
    return SubmitAnswer(who.participant, who.claim, tap.question, tap.round, tap.choice, arrived)


def _still_here(portal: Portal, who: Identity) -> QuizState:
    """The run as shown, in which ``who`` is. Raises :class:`Rejected`.

    A release or a reset may have been committed in the same group, behind what this request has waited for.
    """
    state = portal.run.shown
    if not honours(state, who):
        raise Rejected(Reason.NO_IDENTITY)
    return state


def arrival(request: Request) -> Millis:
    """When the request reached the server: stamped by the protocol, before anything could make it wait."""
    stamp: Millis = request.scope["portal.arrived"]
    return stamp


def _running(state: QuizState) -> tuple[Opening, Millis] | None:
    """The opening that is running, with its time limit as it is now; None when no question is open."""
    opening = state.opening if state.phase is Phase.OPEN else None
    return None if opening is None else (opening, opening.limit)


def _tap(body: bytes) -> Tap:
    """Raises :class:`Malformed`."""
    form = form_of(body)
    letters = frozenset(Letter(letter.strip().upper()) for letter in form.many("answer"))
    if not letters or any(len(letter) != 1 for letter in letters):
        raise Malformed(_(Reason.BAD_ANSWER.value), field="answer")
    vote = form.optional_number("round")
    question = QuestionNumber(form.number("question"))
    return Tap(question, Round(vote) if vote is not None else None, choice_of(letters))


_known_tap = lru_cache(maxsize=256)(_tap)  # a whole class sends the very same few forms
