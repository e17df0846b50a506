"""The last gate before a page: whatever the converters made, only what is named here comes out."""

import re

import nh3

# Our own pictures, or one inside the pool. No SVG: it can hold script.
# The policy of the page allows nothing else either.
IMAGE_SOURCE = re.compile(
    r"/static/(?:[\w-]+/)*[\w-][\w.-]*|data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}"
)
LINK_TARGET = re.compile(r"https?://[^\s]+", re.IGNORECASE)


def _set(names: str) -> set[str]:
    return set(names.split())


_TEXT_TAGS = _set("a blockquote br code em hr img li ol p pre span strong table tbody td th thead tr ul")
# Not in the list, because each can carry a link, script or foreign content: annotation-xml, maction, mglyph, semantics.
_MATH_TAGS = _set(
    "math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub msubsup "
    "msup mtable mtd mtext mtr munder munderover"
)
_MATH_ATTRIBUTES = _set(
    "accent accentunder columnalign columnlines columnspacing columnspan displaystyle fence form height largeop "
    "linethickness lspace mathvariant maxsize minsize movablelimits notation rowlines rowspacing rspace scriptlevel "
    "separator stretchy symmetric width"
)
_CLASSES = {
    "code": {"code", "bad-formula"},
    "p": {"heading"},
    "pre": {"code"},
    "span": {"formula", "no-image", *(f"hl-{kind}" for kind in "kscnmo")},
}
_ATTRIBUTES = {
    **dict.fromkeys(_MATH_TAGS, _MATH_ATTRIBUTES),
    "math": {"display", "aria-label"},
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start"},
}


def _only_safe_addresses(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return value if tag == "a" and LINK_TARGET.fullmatch(value) else None
    if attribute == "src":
        return value if tag == "img" and IMAGE_SOURCE.fullmatch(value) else None
    return value


_cleaner = nh3.Cleaner(
    tags=_TEXT_TAGS | _MATH_TAGS,
    clean_content_tags={"script", "style"},
    attributes=_ATTRIBUTES,
    tag_attribute_values={tag: {"data-align": {"left", "center", "right"}} for tag in ("td", "th")},
    allowed_classes=_CLASSES,
    attribute_filter=_only_safe_addresses,
    url_schemes={"http", "https", "data"},
    link_rel="noopener noreferrer",
    # A tap on a link must not take the phone away from the quiz; the keyboard must reach code that scrolls.
    set_tag_attribute_values={"a": {"target": "_blank"}, "pre": {"tabindex": "0"}},
)


def clean(made: str) -> str:
    """``made`` without anything that is not on the lists of this file."""
    return _cleaner.clean(made)
