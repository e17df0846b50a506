"""Who asks: a student's claim, a team's claim and the instructor's sign-in, each in a signed cookie of its own.

A cookie is believed when it is, to the last character, what we would sign now, *and* the run still honours the claim
that it carries: a claim that was replaced is dead in the same instant, on requests and on open streams.
"""

import base64
import hashlib
import hmac
import secrets
from functools import cached_property
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from portal.domain.competition.roster import TeamCode, TeamId
from portal.domain.competition.state import ContestState
from portal.domain.ids import Claim, Millis, ParticipantId, RunId
from portal.domain.quiz.state import QuizState
from portal.domain.record import record
from portal.secrets import Secrets
from portal.web import cookies
from portal.web.asked import said
from portal.web.cookies import CookieSigner

if TYPE_CHECKING:
    from portal.web.attempts import Attempts

STUDENT_LIFE = 30 * 24 * 3600  # seconds; the claim decides, this only tidies browsers
LEAST_DEVICE = 20  # characters: nobody guesses another form's
SIGN_IN_LIFE = 12 * 3600
CODE_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ23456789"  # no 0 and 1, which the eye takes for O and I
CODE_LENGTH = 8


@record
class Identity:
    """Who a student's cookie says its bearer is; a claim to be checked against the run, not a fact."""

    run: RunId
    participant: ParticipantId
    claim: Claim


@record
class Seat:
    """Which team a cookie says its bearer plays for; each device has a claim of its own."""

    run: RunId
    team: TeamId
    claim: Claim


