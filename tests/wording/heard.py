"""What people read or hear of a page, and a language in which all of it can be told from what was left out."""

from gettext import NullTranslations

READ_ALOUD = ("aria-label", "alt", "title", "placeholder", "data-say", "data-bell", "data-sending", "data-failed")
"""Attributes that hold sentences for people."""


class Shouting(NullTranslations):
    """A language in which every sentence of ours can be told from all other text."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{super().ngettext(msgid1, msgid2, n)}⟧"
