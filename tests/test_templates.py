"""What templates and static files must never contain: the strict Content-Security-Policy, htmx 4, one sprite."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STATIC = ROOT / "static"

# Each of these is blocked by the policy, or belongs to htmx 2 and silently does nothing.
FORBIDDEN = {
    "a style attribute": re.compile(r"\sstyle\s*="),
    "hx-on": re.compile(r"hx-on"),
    "a js: value": re.compile(r"\b(?:js|javascript):"),
    "an inline event handler": re.compile(r"\son[a-z]+\s*="),
    "a trigger filter": re.compile(r"""hx-trigger[\w:]*\s*=\s*(?:"[^"]*\[|'[^']*\[)"""),
    "an inline script": re.compile(r"<script\b(?![^>]*\ssrc=)"),
    "a word of htmx 2": re.compile(r"sse-connect|sse-swap|hx-ext\b|hx-disabled-elt"),
}
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
# |safe is for the kit alone, and there with its reason: {{ x|safe }} {# safe: why #}
SAFE = re.compile(r"\|\s*safe\b")
REASON = re.compile(r"\|\s*safe\b[^\n]*\{#\s*safe:\s*\w")
SPRITE_USE = re.compile(r"""<use\s+href=["'][^"']*#([\w-]+)["']""")
ICON_CALL = re.compile(r"""\b(?:icon|draw)\(\s*["']([\w-]+)["']""")
ICON_KEYWORD = re.compile(r"""\bicon=["']([\w-]+)["']""")


def faults(source: str, in_kit: bool) -> list[str]:
    """Every rule that a template breaks, in words."""
    bare = COMMENT.sub("", source)
    found = [name for name, pattern in FORBIDDEN.items() if pattern.search(bare)]
    marked = [line for line in source.splitlines() if SAFE.search(COMMENT.sub("", line))]
    if marked and not (in_kit and all(REASON.search(line) for line in marked)):
        found.append("|safe")
    return found + [f"icon {name}" for name in sorted(icons(bare) - sprite())]


def icons(source: str) -> set[str]:
    """The ids of the sprite that a template names, in a literal ``<use>`` or through the kit's ``icon``."""
    named = {f"i-{name}" for pattern in (ICON_CALL, ICON_KEYWORD) for name in pattern.findall(source)}
    return named | set(SPRITE_USE.findall(source))


def sprite() -> set[str]:
    return set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_works_under_the_strict_policy(path: Path) -> None:
    assert faults(path.read_text(), in_kit=path.parent.name == "kit") == []


def test_there_are_templates_and_icons_to_check() -> None:
    assert len(TEMPLATES) > 15
    assert len(sprite()) > 30


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ('<p style="width:1%">', "a style attribute"),
        ('<p hx-on:click="x">', "hx-on"),
        ("<p hx-vals='js:{a:1}'>", "a js: value"),
        ('<a href="javascript:x">', "a js: value"),
        ('<body onload="x">', "an inline event handler"),
        ('<p hx-trigger="click[ctrlKey]">', "a trigger filter"),
        ("<script>x</script>", "an inline script"),
        ('<p sse-swap="x">', "a word of htmx 2"),
        ('<p hx-disabled-elt="this">', "a word of htmx 2"),
        ("{{ text|safe }}", "|safe"),
        ("{{ text | safe }} {# safe: only the kit may #}", "|safe"),
        ('<use href="/static/icons.svg#i-nothing"/>', "icon i-nothing"),
        ('{{ icon("nothing") }}', "icon i-nothing"),
        ('{{ badge("x", icon="nothing") }}', "icon i-nothing"),
    ],
)
def test_each_fault_is_seen(source: str, fault: str) -> None:
    assert faults(source, in_kit=False) == [fault]


def test_the_kit_may_mark_html_as_safe_where_it_says_why() -> None:
    assert faults("{{ text|safe }} {# safe: made by markup.py #}", in_kit=True) == []
    assert faults("{{ text|safe }}", in_kit=True) == ["|safe"]


def test_vendored_scripts_are_the_ones_that_were_checked() -> None:
    lines = [line.split() for line in (STATIC / "vendor" / "SHA256SUMS").read_text().splitlines()]
    sums = {name: digest for digest, name in lines if name.endswith(".js")}
    scripts = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (STATIC / "vendor").glob("*.js")}
    assert scripts
    assert scripts == sums


def test_nothing_on_a_page_flashes() -> None:
    """WCAG 2.3.1 allows three flashes a second; what is repeated here, or stepped, takes its time."""
    told = "".join((STATIC / name).read_text() for name in ("portal.css", "sound.css"))
    animations = [one for told in re.findall(r"animation:([^;}]+)", told) for one in re.split(r",(?![^(]*\))", told)]
    assert sum("infinite" in one for one in animations) >= 2, "the shapes of the lobby breathe, a waiting icon turns"
    assert sum("steps" in one for one in animations) >= 4, "digits of the clock step"
    for one in animations:
        length = re.search(r"(?<![\w.*])(\d*\.?\d+)(ms|s)\b", one)
        steps = re.search(r"steps\((\d+)", one)
        if "infinite" in one or steps:
            assert length, one
            seconds = float(length[1]) / (1000 if length[2] == "ms" else 1)
            assert seconds / int(steps[1] if steps else 1) > 1 / 3, one


@pytest.mark.parametrize(("name", "limit"), [("portal.css", 30 * 1024), ("portal.js", 4992), ("sound.js", 3072)])
def test_our_own_files_stay_small(name: str, limit: int) -> None:
    assert (STATIC / name).stat().st_size < limit
