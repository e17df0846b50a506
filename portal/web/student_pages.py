"""What a student's handlers answer with: pages, stages, messages, drawn from the shown state.

Lobby, question, reveal, standings and end go to the whole class at once. They are drawn once for all whose pages have
the same shape, with holes for what is a student's own (:mod:`portal.views.own`).
"""

from collections.abc import Callable
from functools import partial
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal.domain.ids import Millis, QuestionNumber
from portal.domain.quiz.scoreboard import Mark
from portal.domain.quiz.state import Participant, Phase, QuizState
from portal.domain.rejection import Reason
from portal.render import NO_SKIP, Partial, message, review_stencil
from portal.views import own, student
from portal.web.asked import is_scripted
from portal.web.context import Portal, portal_of
from portal.web.drawn import Drawn
from portal.web.identity import Identity, new_device
from portal.web.once import TICK
from portal.web.streams import encode
from portal.wording import _


def identity(request: Request) -> Identity | None:
    portal = portal_of(request)
    return portal.doors.student(request, portal.run.shown)


def replied(request: Request, portal: Portal, who: Identity, notice: str | None = None) -> Response:
    """The reply to a student's form: the stage for htmx, a redirect to the page for a browser without script."""
    if not is_scripted(request):
        return RedirectResponse("/", 303)
    return Drawn(stage_reply(portal, who)) if notice is None else HTMLResponse(_told(portal, who, None, notice))


def refused(request: Request, status: int, code: str, sentence: str) -> Response:
    """A refusal: the present stage that says why, or the join form when the device has no live claim."""
    portal, who = portal_of(request), identity(request)
    scripted = is_scripted(request)
    if who is None or code == "no_identity":
        html = to_the_join_form(portal, code) if scripted else join_page(portal, error=code)
        return HTMLResponse(html, status)
    if scripted:
        return HTMLResponse(_told(portal, who, code, sentence), status)
    view = _stage(portal, who, error=code, notice=sentence)
    return HTMLResponse(_page(portal, view, student.version(portal.run.shown, who.participant)), status)


def whole_page(portal: Portal, who: Identity) -> bytes:
    return _shared(portal, who, "page", partial(_page, portal))


def join_page(
    portal: Portal, student_id: str = "", name: str = "", faults: dict[str, str] | None = None, error: str | None = None
) -> str:
    view = _join_view(portal, student_id, name, faults or {}, error)
    return portal.renderer.fragment("student/join_page.html", view=view)


def to_the_join_form(portal: Portal, error: str | None = None, student_id: str = "", name: str = "") -> str:
    """Takes an open page to the join form, and ends its stream and its polling. ``error`` says why."""
    html = portal.renderer.fragment("student/_join.html", view=_join_view(portal, student_id, name, {}, error))
    gone = [Partial(f"#{name}", f'<div id="{name}"></div>') for name in ("live", "poll")]
    return message(Partial("#page", html, "innerHTML"), NO_SKIP, *gone)


def join_faults(reason: Reason, typed: str) -> dict[str, str]:
    """What to say at which field of the join form."""
    if reason is Reason.ID_TAKEN:
        return {"student_id": _(reason.value, id=typed)}
    at_the_code = reason in (Reason.WRONG_CODE, Reason.CODE_BLOCKED)
    return {"name" if at_the_code else "student_id": _(reason.value)}


def stage_message(portal: Portal, who: Identity) -> str:
    """Header and stage, whole, and the page's new version. Morphed: ticks that are not sent yet and the focus stay."""
    version = student.version(portal.run.shown, who.participant)
    return _whole_stage(portal, _stage(portal, who), version)


def stage_frame(portal: Portal, who: Identity, *, added: Millis | None = None) -> bytes:
    """:func:`stage_message`, framed for the stream; it says over the page's head what time was ``added``, if any."""
    shown = portal.run.shown
    if shown.phase is Phase.FINISHED:  # what fills its holes has lines of its own, and each must be framed
        return encode(_shared(portal, who, "stage", partial(_whole_stage, portal)).decode())
    if added is not None:
        return _shared(portal, who, f"stream, added {added}", partial(_framed, portal, added=added))
    if own.has_none(shown, who.participant):  # only the time on it goes on
        moment = shown.run, shown.turn, shown.reckoning, portal.run.now()
        return portal.once.made(moment, "stream", lambda: _shared(portal, who, "stream", partial(_framed, portal)))
    return _shared(portal, who, "stream", partial(_framed, portal))


