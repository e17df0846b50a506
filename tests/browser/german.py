"""The pages as a German browser shows them: what is longer in German must fit as well."""

import re

from playwright.sync_api import Browser, Page, Route

from tests.browser.checks import CLIPPED, FINGER, HALL, LAPTOP, OLD_HALL, SMALLEST, TOO_WIDE
from tests.browser.looks import Look, audience_of

# Whatever scrolls, or ends in an ellipsis, is meant to be wider inside; so is what only a screen reader hears.
CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(each => {
  const {overflowX, textOverflow} = getComputedStyle(each)
  return each.clientWidth > 1 && each.scrollWidth > each.clientWidth + 1 && !each.closest('svg,.skip')
    && !/auto|scroll/.test(overflowX) && textOverflow !== 'ellipsis' && each.querySelector('bdi') === null
    && [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim())
}).map(each => `${each.outerHTML.slice(0, 120)} needs ${each.scrollWidth} px and has ${each.clientWidth}`)"""
REFRESH = re.compile(r'<meta http-equiv="refresh"[^>]*>')
SHOWN = "JSON.stringify(document.querySelector('#stage')?.dataset ?? null)"
SCREENS: dict[str, tuple[Look, ...]] = {"projector": (HALL, OLD_HALL), "console": (LAPTOP, SMALLEST)}


def stand_still(route: Route) -> None:
    """A page that does not refresh itself while it is looked at, or while the next one is loaded."""
    if route.request.resource_type != "document":
        return route.continue_()
    reply = route.fetch(max_redirects=0)
    return route.fulfill(response=reply, body=REFRESH.sub("", reply.text()))


class German:
    """A browser of its own that is shown what the people of a story see. Without script: it must change nothing."""

    def __init__(self, browser: Browser) -> None:
        self._context = browser.new_context(locale="de-DE", java_script_enabled=False)
        self._context.route("**/*", stand_still)
        self._page = self._context.new_page()
        self._seen: set[tuple[str, str, str]] = set()

    def faults(self, name: str, page: Page) -> list[str]:
        """What does not fit on the page that the scene called ``name`` shows, as whoever is there would load it now.

        A page that differs from an earlier one only by what its script has done since is not loaded again.
        """
        shown = audience_of(name), page.url, page.evaluate(SHOWN)
        if shown in self._seen:
            return []
        self._seen.add(shown)
        self._context.clear_cookies()
        theirs = page.context.cookies()
        self._context.add_cookies([{"name": each["name"], "value": each["value"], "url": page.url} for each in theirs])
        self._page.goto(page.url)
        assert self._page.locator("html").get_attribute("lang") == "de"
        refreshing = self._page.locator("meta[http-equiv=refresh]").count()
        assert not refreshing, "the next page would be cut off by this one's refresh"
        found = []
        for look in SCREENS.get(audience_of(name), (FINGER, SMALLEST)):
            look.put_on(self._page)
            for check in (CUT_OFF, CLIPPED if audience_of(name) == "projector" else TOO_WIDE):
                found += [f"{name} in German, {look}: {each}" for each in self._page.evaluate(check)]
        return found
