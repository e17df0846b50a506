"""Who a team is: its id, name, members and code, and how what somebody typed becomes them."""

import re
import unicodedata
from typing import NewType

from portal.domain.ids import clean_name
from portal.domain.record import record
from portal.domain.rejection import Reason, Rejected

TeamId = NewType("TeamId", str)
"""``t1``, ``t2`` …: teams are numbered in the order of registration, and a number is never used again in its run."""

QuestionId = NewType("QuestionId", str)
"""What the pool calls a question or mystery; unique among both."""

TeamCode = NewType("TeamCode", str)
"""With it the phones of the other members join a team: letters and digits in groups, ``K7QX-2MPA``."""

MOST_MEMBERS = 10
LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+")
_BETWEEN_MEMBERS = re.compile(r"[\n\r,;]+")
_UNSEEN = re.compile("[\u200c\u200d\ufe0e\ufe0f]")  # joiners and variation selectors tell no name from another


@record
class Roster:
    """A team as it may stand in the run: ``name`` 1 to 40 characters, 1 to 10 ``members``, ``email`` perhaps empty."""

    name: str
    members: tuple[str, ...]
    email: str


def roster(name: str, members: tuple[str, ...], email: str) -> Roster:
    """What was typed, trimmed and in NFC. Raises :class:`Rejected` with the reason of the first field that is wrong."""
    if wrong := roster_faults(name, members, email):
        raise Rejected(next(iter(wrong.values())))
    cleaned = tuple(each for member in members if (each := clean_name(member)))
    return Roster(team_name(name) or "", cleaned, email.strip())


def roster_faults(name: str, members: tuple[str, ...], email: str) -> dict[str, Reason]:
    """What is wrong with each field (``team_name``, ``members``, ``email``) of a form; empty when nothing is."""
    wrong: dict[str, Reason] = {}
    if team_name(name) is None:
        wrong["team_name"] = Reason.BAD_TEAM_NAME
    if not 1 <= len(members) <= MOST_MEMBERS or any(clean_name(member) is None for member in members):
        wrong["members"] = Reason.BAD_MEMBERS
    typed = email.strip()
    if typed and (len(typed) > LONGEST_EMAIL or not _EMAIL.fullmatch(typed)):
        wrong["email"] = Reason.BAD_EMAIL
    return wrong


def team_name(typed: str) -> str | None:
    """The name that ``typed`` stands for, one space between words, or None when it is not 1 to 40 characters."""
    name = clean_name(typed)
    return None if name is None else " ".join(name.split())


def name_key(name: str) -> str:
    """What two spellings of one name have in common: neither case nor what the eye cannot see tells teams apart."""
    if name.isascii():  # most are: in NFC as they are, and nothing in them is invisible
        return " ".join(name.casefold().split())
    folded = unicodedata.normalize("NFC", _UNSEEN.sub("", name)).casefold()
    return unicodedata.normalize("NFC", " ".join(folded.split()))


def members_of(typed: str) -> tuple[str, ...]:
    """The members that a form's field lists: one a line, or separated by commas or semicolons."""
    return tuple(member for part in _BETWEEN_MEMBERS.split(typed) if (member := part.strip()))


def team_code(typed: str) -> TeamCode:
    """A code as somebody typed it in the spelling that it was given out in: 0 and 1 are not in its alphabet."""
    code = "".join(each for each in typed.upper() if each.isalnum()).replace("0", "O").replace("1", "I")
    return TeamCode("-".join(code[place : place + 4] for place in range(0, len(code), 4)))
