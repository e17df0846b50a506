"""What a team's handlers answer with: pages, stages, messages, drawn from the shown state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal.domain.competition.state import ContestState, Phase
from portal.render import NO_SKIP, Partial, Renderer, drawn, message, rich, rich_block
from portal.views import team, team_own
from portal.views.holes import mark
from portal.web.asked import is_scripted
from portal.web.context import Portal, portal_of
from portal.web.identity import Seat, new_claim

BOXES = "boxes"  # the value of ``page`` in the addresses of the page on which a team chooses a box


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the forms at the door. ``slip`` is chance: a form that was sent twice is known by it."""

    team_name: str = ""
    members: str = ""
    email: str = ""
    team_code: str = ""
    slip: str = ""


def seat_of(request: Request) -> Seat | None:
    portal = portal_of(request)
    return portal.doors.team(request, portal.run.contest)


def replied(request: Request, portal: Portal, who: Seat, notice: str | None = None) -> Response:
    """The reply to a team's form: the stage for htmx, a redirect to the page for a browser without script."""
    if not is_scripted(request):
        return RedirectResponse("/", 303)
    return HTMLResponse(_stage_reply(portal, who, None, notice))


def refused(request: Request, status: int, code: str, sentence: str) -> Response:
    """A refusal: the present stage that says why, or the forms at the door when the device has no live claim."""
    portal, who = portal_of(request), seat_of(request)
    scripted = is_scripted(request)
    if who is None or code == "no_identity":
        html = to_the_door(portal, code) if scripted else door_page(portal, error=code)
        return HTMLResponse(html, status)
    if scripted:
        return HTMLResponse(_stage_reply(portal, who, code, sentence), status)
    return HTMLResponse(whole_page(portal, who, error=code, notice=sentence), status)


def whole_page(
    portal: Portal,
    who: Seat,
    *,
    boxes: team.Boxes | None = None,
    error: str | None = None,
    notice: str | None = None,
) -> str:
    """The team's page; with ``boxes`` the one on which it chooses a box."""
    state = portal.run.contest
    view = team.stage(state, who.team, portal.run.now(), error=error, notice=notice)
    version = team.version(state, who.team)
    return portal.renderer.fragment("team/page.html", view=view, boxes=boxes, version=version)


def door_page(
    portal: Portal, typed: Typed | None = None, faults: Mapping[str, str] | None = None, error: str | None = None
) -> str:
    """The forms with which a team registers, or a further phone joins it."""
    return portal.renderer.fragment("team/door_page.html", **_door(portal, typed, faults, error))


def to_the_door(portal: Portal, error: str | None = None) -> str:
    """Takes an open page to the forms at the door, and ends its stream and its polling. ``error`` says why."""
    html = portal.renderer.fragment("team/_door.html", **_door(portal, None, None, error))
    gone = [Partial(f"#{name}", f'<div id="{name}"></div>') for name in ("live", "poll")]
    return message(Partial("#page", html, "innerHTML"), NO_SKIP, *gone)


def boxes_of(portal: Portal, who: Seat, chosen: str | None = None) -> team.Boxes | None:
    """What the boxes offer the team now; None while it may not open one."""
    state = portal.run.contest
    if state.phase is not Phase.RUNNING or state.teams[who.team].held is not None:
        return None
    return team.boxes(state, who.team, portal.run.now(), chosen=chosen)


