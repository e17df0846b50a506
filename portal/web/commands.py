"""The console's buttons: each reads its form, asks the run, and answers with the present page."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from portal.domain.ids import Millis, ParticipantId, QuestionNumber, participant_id
from portal.domain.quiz import commands as c
from portal.domain.quiz.events import Slide
from portal.domain.rejection import Reason, Rejected
from portal.render import Partial, message
from portal.views.instructor import people
from portal.web.asked import is_scripted
from portal.web.console import ADDRESS, page_of, reply
from portal.web.console_forms import begin_anew, form_of_this_run, turn_of
from portal.web.context import portal_of
from portal.web.forms import Form, Malformed, one_of
from portal.web.roles import Handler, Role, Row, get, post


def _open(form: Form) -> c.Open:
    seconds = form.optional_number("time_limit")
    limit = None if seconds is None else Millis(seconds * 1000)
    return c.Open(turn_of(form), QuestionNumber(form.number("question")), limit)


def _slide(form: Form) -> c.TurnProjector:
    try:
        return c.TurnProjector(Slide(form.text("slide")))
    except ValueError:
        known = [slide.value for slide in Slide]
        raise Malformed(one_of("slide", known), field="slide") from None


READERS: dict[str, Callable[[Form], c.Command]] = {
    "next": lambda form: c.Next(turn_of(form)),
    "open": _open,
    "close": lambda form: c.Close(turn_of(form)),
    "extend": lambda form: c.Extend(turn_of(form), Millis(form.number("seconds") * 1000)),
    "standings": lambda form: c.ShowStandings(turn_of(form)),
    "reopen": lambda form: c.Reopen(turn_of(form)),
    "end": lambda form: c.End(turn_of(form)),
    "lock": lambda form: c.Lock(turn_of(form)),
    "unlock": lambda form: c.Unlock(turn_of(form)),
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
        form = await form_of_this_run(request)
        await portal_of(request).carry_out(read(form))
        return reply(request)

    return handler


def _release(command: Callable[[ParticipantId], c.Command]) -> Handler:
    async def handler(request: Request) -> Response:
        await form_of_this_run(request)
        await portal_of(request).carry_out(command(_who(request)))
        return reply(request)

    return handler


async def reset(request: Request) -> Response:
    """``POST /admin/reset``."""
    await begin_anew(request)
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
