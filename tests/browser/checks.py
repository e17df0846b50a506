"""What must be true of every screen and state: axe-core's rules in both themes, that all fits, and nothing moves."""

from dataclasses import replace

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.looks import Look, audience_of

LAWS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}  # all that a theme can change
# Naming each node by a selector takes axe longer than its rules; the sheets it would load serve a rule that is off.
AXE = """async rules => {
  const seen = document.querySelector('dialog[open]') ?? document  // what lies behind has been seen without it
  const {violations} = await axe.run(
    seen, {runOnly: rules, resultTypes: ['violations'], selectors: false, preload: {assets: ['media']}})
  return violations.flatMap(({id, nodes}) => nodes.map(node => `${id}: ${node.html} ${node.failureSummary}`))
}"""
TOO_WIDE = """() => {
  const over = document.documentElement.scrollWidth - innerWidth
  return over > 0 ? [`${over} px wider than the screen`] : []
}"""
SMALL_TARGETS = """() => [...document.querySelectorAll('a[href],button,input,select,textarea,summary')].filter(each => {
  const target = each.closest('label') ?? each, box = target.getBoundingClientRect(), style = getComputedStyle(each)
  if (!box.width || style.visibility === 'hidden' || each.type === 'hidden' || each.matches('.skip,.sr')) return false
  if (each.matches('a') && style.display === 'inline') return false  // a link in a sentence
  return box.width < 43.5 || box.height < 43.5
}).map(each => `${each.outerHTML.slice(0, 90)} is smaller than a finger`)"""
# The last line of a tight text hangs out of its box by a little without being cut.
CLIPPED = """() => [...document.querySelectorAll('#page,.p-top,.p-foot,.p-main,.p-main>:not(.sr),.p-opt,.p-main .card')]
  .filter(each => each.scrollHeight > each.clientHeight + innerHeight / 50 || each.scrollWidth > each.clientWidth + 2)
  .map(each => `.${each.className}#${each.id} needs ${each.scrollWidth}x${each.scrollHeight}`
    + ` and has ${each.clientWidth}x${each.clientHeight}`)"""

# Whoever wants less motion gets none: what runs on is over at once, or takes one step a second or fewer (a clock), or
# is not seen (the guard of fresh buttons, which is about taps).
MOTION = """() => document.getAnimations().filter(({effect, animationName}) => {
  const {duration} = effect.getComputedTiming(), steps = /^steps\\((\\d+)/.exec(effect.getKeyframes()[0]?.easing)
  return duration > 10 && animationName !== 'arm' && !(steps && duration / steps[1] >= 1000)
}).map(({effect, animationName}) => `.${effect.target.getAttribute('class')} moves: ${animationName}`)"""

FINGER = Look(360, 640, touch=True)
LAPTOP = Look(1280, 800)
ZOOMED = Look(640, 400)  # a laptop at 200 %
SMALLEST = Look(320, 568, touch=True)
HALL = Look(1920, 1080, dark=True)
OLD_HALL = Look(1024, 768, dark=True)
HUGE_HALL = Look(3840, 2160, dark=True)


def faults(name: str, page: Page, *, thorough: bool) -> list[str]:
    """Everything that is wrong with the scene called ``name``, in words; its page must not move on meanwhile.

    What is not ``thorough`` leaves out the screens that are laid out like one of the others.
    """
    audience = audience_of(name)
    usual = {"console": LAPTOP, "projector": HALL}.get(audience, FINGER)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)  # through the debugger, which no policy stops
    found = _seen(page, replace(usual, dark=not usual.dark), (AXE, COLOURS))
    if audience == "projector":
        found += _seen(page, HALL, (AXE, LAWS), (CLIPPED, None))
        for hall in (OLD_HALL, HUGE_HALL) if thorough else (OLD_HALL,):
            found += _seen(page, hall, (CLIPPED, None))
    else:
        if usual != FINGER:
            found += _seen(page, usual, (AXE, LAWS))
        found += _seen(page, FINGER, *([(AXE, LAWS)] if usual == FINGER else []), (SMALL_TARGETS, None))
        for narrow in (SMALLEST, ZOOMED) if thorough else (SMALLEST,):
            found += _seen(page, narrow, (TOO_WIDE, None))
    return [f"{name}, {each}" for each in found]


def _seen(page: Page, look: Look, *checks: tuple[str, object]) -> list[str]:
    """What the ``checks``, each with its argument, find wrong on one screen: changing it takes longer than most."""
    look.put_on(page)
    found = [each for check, argument in checks for each in page.evaluate(check, argument)]
    found += page.evaluate(MOTION)
    return [f"{look}: {each}" for each in found]