class OpenPhone:
    """What one open page of a team has been sent, so that its stream sends only what is new on it.

    What others do moves the team's rank and the free questions. It is told in small regions, so that no question that
    a team is about to answer is drawn anew.
    """

    def __init__(self, portal: Portal, who: Seat, *, chooses: bool) -> None:
        """``chooses``: it is the page of the boxes, which becomes the team's page once no box may be opened."""
        self._portal, self._who, self._chooses = portal, who, chooses
        self._sent: team.Stage | None = None

    def whole(self) -> str:
        """Header and stage, and the page's new version. Morphed: a choice that is not sent yet and the focus stay."""
        portal, state = self._portal, self._portal.run.contest
        view = self._view(state)
        boxes = boxes_of(portal, self._who) if self._chooses else None
        self._sent = view
        html = portal.renderer.fragment("team/_page.html", view=view, boxes=boxes)
        return message(Partial("#page", html, "innerMorph"), _version(state, self._who))

    def news(self) -> str:
        """What of the page is new since it was told something last."""
        state, before = self._portal.run.contest, self._sent
        view = self._view(state)
        if before is None or self._chooses or _own(view) != _own(before):
            return self.whole()
        self._sent = view
        parts: list[Partial] = []
        body = view.body
        if isinstance(body, team.Lobby) and body != before.body:
            parts.append(self._part("joined", view))
        if isinstance(body, team.Ready):
            if view.standings != before.standings:
                parts += [self._part("numbers", view), self._part("standings", view)]
            if body != before.body:
                parts += [
                    Partial(f"#{name}", drawn(f"team/_{name}.html", free=body.free)) for name in ("free", "actions")
                ]
        return message(*parts, _version(state, self._who))

    def _view(self, state: ContestState) -> team.Stage:
        return team.stage(state, self._who.team, self._portal.run.now())

    def _part(self, name: str, view: team.Stage) -> Partial:
        return Partial(f"#{name}", self._portal.renderer.fragment(f"team/_{name}.html", view=view))


def _own(view: team.Stage) -> team.Stage:
    """The view without what others change and what the clock does."""
    body = view.body
    if isinstance(body, team.Lobby):
        body = replace(body, teams=0)
    elif isinstance(body, team.Ready):
        body = replace(body, free=team.Free(None, (), 0, 0))
    you = replace(view.standings.you, move=None)
    return replace(view, at=0, body=body, remaining=None, standings=team.Standings(you, 0, ()))


def _stage_reply(portal: Portal, who: Seat, error: str | None, notice: str | None) -> str | bytes:
    """The stage alone: the header's clock goes on."""
    state, now = portal.run.contest, portal.run.now()
    own = None if error or notice else team_own.own(state, who.team, now)
    if own is not None:
        return drawn_held(portal.renderer, own, lambda: team.stage(state, who.team, now))
    view = team.stage(state, who.team, now, error=error, notice=notice)
    return _replaced(portal.renderer, view, team.version(state, who.team))


def drawn_held(renderer: Renderer, own: team_own.Own, stage: Callable[[], team.Stage]) -> bytes:
    """The reply with a team's question: drawn once for all that look like it, for hundreds ask in the same instant."""
    shared = renderer.kept(own.shape, lambda: _replaced(renderer, team_own.punched(stage()), mark("version")))
    return shared.encoded(_held_values(own))


def _held_values(own: team_own.Own) -> dict[str, str]:
    """What goes into the holes of a page with a question, ready for HTML."""
    us, question = own.team, own.question
    return {
        "team": escape(us.id),
        "points": str(us.points),
        "rank": str(own.rank),
        "held": escape(question.id),
        "remaining": str(own.remaining),
        "name": escape(us.name),
        "code": escape(us.code),
        "at": str(own.at),
        "version": own.version,
        "text": rich_block(question.text),
        **{f"option_{each.letter.lower()}": rich(each.text) for each in question.options},
    }


def _replaced(renderer: Renderer, view: team.Stage, version: str) -> str:
    stage = renderer.fragment("team/_stage.html", view=view, boxes=None)
    return message(Partial("#stage", stage), _versioned(version))


def _version(state: ContestState, who: Seat) -> Partial:
    return _versioned(team.version(state, who.team))


def _versioned(version: str) -> Partial:
    return Partial("#v", f'<input type="hidden" id="v" name="v" value="{version}">')


def _door(
    portal: Portal, typed: Typed | None, faults: Mapping[str, str] | None, error: str | None
) -> dict[str, object]:
    typed = typed or Typed()
    view = team.register_form(
        portal.run.contest,
        team_name=typed.team_name,
        members=typed.members,
        email=typed.email,
        team_code=typed.team_code,
        faults=faults,
        error=error,
    )
    return {"view": view, "slip": typed.slip or new_claim()}
