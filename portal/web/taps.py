"""The one request that a whole class makes in the same instant: an answer as a page of ours sends it, without a task.

A task, the coroutines in it and two more turns of the event loop are a tenth of what an answer costs. Here it is
decided once it has been read, and its reply is drawn when the writer tells that it is on disk.

Whatever is not plain goes the usual way (:func:`portal.web.student.answer`), be it saved already or not: an answer that
comes twice is one answer. So each refusal, redirect and fault has its one place, and none of them is here.
"""

from collections.abc import Callable
from contextvars import copy_context

from starlette.types import Scope

from portal.web.asked import said
from portal.web.context import parts_of
from portal.web.drawn import Drawn
from portal.web.forms import URLENCODED, Malformed, Sender
from portal.web.student import COMMON, submission
from portal.web.student_pages import stage_reply

ADDRESS = ("POST", "/answer")


def take(scope: Scope, line: Sender, send: Callable[[Drawn], bool], usual: Callable[[], None]) -> bool:
    """Whether the answer is under way, and needs nobody. ``send`` says whether the connection has taken the reply.

    ``usual`` is called later if something else than the plain reply is due after all.
    """
    portal, headers = parts_of(scope), said(scope)
    run, body = portal.run, line.body(scope)
    if run.is_contest or body is None or len(body) > COMMON:
        return False
    if headers.get(b"content-type") != URLENCODED or not headers.get(b"hx-request"):
        return False
    who = portal.doors.student_again(headers.get(b"cookie", b""), run.shown)
    if who is None:
        return False
    try:
        command = submission(who, body, scope["portal.arrived"])
    except Malformed:
        return False
    context = copy_context()  # the reply is in the language of this request

    def told(error: Exception | None) -> None:
        try:
            is_done = error is None and send(Drawn(context.run(stage_reply, portal, who)))
        except Exception:  # whatever drawing may raise: the writer, who calls this, has the answers of others to tell;
            # and it is not lost, for the usual way draws the same and its faults are logged and answered with 500
            is_done = False
        if not is_done:
            usual()

    return run.submit(command, told)