def _framed(portal: Portal, view: student.Stage, version: str, added: Millis | None = None) -> str:
    return encode(_whole_stage(portal, view, version) + ("" if added is None else _toast(portal, added))).decode()


def count_message(portal: Portal) -> bytes | None:
    """How many have joined, for the lobby, framed for the stream: the same for all."""
    if portal.run.shown.phase is not Phase.LOBBY:
        return None
    joined = len(portal.run.shown.participants)
    stencil = portal.renderer.stencil(_moment(portal.run.shown), ("joined", joined), lambda: _joined(portal, joined))
    return stencil.encoded({})


def _joined(portal: Portal, joined: int) -> str:
    return encode(message(Partial("#joined", portal.renderer.fragment("student/_joined.html", joined=joined)))).decode()


def stage_reply(portal: Portal, who: Identity) -> bytes:
    """The stage alone: the header's clock goes on."""
    return _shared(portal, who, "reply", partial(_stage_partials, portal), has_clock=False)


def _shared(
    portal: Portal, who: Identity, name: str, draw: Callable[[student.Stage, str], str], *, has_clock: bool = True
) -> bytes:
    """What ``draw`` makes of the stage and the version of ``who``, in UTF-8.

    Where many see the same it is drawn once, under ``name``, and costs each of them the filling of its holes.
    """
    run, me = portal.run, who.participant
    shown = run.shown
    mine = own.own(shown, run.board, me, run.now(), partial(review, portal))
    left = mine.remaining
    key = (name, None if left is None or not has_clock else left // TICK, mine.shape)
    made = partial(_made, portal, who, draw)
    stencil = portal.renderer.stencil(_moment(shown), key, made)
    return stencil.encoded(mine)


def _made(portal: Portal, who: Identity, draw: Callable[[student.Stage, str], str]) -> str:
    """The page of ``who``, with holes."""
    return draw(own.punched(_stage(portal, who)), student.version(portal.run.shown, who.participant))


def review(portal: Portal, participant: Participant, number: QuestionNumber, given: Mark | None) -> str:
    """One question of a student's review, ``given`` their answer to it: to put it together anew for each takes long."""
    run = portal.run
    choice, points, receipt = (given.answer.choice, given.points, given.answer.receipt) if given else (None, 0, "")
    stencil = portal.once.made(
        _moment(portal.run.shown),
        (number, choice),
        lambda: review_stencil(student.reviewed(run.shown, run.board, participant, number)),
    )
    return stencil.fill({"points": str(points), "receipt": escape(receipt)})


def _moment(shown: QuizState) -> tuple[object, ...]:
    """What a stencil is good for: as long as this is the same, only what is in its holes differs."""
    if shown.phase is Phase.LOBBY:  # nothing on its page is reckoned, and everybody who joins moves the reckoning on
        return shown.run, shown.turn, shown.quiz.title, len(shown.quiz.questions), shown.quiz.score_fn
    return shown.run, shown.turn, shown.reckoning


def _told(portal: Portal, who: Identity, error: str | None, notice: str | None) -> str:
    view = _stage(portal, who, error=error, notice=notice)
    return _stage_partials(portal, view, student.version(portal.run.shown, who.participant))


def _stage_partials(portal: Portal, view: student.Stage, version: str) -> str:
    return message(Partial("#stage", portal.renderer.fragment("student/_stage.html", view=view)), _version(version))


def _page(portal: Portal, view: student.Stage, version: str) -> str:
    return portal.renderer.fragment("student/page.html", view=view, version=version)


def _whole_stage(portal: Portal, view: student.Stage, version: str) -> str:
    html = portal.renderer.fragment("student/_page.html", view=view)
    return message(Partial("#page", html, "innerMorph"), _version(version))


def _stage(portal: Portal, who: Identity, *, error: str | None = None, notice: str | None = None) -> student.Stage:
    run = portal.run
    return student.stage(run.shown, run.board, who.participant, run.now(), error=error, notice=notice)


def _toast(portal: Portal, added: Millis) -> str:
    """Says that the time of the question has been extended, for a few seconds."""
    return message(
        Partial("#toast", portal.renderer.fragment("student/_toast.html", seconds=added // 1000), "innerHTML")
    )


def _version(version: str) -> Partial:
    return Partial("#v", f'<input type="hidden" id="v" name="v" value="{version}">')


def _join_view(
    portal: Portal, student_id: str, name: str, faults: dict[str, str], error: str | None
) -> student.JoinForm:
    state = portal.run.shown
    return student.JoinForm(state.quiz.title, state.locked, student_id, name, faults, error, new_device())
