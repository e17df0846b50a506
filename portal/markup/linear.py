"""A formula on one line of plain text: for lists and labels, where MathML cannot stand.

Read from the MathML, whose symbols are characters already. What stands above or below is told by ``^`` and ``_``, as
in LaTeX; what is longer than one sign gets brackets: ``(n + 1)/2``, ``x^(n - 1)``, ``∑_(i = 1)^n i``.
"""

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

_OPENING, _CLOSING = set("([{⟨⌊⌈"), set(")]}⟩⌋⌉")
_TIGHT = _OPENING | _CLOSING | set("|‖∥!'\"/°%\N{PRIME}")  # operators that touch what they stand beside
_AFTER = set(",;")
_PREFIX = set("+-±∓¬∇∂∀∃\N{MINUS SIGN}\N{TILDE OPERATOR}")
_SCRIPTS = {"msub": ("_",), "msup": ("^",), "msubsup": ("_", "^"), "munder": ("_",), "munderover": ("_", "^")}
_RAISED = {"\N{PRIME}": "\N{PRIME}", "\N{DOUBLE PRIME}": "\N{DOUBLE PRIME}", "∘": "°"}  # they need no ``^``


def to_line(element: Element) -> str:
    """The words and signs of a ``math`` element, or of a part of it."""
    return " ".join(_written(element).split())


def _written(element: Element) -> str:
    parts = list(element)
    match element.tag:
        case "mfrac" if element.get("linethickness") == "0":  # a binomial coefficient: its brackets are there
            return f"{to_line(parts[0])} {to_line(parts[1])}"
        case "mfrac":
            return f"{_grouped(parts[0])}/{_grouped(parts[1])}"
        case "msqrt":
            return f"√{_grouped(element)}"
        case "mroot":
            return f"{_grouped(parts[0])}^(1/{to_line(parts[1])})"
        case "msub" | "msup" | "msubsup" | "munder" | "munderover":
            scripts = zip(_SCRIPTS[element.tag], map(_grouped, parts[1:]), strict=True)
            return to_line(parts[0]) + "".join(_RAISED.get(text, sign + text) for sign, text in scripts if text)
        case "mover":  # an accent
            return to_line(parts[0]) + to_line(parts[1])
        case "mtable":
            return "; ".join(to_line(row) for row in parts)
        case "mtd":
            return f" {to_line_of(parts)} "
        case "mspace":
            return " "
        case _:
            return "".join(_spaced(parts)) if parts else element.text or ""


def to_line_of(parts: Sequence[Element]) -> str:
    """The same for a row of elements."""
    return " ".join("".join(_spaced(parts)).split())


def _spaced(row: Sequence[Element]) -> Iterator[str]:
    """A row's parts, with a space where an operator asks for it."""
    for place, part in enumerate(row):
        sign, before, after = _operator(part), _edge(row, place - 1), _edge(row, place + 1)
        begins = before is None or before in _OPENING
        ends = after is None or after in _CLOSING
        yield "" if sign is None or sign in _TIGHT | _AFTER or begins else " "
        yield _written(part)
        prefix = sign in _PREFIX and (begins or (before != "" and before not in _CLOSING))
        called = sign is not None and sign.isalpha() and after in {"(", "["}
        yield "" if sign is None or sign in _TIGHT or ends or prefix or called else " "


def _operator(part: Element) -> str | None:
    """The operator that ``part`` is, with a limit or an exponent or without; None for everything else."""
    while part.tag in _SCRIPTS:
        part = part[0]
    return part.text or "" if part.tag == "mo" else None


def _edge(row: Sequence[Element], place: int) -> str | None:
    """The operator at ``place``, "" for what is none; None beyond the row's ends."""
    return (_operator(row[place]) or "") if 0 <= place < len(row) else None


def _grouped(part: Element) -> str:
    line = to_line_of(list(part)) if part.tag == "msqrt" else to_line(part)
    return line if len(line) < 2 or line.isdigit() or line.isalpha() else f"({line})"
