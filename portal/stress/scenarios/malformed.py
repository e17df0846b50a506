"""Requests that nobody's page makes: each is refused in a readable way, and nobody else feels it."""

import asyncio

from portal.stress.classroom import Classroom
from portal.stress.http import Browser
from portal.stress.phone import Phone
from portal.stress.stage import stage_in
from portal.stress.wire import Dropped

FORM = "application/x-www-form-urlencoded"
GARBAGE_LIMIT = 3.0  # seconds for a server to say something to what is not HTTP
Part = tuple[str, str, bytes]  # path, content type, body


def bodies() -> list[Part]:
    """Bodies that cannot be what the form sends."""
    answers = [
        b"",
        b"question=0",
        b"answer=A",
        b"question=0&question=1&answer=A",
        b"question=%ff&answer=%fe",
        b"question=%&answer=%zz",
        b"question=0&answer=%00",
        b"question=\xff\xfe&answer=\x00",
        b"question=" + b"9" * 400 + b"&answer=A",
        b"question=0&answer=" + b"A" * 15_000,
        b"&".join(b"answer=A" for _ in range(2_000)),
        b"question=0&answer=A" + b"&x=" + b"y" * 20_000,
        b"=&=&=;;;&&&",
        b"question=%EF%BC%90&answer=A",
        b"question[]=0&answer[]=A",
    ]
    parts = [("/answer", FORM, body) for body in answers]
    parts += [
        ("/answer", kind, b'{"question": 0, "answer": "A"}') for kind in ("application/json", "text/plain", "\xe4")
    ]
    parts += [
        ("/answer", "multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1')
    ]
    names = (b"%00", b"", b"%20", b"x" * 41, b"%E2%80%AE", b"%0A", b"%ED%A0%80", b"a%0d%0aSet-Cookie:x=y")
    parts += [("/join", FORM, b"student_id=joiner-1&name=" + name) for name in names]
    ids = (b"", b"a b", b"x" * 33, b"%3Cb%3E", b"..%2F..", b"%C3%A4", b"a%00", b"'--", b"%0A")
    parts += [("/join", FORM, b"student_id=" + one + b"&name=Joiner") for one in ids]
    parts += [("/join", FORM, b""), ("/join", FORM, b"student_id=a&student_id=b&name=Joiner")]
    parts += [
        ("/event", FORM, body) for body in (b"", b"kind=", b"kind=x", b"kind=" + b"blur" * 3_000, b"kind=blur&kind=x")
    ]
    return parts


def heads(phone: Phone) -> list[bytes]:
    """Requests that are broken above their body; a server may also end the connection without a word."""
    head, form = phone.head, phone.form_head
    return [
        f"{form('/answer')}Content-Length: -1\r\n\r\n".encode(),
        f"{form('/answer')}Content-Length: x\r\n\r\n".encode(),
        f"{form('/answer')}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode(),
        f"{form('/answer')}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n".encode(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
        b"HELLO\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
        f"{head('GET', '/')}X-Long: {'y' * 200_000}\r\n\r\n".encode(),
        f"{head('GET', '/' + 'a' * 100_000)}\r\n".encode(),
        f"{head('GET', '/')}{'X: y' * 1}\r\n".encode() + b"A: b\r\n" * 2_000 + b"\r\n",
    ]


async def malformed(room: Classroom) -> None:
    """Whatever is sent instead of a form gets a 4xx that can be read, never a 5xx, and others' streams stay."""
    await room.fresh()
    await room.ask(0)
    phone = room.phones[0]
    for path, kind, body in bodies():
        head = f"{phone.form_head(path, kind)}Content-Length: {len(body)}\r\n\r\n".encode("latin-1")
        await _check_refused(room, phone, f"POST {path} {kind} {body[:50]!r}", head + body)
    for method, path in _strange_routes():
        await _check_refused(room, phone, f"{method} {path}", f"{phone.head(method, path)}\r\n".encode())
    await _check_foreign(room, phone)
    for request in heads(phone):
        await _check_survives(room, request)
    await _half_a_body(room, phone)
    results = await room.console.export("results")
    page = stage_in((await phone.get("/")).body)
    room.check(page is not None and page.answer is None, f"something malformed was taken as an answer: {page}")
    room.check(
        len(results) == len(room.phones), f"something malformed was taken as a join: {len(results)} in the class"
    )
    room.check_streams("malformed requests")
    await room.all_tap(0)
    await room.close()
    room.check_streams("the close after malformed requests")


def _strange_routes() -> list[tuple[str, str]]:
    """Routes and methods that are not there, and an instructor's route without an instructor."""
    strange = [("GET", "/nothing"), ("GET", "/answer"), ("DELETE", "/"), ("PUT", "/join"), ("BREW", "/")]
    strange += [("GET", "/admin/results.csv"), ("GET", "/admin/answers.csv"), ("GET", "/static/../portal.db")]
    return [*strange, ("GET", "/static/%2e%2e/%2e%2e/etc/passwd"), ("GET", "/%00"), ("GET", "/%ff")]


async def _check_refused(room: Classroom, phone: Phone, what: str, request: bytes) -> None:
    try:
        reply = await phone.ask(request, room.patience)
    except Dropped as fault:
        room.faults.add(f"{what}: {fault}")
        return
    room.check(400 <= reply.status < 500, f"{what}: got {reply.status}, not 4xx")
    readable = reply.header("content-type").startswith("text/") and bool(reply.body.strip())
    room.check(readable, f"{what}: the {reply.status} is not a page to read: {reply.body[:60]!r}")


async def _check_foreign(room: Classroom, phone: Phone) -> None:
    """A form that another site's page sends in the student's name."""
    body = "question=0&answer=A"
    for origin in ("http://evil.example", "null", f"{room.site.origin}.evil.example"):
        head = phone.head("POST", "/answer")
        asked = f"Origin: {origin}\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
        await _check_refused(room, phone, f"a form from {origin}", f"{head}{asked}{body}".encode())


async def _check_survives(room: Classroom, request: bytes) -> None:
    """A 4xx, or the end of that one connection."""
    attacker = Browser(room.site)
    try:
        reply = await attacker.ask(request, GARBAGE_LIMIT)
        # a request line that is odd but whole may be served; what may not be is a fault of the server
        room.check(reply.status < 500, f"{request[:60]!r}: got {reply.status}")
    except Dropped as fault:
        room.check("no reply" not in str(fault), f"{request[:60]!r}: {fault}, and the connection stays open")
    finally:
        attacker.close()


async def _half_a_body(room: Classroom, phone: Phone) -> None:
    """Connections that end in the middle of a form."""
    request = f"{phone.form_head('/answer')}Content-Length: 100\r\n\r\nquestion=0&ans".encode()

    async def one() -> None:
        broken = phone.tab()
        try:
            await broken.ask(request, 0.3)
        except Dropped:
            return
        finally:
            broken.close()

    await asyncio.gather(*(one() for _ in range(10)))
