"""A request whose head is, byte for byte, that of the one before on its connection: read once, and known again.

A phone sends the very same head with each of its answers, and to parse its dozen lines anew took a sixth of all that an
answer costs. Equal bytes say equal things, so nothing is decided here that a parser would decide otherwise.
"""

from dataclasses import dataclass

_END_OF_HEAD = b"\r\n\r\n"


@dataclass(slots=True, frozen=True)
class Known:
    """A request that came alone, whole and in one piece. ``scope`` is what its head says, as ASGI puts it.

    ``size``: bytes of head and body; the head tells the body's, so a repetition has the same.
    """

    head: bytes
    size: int
    scope: dict[str, object]

    def is_again(self, piece: bytes) -> bool:
        """Whether ``piece`` is such a request too, with whatever body."""
        return len(piece) == self.size and piece.startswith(self.head)


def known(piece: bytes, scope: dict[str, object], body: int) -> Known | None:
    """The request that ``piece`` begins with, of whose body ``body`` bytes are known; None when there is more in it.

    A body that came in chunks is shorter than what stands for it.
    """
    end = piece.find(_END_OF_HEAD) + len(_END_OF_HEAD)
    return Known(piece[:end], len(piece), scope.copy()) if end + body == len(piece) else None
