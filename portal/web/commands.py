"""The console's buttons: each reads its form, asks the run, and answers with the present page."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from portal.domain.ids import Millis, ParticipantId, QuestionNumber, Turn, participant_id
from portal.domain.quiz import commands as c
from portal.domain.quiz.events import Slide
from portal.domain.rejection import Reason, Rejected
from portal.render import Partial, message
from portal.views.instructor import people
from portal.web.console import ADDRESS, is_scripted, page_of, reply
from portal.web.context import portal_of
from portal.web.forms import Form, Malformed, one_of, read_form
from portal.web.roles import Handler, Role, Row, get, post


def _turn(form: Form) -> Turn:
    return Turn(form.number("turn"))


def _open(form: Form) -> c.Open:
    seconds = form.optional_number("time_limit")
    limit = None if seconds is None else Millis(seconds * 1000)
    return c.Open(_turn(form), QuestionNumber(form.number("question")), limit)


def _slide(form: Form) -> c.TurnProjector:
    try:
        return c.TurnProjector(Slide(form.text("slide")))
    except ValueError:
        known = [slide.value for slide in Slide]
        raise Malformed(one_of("slide", known), field="slide") from None


READERS: dict[str, Callable[[Form], c.Command]] = {
    "next": lambda form: c.Next(_turn(form)),
    "open": _open,
    "close": lambda form: c.Close(_turn(form)),
    "extend": lambda form: c.Extend(_turn(form), Millis(form.number("seconds") * 1000)),
    "standings": lambda form: c.ShowStandings(_turn(form)),
    "reopen": lambda form: c.Reopen(_turn(form)),
    "end": lambda form: c.End(_turn(form)),
    "lock": lambda form: c.Lock(_turn(form)),
    "unlock": lambda form: c.Unlock(_turn(form)),
    "projector": _slide,
    "participants/undo-joins": lambda form: c.UndoJoins(Millis(form.number("seconds") * 1000)),
}
"""The commands that are read from their form alone, by the rest of their address."""

RELEASES: dict[str, Callable[[ParticipantId], c.Command]] = {
    "clear": c.Clear,
    "handover": c.HandOver,
    "restore": c.UndoRelease,
}


def _command(read: Callable[[Form], c.Command]) -> Handler:
    async def handler(request: Request) -> Response:
        form = await _form_of_this_run(request)
        await portal_of(request).run.execute(read(form))
        return reply(request)

    return handler


def _release(command: Callable[[ParticipantId], c.Command]) -> Handler:
    async def handler(request: Request) -> Response:
        await _form_of_this_run(request)
        await portal_of(request).run.execute(command(_who(request)))
        return reply(request)

    return handler


async def reset(request: Request) -> Response:
    """``POST /admin/reset``: the next run takes the pool's file as it is now."""
    portal, form = portal_of(request), await _form_of_this_run(request)
    turn, run = _turn(form), portal.run.ahead.run
    await portal.run.begin_anew(run, turn, await portal.shelf.for_a_new_run(portal.run.state))
    return reply(request)


async def ask_reset(request: Request) -> Response:
    """``GET /admin/reset``: what it would set aside, before it is done."""
    state = portal_of(request).run.shown
    answers = sum(state.answered.values())
    return _question(request, "reset", people=len(state.participants), answers=answers)


async def ask_end(request: Request) -> Response:
    """``GET /admin/end``: what is left unasked."""
    state = portal_of(request).run.shown
    left = sum(1 for number in range(len(state.quiz.questions)) if QuestionNumber(number) not in state.openings)
    return _question(request, "end", left=left)


async def ask_release(request: Request) -> Response:
    """``GET /admin/participants/{student_id}/release``: clear, or hand over?"""
    run = portal_of(request).run
    view = people.release(run.shown, run.board, _who(request))
    if view is None:
        raise Rejected(Reason.NOBODY_THERE)
    return _question(request, "release", view=view)


def _question(request: Request, name: str, **more: object) -> Response:
    """A question before something that cannot simply be taken back: a dialog, or without script a page."""
    portal, page = portal_of(request), page_of(request)
    state = portal.run.shown
    context = {"run": state.run, "turn": state.turn, "page": page.value, "back": ADDRESS[page], **more}
    template = f"instructor/_confirm_{name}.html"
    if is_scripted(request):
        html = portal.renderer.fragment(template, scripted=True, **context)
        return HTMLResponse(message(Partial("#confirm", html, "innerHTML")))
    return HTMLResponse(portal.renderer.fragment("instructor/confirm_page.html", asked=template, **context))


async def _form_of_this_run(request: Request) -> Form:
    """The form. One that was drawn for another run is stale, even where the turns happen to be equal."""
    form = await read_form(request)
    drawn_for = form.optional_number("run")
    if drawn_for is not None and drawn_for != portal_of(request).run.ahead.run:
        raise Rejected(Reason.STALE_CONTROL)
    return form


def _who(request: Request) -> ParticipantId:
    who = participant_id(request.path_params["student_id"])
    if who is None:
        raise Rejected(Reason.NOBODY_THERE)
    return who


TABLE: tuple[Row, ...] = (
    *(post(f"/admin/{name}", _command(read), Role.INSTRUCTOR) for name, read in READERS.items()),
    *(
        post(f"/admin/participants/{{student_id}}/{name}", _release(command), Role.INSTRUCTOR)
        for name, command in RELEASES.items()
    ),
    post("/admin/reset", reset, Role.INSTRUCTOR),
    get("/admin/reset", ask_reset, Role.INSTRUCTOR),
    get("/admin/end", ask_end, Role.INSTRUCTOR),
    get("/admin/participants/{student_id}/release", ask_release, Role.INSTRUCTOR),
)
