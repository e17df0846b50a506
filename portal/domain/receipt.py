"""A receipt: the short code by which a student can prove later what was saved, and nobody can invent one."""

import hmac
from functools import lru_cache

from portal.domain.ids import Choice, ParticipantId, QuestionNumber, Round, RunId, Sequence
from portal.domain.record import record

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # base32, RFC 4648
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]


@record
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
    message = (
        f"{sealed.run}\x1f{sealed.participant}\x1f{sealed.question}\x1f"
        f"{sealed.round}\x1f{sealed.choice}\x1f{sealed.sequence}"
    )
    mac = _keyed(key).copy()
    mac.update(message.encode())
    bits = int.from_bytes(mac.digest()[:7]) >> 6
    middle = _PAIRS[bits >> 20 & 1023]  # written out: base64.b32encode takes several times as long
    before, after = _PAIRS[bits >> 40] + _PAIRS[bits >> 30 & 1023], _PAIRS[bits >> 10 & 1023] + _PAIRS[bits & 1023]
    return f"{before}{middle[0]}-{middle[1]}{after}"


@lru_cache(maxsize=8)
def _keyed(key: bytes) -> hmac.HMAC:
    """Ready for a message; to be copied, which costs less than half of beginning anew."""
    return hmac.new(key, digestmod="sha256")


def normal(typed: str) -> str:
    """A receipt as somebody typed it, in the spelling of :func:`receipt`: 0 and 1 are not in the alphabet."""
    code = "".join(typed.split()).replace("-", "").upper().replace("0", "O").replace("1", "I")
    return f"{code[:5]}-{code[5:]}"
