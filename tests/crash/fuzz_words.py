"""What the fuzzer asks: a random request, made of good words, hostile ones, and noise."""

from dataclasses import dataclass
from random import Random
from urllib.parse import quote_from_bytes, urlencode

from portal.web.routes import TABLE

METHODS = ["GET", "POST", "GET", "POST", "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "Q\u00e9"]
STREAMS = ("/stream", "/projector/stream", "/admin/stream")
NASTY = [
    *("", "0", "1", "-1", "999999999", "9" * 5000, "1_0", "\u0663", "NaN", "\x00", "a" * 9000, "A", "B,C", "A,B,C,D"),
    *("ada", "ADA", "eve", "<script>alert(1)</script>", "' OR 1=1 --", "../../etc/passwd", "\ud7ff\ufffd", "\u202e"),
    *(
        "=1+1",
        "a\r\nSet-Cookie: x=y",
        "{{7*7}}",
        "%00%ff",
        "blur",
        "auto",
        "console",
        "run",
        "people",
        "1-2-3",
        "123456",
    ),
    *('{"title": "x", "questions": [{"text": "a", "options": ["b", "c"], "correct": "A"}]}', "[" * 3000, "1e999"),
    *(
        "EASY",
        "MEDIUM",
        "q1",
        "m1",
        "t1",
        "t2",
        "100",
        "quiz",
        "contest",
        "\u2212" + "9" * 30,
        "a@b.c",
        "\ue000name\ue001",
    ),
    *("demo.json", "/", "//", "...", ".", "\u00e9" * 30, "\U0001f98a" * 40, "e\u0301" * 40),
]
FIELDS = [
    *("student_id", "name", "question", "answer", "round", "kind", "turn", "run", "seconds", "time_limit", "password"),
    *("team_name", "members", "email", "team_code", "question_id", "difficulty", "cost", "slip", "delta", "reason"),
    *("text", "options", "correct", "points", "id", "minutes"),
    *("pool_text", "slide", "receipt", "page", "show", "v", "sid", "theme", "", "\x00", "answer[]"),
]
HEADERS: list[tuple[bytes, list[bytes]]] = [
    (b"host", [b"", b"evil.example", b"quiz.test:99999", b"[::1", b"a b", b"\xff\xfe", b"x" * 8000]),
    (b"origin", [b"null", b"http://quiz.test", b"http://[", b"http://evil.example", b"://", b"\xff", b"http://[::1%0"]),
    (b"sec-fetch-site", [b"same-origin", b"none", b"cross-site", b"same-site", b"", b"\xff"]),
    (b"content-type", [b"", b"application/json", b"multipart/form-data; boundary=x", b"\xff/\x00", b";" * 4000]),
    (b"content-length", [b"0", b"-1", b"99999999999999999999", b"x"]),
    (b"x-forwarded-for", [b"1.2.3.4", b"<script>", b",,,", b"::1"]),
    (b"x-forwarded-host", [b"evil.example"]),
    (b"x-forwarded-proto", [b"https", b"gopher"]),
    (b"range", [b"bytes=0-0", b"bytes=-1", b"bytes=9-1,0-" * 500, b"items=x", b"bytes=" + b"9" * 5000]),
    (b"if-none-match", [b"*", b'"x"', b"\xff"]),
    (b"if-modified-since", [b"Thu, 01 Jan 1970 00:00:00 GMT", b"Thu, 99 Foo 99999 99:99:99 GMT", b"\x00"]),
    (b"accept-encoding", [b"gzip", b"*;q=nan"]),
    (b"last-event-id", [b"1", b"\x00", b"9" * 5000]),
    (b"expect", [b"100-continue", b"x"]),
    (b"connection", [b"upgrade", b"close"]),
    (b"hx-request", [b"true", b""]),
    (b"hx-target", [b"#stage", b"\xff"]),
    (b"authorization", [b"Basic x", b"Bearer \xff"]),
    (
        b"cookie",
        [b"=", b";;;", b"portal", b"portal=", b"portal_console=\xff", b"portal=" + b"a" * 9000, b'portal="\\777"'],
    ),
]


@dataclass(frozen=True, slots=True)
class Cookies:
    """The cookie of the instructor, of a student, and of one who was sent away: name and value."""

    console: tuple[str, str]
    student: tuple[str, str]
    revoked: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. ``leaves``: whoever asks is gone before all of it is said."""

    method: str
    path: str
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: tuple[bytes, ...]
    leaves: bool

    def scope(self) -> dict[str, object]:
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self.method,
            "path": self.path,
            "raw_path": self.path.encode("utf-8", "surrogateescape"),
            "root_path": "",
            "query_string": self.query,
            "scheme": "http",
            "server": ("quiz.test", 80),
            "client": ("10.0.0.7", 4711),
            "headers": list(self.headers),
        }


def words(chance: Random, cookies: Cookies) -> Asked:
    """Any request at all; most of them are nearly right, for those reach furthest."""
    method, path = _place(chance)
    headers = _headers(chance, cookies, path)
    fields = [(_field(chance), _value(chance)) for _ in range(chance.choice((0, 1, 2, 2, 3, 3, 4, 4, 5, 40)))]
    query = _encoded(chance, fields[:3]) if chance.random() < 0.3 else b""
    body = (b"",) if method in ("GET", "HEAD") else _chunks(chance, _encoded(chance, fields))
    return Asked(method, path, query, headers, body, leaves=chance.random() < 0.02)


def _place(chance: Random) -> tuple[str, str]:
    """A route with its method, or something near one. Streams are rare: each costs as much as twenty pages."""
    method, path, _, _ = chance.choice(TABLE)
    if path in STREAMS and chance.random() < 0.8:
        path = "/state"
    for hole in ("{student_id}", "{run:int}", "{team}", "{id}", "{run}"):
        path = path.replace(
            hole, _value(chance).replace("/", "") if chance.random() < 0.4 else chance.choice(("1", "t1"))
        )
    if chance.random() < 0.15:
        method = chance.choice(METHODS)
    if chance.random() < 0.15:
        place = chance.randrange(len(path) + 1)
        path = path[:place] + chance.choice(NASTY) + path[place:]
    elif chance.random() < 0.05:
        path = "/static/" + chance.choice([*NASTY, "portal.css", "icons.svg", "../../pyproject.toml", "vendor"])
    return method, path


def _headers(chance: Random, cookies: Cookies, path: str) -> tuple[tuple[bytes, bytes], ...]:
    fixed = {b"host": b"quiz.test", b"content-type": b"application/x-www-form-urlencoded"}
    who = chance.choice((None, cookies.revoked, cookies.console, cookies.student))
    if path.startswith("/admin") and chance.random() < 0.7:
        who = None if path == "/admin/logout" else cookies.console  # whoever signs out gets no further
    elif chance.random() < 0.6:
        who = cookies.student
    if who is not None:
        name, value = who
        if chance.random() < 0.05:
            place = chance.randrange(len(value))
            value = value[:place] + chr(chance.randrange(256)) + value[place + 1 :]
        fixed[b"cookie"] = f"{name}={value}".encode("latin-1")
    if chance.random() < 0.5:
        fixed[b"hx-request"] = b"true"
    for name_, values in chance.sample(HEADERS, chance.choice((0, 0, 0, 1, 2))):
        fixed[name_] = chance.choice(values)
    if chance.random() < 0.03:
        fixed[chance.randbytes(5).hex().encode()] = chance.randbytes(40)
    return tuple(fixed.items())


def _field(chance: Random) -> str:
    return chance.choice(FIELDS)


def _value(chance: Random) -> str:
    return str(chance.randrange(5)) if chance.random() < 0.4 else chance.choice(NASTY)


def _encoded(chance: Random, fields: list[tuple[str, str]]) -> bytes:
    what = chance.random()
    if what < 0.85:
        return urlencode(fields).encode()
    noise = chance.randbytes(chance.choice((0, 1, 30, 20_000)))
    return quote_from_bytes(noise).encode() if what < 0.92 else noise


def _chunks(chance: Random, body: bytes) -> tuple[bytes, ...]:
    place = chance.randrange(len(body) + 1)
    return (body,) if chance.random() < 0.8 else (body[:place], b"", body[place:])
