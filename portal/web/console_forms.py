"""What every form of a console says, of a quiz and of a contest alike: for which run and which turn it was drawn."""

from starlette.requests import Request

from portal.domain.ids import Turn
from portal.domain.rejection import Reason, Rejected
from portal.web.context import portal_of
from portal.web.forms import Form, read_form


def turn_of(form: Form) -> Turn:
    return Turn(form.number("turn"))


async def form_of_this_run(request: Request) -> Form:
    """The form. One that was drawn for another run is stale, even where the turns happen to be equal."""
    form = await read_form(request)
    drawn_for = form.optional_number("run")
    if drawn_for is not None and drawn_for != portal_of(request).run.ahead.run:
        raise Rejected(Reason.STALE_CONTROL)
    return form


async def begin_anew(request: Request) -> None:
    """What a reset does: the next run takes the pool's file as it is now."""
    portal, form = portal_of(request), await form_of_this_run(request)
    turn, run = turn_of(form), portal.run.ahead.run
    await portal.run.begin_anew(run, turn, await portal.shelf.for_a_new_run(portal.run.state))
