"""What one open console page has been sent, so that a stream sends only what is new on it.

The roster of 500 is a quarter of a megabyte; a tap changes one row of it, so one row is sent.
"""

from portal.live.bus import Regions
from portal.render import Partial, message
from portal.views.instructor import run
from portal.views.instructor.frame import Page
from portal.views.instructor.page import Console, console
from portal.views.instructor.people import People, PersonRow, Show
from portal.views.regions import Region
from portal.web.console import around, draw, renewed, sight
from portal.web.context import Portal


class OpenPage:
    """One page of the console that is open somewhere. Its memory is bounded by the class."""

    def __init__(self, portal: Portal, page: Page, show: Show) -> None:
        self._portal, self._page, self._show = portal, page, show
        self._rows: dict[str, PersonRow] = {}
        self._people: People | None = None

    def message(self, stale: Regions) -> str:
        """The stage and what is around it when that is stale, else the small regions that are."""
        seen = sight(self._portal)
        view = console(seen, self._page, show=self._show)
        if Region.STAGE in stale:
            self._remember(view.people)
            partials = around(self._portal, view)
        else:
            partials = [*self._counts(view, stale), *self._roster(view.people)]
        return message(*partials, renewed(seen, self._page))

    def _counts(self, view: Console, stale: Regions) -> list[Partial]:
        """The regions of this page that each tap and each join make old."""
        there = {"health": True}
        if view.body is None:
            there |= {"answered_of": Region.ANSWERED in stale and view.frame.answered is not None}
        else:
            is_open = isinstance(view.body, run.Asked)
            there |= {"answered": is_open and Region.ANSWERED in stale, "tally": is_open and Region.TALLY in stale}
            there |= {"joined": isinstance(view.body, run.Lobby) and Region.JOINED in stale}
            there |= {"people_card": Region.PEOPLE in stale}
        ids = {"answered_of": "answered", "people_card": "people"}
        return [
            Partial(f"#{ids.get(name, name)}", draw(self._portal, f"_{name}", view), "outerMorph")
            for name, wanted in there.items()
            if wanted
        ]

    def _roster(self, people: People | None) -> list[Partial]:
        """The rows that are new or differ; the whole table when rows went away."""
        before, known = self._people, self._rows
        if people is None:
            return []
        self._remember(people)
        partials: list[Partial] = []
        if before is None or before.filters != people.filters:
            partials.append(self._partial("filters", people))
        if before is None or (before.strays, before.released) != (people.strays, people.released):
            partials.append(self._partial("strays", people))
        if not people.has_aside:
            return partials
        if list(known) != [row.key for row in people.rows[: len(known)]]:
            return [*partials, self._partial("roster", people)]
        for row in people.rows[: len(known)]:
            if row != known[row.key]:
                partials.append(Partial(f"#p-{row.key}", self._rows_html((row,), people)))
        if added := people.rows[len(known) :]:
            partials.append(Partial("#roster", self._rows_html(added, people), "beforeend"))
        return partials

    def _remember(self, people: People | None) -> None:
        self._people = people
        self._rows = {row.key: row for row in people.rows} if people else {}

    def _partial(self, name: str, people: People) -> Partial:
        html = self._portal.renderer.fragment(f"instructor/_{name}.html", people=people, run=self._portal.run.shown.run)
        return Partial(f"#{name}", html)

    def _rows_html(self, rows: tuple[PersonRow, ...], people: People) -> str:
        html: str = self._portal.renderer.fragment("instructor/_rows.html", rows=rows, question=people.question)
        return html
