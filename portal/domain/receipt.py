"""A receipt: the short code by which a student can prove later what was saved, and nobody can invent one."""

import base64
import hmac
from dataclasses import dataclass

from portal.domain.ids import Choice, ParticipantId, QuestionNumber, Round, RunId, Sequence

LENGTH = 10  # characters of base32: 50 bits


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a receipt vouches for."""

    run: RunId
    participant: ParticipantId
    question: QuestionNumber
    round: Round
    choice: Choice
    sequence: Sequence


def receipt(key: bytes, sealed: Sealed) -> str:
    """``XXXXX-XXXXX``: a MAC (HMAC-SHA256, cut to 50 bits) over everything that is sealed."""
    parts = (sealed.run, sealed.participant, sealed.question, sealed.round, sealed.choice, sealed.sequence)
    message = "\x1f".join(str(part) for part in parts).encode()
    # ten bytes make sixteen characters, of which ten are shown: the rest need not be spelled
    code = base64.b32encode(hmac.digest(key, message, "sha256")[:10]).decode()[:LENGTH]
    return f"{code[:5]}-{code[5:]}"


def normal(typed: str) -> str:
    """A receipt as somebody typed it, in the spelling of :func:`receipt`: 0 and 1 are not in the alphabet."""
    code = "".join(typed.split()).replace("-", "").upper().replace("0", "O").replace("1", "I")
    return f"{code[:5]}-{code[5:]}"