class Doors:
    """Signs and checks cookies, counts login attempts, and knows the live sign-ins."""

    def __init__(self, secrets_: Secrets, *, tls: bool, sign_ins: dict[str, Millis]) -> None:
        prefix = "__Host-" if tls else ""
        self.student_cookie, self.instructor_cookie = f"{prefix}portal", f"{prefix}portal_console"
        self.team_cookie = f"{prefix}portal_team"
        self._tls = tls
        self._student = CookieSigner(secrets_.key, "portal.student.v1")
        self._team = CookieSigner(secrets_.key, "portal.team.v1")
        self._seen: dict[bytes, Identity] = {}  # whom a whole Cookie line names; all else about it is asked of the run
        # the password is part of the key: changing it signs everybody out
        self._instructor = CookieSigner(f"{secrets_.key}{secrets_.password}", "portal.console.v1")
        self._claim_key = f"portal.claim.v1/{secrets_.key}".encode()
        self._password = secrets_.password
        self._sign_ins = sign_ins

    def student(self, request: Request, state: QuizState) -> Identity | None:
        """Whoever the cookie names, if the present run honours the claim."""
        line = said(request.scope).get(b"cookie", b"")
        identity = self._seen.get(line) or self._read(request, line)
        return identity if identity is not None and honours(state, identity) else None

    def student_again(self, line: bytes, state: QuizState) -> Identity | None:
        """As :meth:`student`, of a ``Cookie`` line that was seen before; None also for any other."""
        identity = self._seen.get(line)
        return identity if identity is not None and honours(state, identity) else None

    def _read(self, request: Request, line: bytes) -> Identity | None:
        """Whoever the cookie names. A browser sends the very same ``Cookie`` line each time, so it is read once."""
        value = self._student.value(cookies.given(request, self.student_cookie))
        if value is None:
            return None
        run, participant, claim = value.split("/")
        identity = Identity(RunId(int(run)), ParticipantId(participant), Claim(claim))
        if len(line) <= cookies.LONGEST and [name for name, _ in request.scope["headers"]].count(b"cookie") == 1:
            if len(self._seen) >= cookies.MOST_KNOWN:
                self._seen.clear()
            self._seen[line] = identity
        return identity

    def claim_for(self, device: str, state: QuizState, who: ParticipantId) -> Claim:
        """The claim with which a join form that carries ``device`` asks for ``who``: the same each time it is sent.

        So a phone whose first reply was lost is let in by its second try. Another id, another run, or the same id after
        it was cleared, left or was handed over is another claim: a cookie from before stays dead. A form without a long
        ``device`` gets a claim by chance.
        """
        if len(device) < LEAST_DEVICE:
            return new_claim()
        message = f"{device}/{state.run}/{who}/{state.releases(who)}".encode()
        return Claim(base64.urlsafe_b64encode(hmac.digest(self._claim_key, message, "sha256"))[:24].decode())

    def welcome(self, response: Response, identity: Identity) -> None:
        """Gives the browser its cookie."""
        value = f"{identity.run}/{identity.participant}/{identity.claim}"
        cookies.add(response, self.student_cookie, self._student.sign(value), STUDENT_LIFE, tls=self._tls)

    def forget(self, response: Response) -> None:
        """Takes the student's cookie away."""
        response.delete_cookie(self.student_cookie, path="/", secure=self._tls, httponly=True, samesite="lax")

    def team(self, request: Request, state: ContestState) -> Seat | None:
        """The seat that the cookie names, if the present run honours the claim."""
        value = self._team.value(cookies.given(request, self.team_cookie))
        if value is None:
            return None
        run, team, claim = value.split("/")
        seat = Seat(RunId(int(run)), TeamId(team), Claim(claim))
        return seat if seats(state, seat) else None

    def seat(self, response: Response, seat: Seat) -> None:
        """Gives the device its team's cookie."""
        value = f"{seat.run}/{seat.team}/{seat.claim}"
        cookies.add(response, self.team_cookie, self._team.sign(value), STUDENT_LIFE, tls=self._tls)

    @property
    def known(self) -> int:
        """How many cookies of students and teams are remembered."""
        return len(self._seen) + self._student.known + self._team.known

    def forget_the_known(self) -> None:
        """Students' and teams' cookies that were seen before; they are as good as ever, and reckoned once more."""
        self._seen.clear()
        self._student.forget()
        self._team.forget()

    @cached_property
    def _attempts(self) -> "Attempts":
        from portal.web.attempts import Attempts  # noqa: PLC0415 (not before the first login: it brings a large library)

        return Attempts()

    def may_try(self, address: str) -> bool:
        """Whether ``address`` has one of its ten attempts a minute left; takes it."""
        return self._attempts.hit(address)

    def tries_left(self, address: str) -> int:
        """How many of its attempts ``address`` has left this minute."""
        return self._attempts.left(address)

    def knows(self, password: str) -> bool:
        """Compares in a time that tells nothing about the password."""
        given, right = (hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in (password, self._password))
        return hmac.compare_digest(given, right)

    def sign_in(self, response: Response, now: Millis) -> tuple[str, Millis]:
        """Lets the instructor in; returns what must be kept so that a restart does not sign anybody out."""
        token = secrets.token_urlsafe(24)
        expires = Millis(now + SIGN_IN_LIFE * 1000)
        self._sign_ins[_hash(token)] = expires
        response.set_cookie(
            self.instructor_cookie,
            self._instructor.sign(token),
            max_age=SIGN_IN_LIFE,
            secure=self._tls,
            httponly=True,
            samesite="lax",
        )
        return _hash(token), expires

    def sign_in_of(self, request: Request, now: Millis) -> str | None:
        """The live sign-in of the console that asks, by the hash of its token."""
        token = self._instructor.value(cookies.given(request, self.instructor_cookie))
        key = _hash(token) if token else ""
        return key if self.is_live(key, now) else None

    def is_live(self, sign_in: str, now: Millis) -> bool:
        return now < self._sign_ins.get(sign_in, Millis(0))

    def sign_out(self, response: Response, sign_in: str) -> None:
        self._sign_ins.pop(sign_in, None)
        response.delete_cookie(self.instructor_cookie, path="/", secure=self._tls, httponly=True, samesite="lax")


def honours(state: QuizState, identity: Identity) -> bool:
    """Whether the run, as shown, still ties ``identity``'s claim to its participant."""
    return state.run == identity.run and state.claims.get(identity.claim) == identity.participant


def seats(state: ContestState, seat: Seat) -> bool:
    """Whether the contest, as shown, still ties ``seat``'s claim to its team."""
    return state.run == seat.run and state.claims.get(seat.claim) == seat.team


def new_device() -> str:
    """What a join form carries to be known again."""
    return secrets.token_urlsafe(18)


def new_claim() -> Claim:
    return Claim(secrets.token_urlsafe(18))


def new_code() -> str:
    """A re-join code: six digits, quick to type on a phone."""
    return f"{secrets.randbelow(1_000_000):06d}"


def new_team_code() -> TeamCode:
    """What the other phones of a team join with: ``K7QX-2MPA``."""
    lot = secrets.randbelow(len(CODE_LETTERS) ** CODE_LENGTH)  # one call: the kernel's chance is what takes time
    letters = ""
    for _ in range(CODE_LENGTH):
        lot, place = divmod(lot, len(CODE_LETTERS))
        letters += CODE_LETTERS[place]
    return TeamCode(f"{letters[:4]}-{letters[4:]}")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
