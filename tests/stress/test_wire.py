"""The harness's own ears: if they were deaf, every class would be happy."""

import asyncio

import pytest

from portal.stress.http import Asking, Reply
from portal.stress.stage import choices_in, error_in, stage_in
from portal.stress.wire import Messages

STREAM = (
    b'\xef\xbb\xbf: ping\r\n\r\nevent: x\r\nid: 7\r\ndata: <main id="stage"\r\ndata:  data-turn="3">\r\n\r\n'
    b"retry: 5\n\ndata:one\r\r"
)
HEARD = [b'<main id="stage"\n data-turn="3">', b"one"]
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: t\r\n\r\n"
SIZED = b"HTTP/1.1 409 Conflict\r\ncontent-length: 6\r\nSet-Cookie: a=b; Path=/\r\nset-cookie: c=d\r\n\r\nhello!"
EMPTY = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_a_stream_is_heard_whole_wherever_it_is_torn(size: int) -> None:
    messages = Messages()
    pieces = [STREAM[start : start + size] for start in range(0, len(STREAM), size)]
    heard = [message for piece in pieces for message in messages.feed(piece)]
    heard += messages.feed(b"\n")  # what follows decides whether the last line end is whole
    assert heard == HEARD


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
@pytest.mark.parametrize(
    ("sent", "status", "body"), [(CHUNKED, 200, b"hello!"), (SIZED, 409, b"hello!"), (EMPTY, 204, b"")]
)
def test_a_reply_is_read_whole_wherever_it_is_torn(sent: bytes, status: int, body: bytes, size: int) -> None:
    reply = asyncio.run(_asked(sent, size))
    assert (reply.status, reply.body) == (status, body)


def test_all_cookies_of_a_reply_are_seen() -> None:
    assert asyncio.run(_asked(SIZED, 1000)).cookies == [("a", "b", "; Path=/"), ("c", "d", "")]


def test_a_stage_is_found_whatever_the_order_of_its_attributes() -> None:
    page = b'<p><main class="x" data-state="question_open"\n data-turn="4" id="stage" data-question="0">'
    stage = stage_in(page)
    assert stage is not None
    assert (stage.state, stage.turn, stage.question, stage.answer) == ("question_open", 4, 0, None)
    assert stage_in(b'<main id="other" data-state="lobby">') is None


def test_the_form_says_what_can_be_picked() -> None:
    buttons = b'<button name="answer" value="A"><button value="B" class="x" name="answer"><button name="x" value="C">'
    assert choices_in(buttons) == ("AB", False)
    assert choices_in(b'<input type="checkbox" name="answer" value="A">') == ("A", True)
    assert error_in(b'<p data-error="stale">') == "stale"


async def _asked(sent: bytes, size: int) -> Reply:
    """The reply to a request, when ``sent`` comes back in pieces of ``size``."""
    transport = _Pipe()
    asking = Asking()
    asking.connection_made(transport)
    waiting = asyncio.ensure_future(asking.ask(b"", 5.0))
    await asyncio.sleep(0)
    for start in range(0, len(sent), size):
        asking.data_received(sent[start : start + size])
    return await waiting


class _Pipe(asyncio.Transport):
    def write(self, data: object) -> None:
        """Nobody is at the other end."""
