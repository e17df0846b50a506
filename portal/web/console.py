"""Draws the console: whole pages, the regions that a stream or a form's reply carries, refusals."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal.render import NO_SKIP, Partial, message
from portal.views.instructor.frame import Page
from portal.views.instructor.page import Console, Sight, console, version
from portal.views.instructor.people import Show
from portal.web.asked import is_scripted
from portal.web.context import Portal, portal_of

ADDRESS = {page: "/admin/" if page is Page.RUN else f"/admin/{page.value}" for page in Page}


def signed_in(request: Request) -> str | None:
    """The live sign-in of whoever asks, by the hash of its token."""
    portal = portal_of(request)
    return portal.doors.sign_in_of(request, portal.run.now())


def page_of(request: Request) -> Page:
    """Which page a form or a stream belongs to: its address says so in ``page``. Anything else is the first page."""
    asked = request.query_params.get("page", "")
    return next((page for page in Page if page.value == asked), Page.RUN)


def show_of(request: Request) -> Show:
    asked = request.query_params.get("show", "")
    return next((show for show in Show if show.value == asked), Show.ALL)


def sight(portal: Portal) -> Sight:
    run = portal.run
    edited = portal.shelf.is_edited(run.shown)
    return Sight(run.shown, run.board, portal.presence, run.now(), portal.log.failing, edited)


def whole_page(portal: Portal, page: Page, show: Show = Show.ALL, **why: str | None) -> str:
    seen = sight(portal)
    view = console(seen, page, show=show, **why)
    return draw(portal, "page", view, version=version(seen, page))


def draw(portal: Portal, template: str, view: Console, **more: object) -> str:
    html: str = portal.renderer.fragment(f"instructor/{template}.html", view=view, join_url=portal.join_url, **more)
    return html


def static_page(request: Request, name: str, status: int = 200, error: str | None = None, **more: object) -> Response:
    """A page that does not follow the run by itself; its buttons lead back to those that do."""
    portal = portal_of(request)
    page = Page.QUESTIONS if name in ("pools", "analytics") else Page.ROOM
    view = console(sight(portal), page, error=error)
    html = draw(portal, "static_page", view, inner=f"instructor/_{name}.html", **more)
    return HTMLResponse(html, status)


def around(portal: Portal, view: Console) -> list[Partial]:
    """The stage, whole, and everything beside it that follows the state."""
    names = ["state", "stage", "dock"]
    if view.frame.page == Page.RUN.value:
        names += ["sheet", "side"]
    if view.people is not None and view.people.has_aside:
        names += ["side"]
    return [Partial(f"#{name}", draw(portal, f"_{name}", view), _swap(name)) for name in names]


def renewed(seen: Sight, page: Page) -> Partial:
    """The page's version, which each message renews."""
    return Partial("#v", f'<input type="hidden" id="v" name="v" value="{version(seen, page)}">')


def reply(request: Request, status: int = 200, **why: str | None) -> Response:
    """The answer to a command: the present page for htmx, else a redirect to it, or the page when it was refused."""
    portal, page = portal_of(request), page_of(request)
    if is_scripted(request):
        seen = sight(portal)
        view = console(seen, page, show=show_of(request), **why)
        gone = Partial("#confirm", "", "innerHTML")  # the question that this may have been the answer to
        return HTMLResponse(message(*around(portal, view), gone, renewed(seen, page)), status)
    if status == 200:
        return RedirectResponse(ADDRESS[page], 303)
    return HTMLResponse(whole_page(portal, page, show_of(request), **why), status)


def refused(request: Request, status: int, code: str, sentence: str) -> Response:
    """A refusal: the present page that says why, or the login for whoever is not signed in."""
    if signed_in(request) is None:
        at_the_door = request.scope["path"] == "/admin/login"  # a form that cannot be read is not a wrong password
        return login_page(request, status, code, sentence) if at_the_door else shut_out(request)
    return reply(request, status, error=code, notice=sentence)


def shut_out(request: Request) -> Response:
    """No live sign-in: the login, with status 401."""
    return login_page(request, 401, "no_identity")


def login_page(request: Request, status: int, error: str | None = None, fault: str | None = None) -> Response:
    portal = portal_of(request)
    if is_scripted(request):
        return HTMLResponse(to_the_login(portal, error, fault), status)
    return HTMLResponse(portal.renderer.fragment("instructor/login_page.html", error=error, fault=fault), status)


def to_the_login(portal: Portal, error: str | None = None, fault: str | None = None) -> str:
    """Takes an open page to the login, and ends its stream and its polling."""
    html = portal.renderer.fragment("instructor/_login.html", error=error, fault=fault)
    gone = [Partial(f"#{name}", f'<div id="{name}"></div>') for name in ("live", "poll", "confirm")]
    return message(Partial("#page", html, "innerHTML"), NO_SKIP, *gone)


def _swap(name: str) -> str:
    # a new dock for each turn: its buttons must not be pressed by the second half of a double click
    return "outerHTML" if name == "dock" else "outerMorph"
