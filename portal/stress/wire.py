"""Bytes into replies and messages: HTTP/1.1 framing and Server-Sent Events as a client sees them.

Ten thousand phones share one core, so there is one small state machine a connection and no parsing of what nobody asks
for: a head is searched, not split, and a body is handed on in the pieces in which it came.
"""

import asyncio
import re
from collections.abc import Callable

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.IGNORECASE)
_LONGEST_LINE = 65_536


class Dropped(ConnectionError):
    """The other side ended the connection, or said something that is not HTTP, before the reply was complete."""


class Wire(asyncio.Protocol):
    """One connection. Subclasses say what becomes of a head, of a piece of a body and of the end of a reply."""

    __slots__ = ("_buffer", "_left", "_step", "lost", "transport")

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.lost = False
        self._buffer = b""
        self._left = 0
        # a plain function, not a bound method: ten thousand reference cycles would wake the garbage collector
        self._step: Callable[[Wire], bool] = Wire._read_head

    def on_head(self, status: int, head: bytes) -> None:
        raise NotImplementedError

    def on_body(self, piece: bytes) -> None:
        raise NotImplementedError

    def on_end(self) -> None:
        raise NotImplementedError

    def on_lost(self) -> None:
        raise NotImplementedError

    def abort(self) -> None:
        """Drops the connection without a word, as a phone does that leaves the wifi."""
        if self.transport is not None:
            self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        try:
            while self._buffer and self._step(self):
                pass
        except ValueError:  # a status, a length or a chunk size that is no number
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._step is Wire._read_rest and exc is None:
            self._finish()
        self.lost = True
        self.on_lost()

    def _finish(self) -> None:
        self._step = Wire._read_head
        self.on_end()

    def _read_head(self) -> bool:
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return False
        self._buffer = rest
        status = int(head[9:12])
        if status < 200:  # an interim reply; the real one follows
            return True
        self.on_head(status, head)
        length = _LENGTH.search(head)
        if _CHUNKED.search(head):
            self._step = Wire._read_size
        elif status in (204, 304) or (length and not int(length[1])):
            self._finish()
        elif length:
            self._left, self._step = int(length[1]), Wire._read_sized
        else:
            self._step = Wire._read_rest
        return True

    def _read_sized(self) -> bool:
        piece = self._take()
        if not self._left:
            self.on_body(piece)
            self._finish()
        else:
            self.on_body(piece)
        return True

    def _read_size(self) -> bool:
        line, found, rest = self._buffer.partition(b"\r\n")
        if not found:
            if len(self._buffer) > _LONGEST_LINE:
                raise ValueError("a chunk without a size")
            return False
        self._buffer = rest
        self._left = int(line.partition(b";")[0], 16)
        self._step = Wire._read_chunk if self._left else Wire._read_trailer
        return True

    def _read_chunk(self) -> bool:
        piece = self._take()
        if not self._left:
            self._step = Wire._read_chunk_end
        self.on_body(piece)
        return True

    def _read_chunk_end(self) -> bool:
        if len(self._buffer) < 2:
            return False
        self._buffer = self._buffer[2:]
        self._step = Wire._read_size
        return True

    def _read_trailer(self) -> bool:
        line, found, rest = self._buffer.partition(b"\r\n")
        if not found:
            return False
        self._buffer = rest
        if not line:
            self._finish()
        return True

    def _read_rest(self) -> bool:
        piece, self._buffer = self._buffer, b""
        self.on_body(piece)
        return True

    def _take(self) -> bytes:
        """As much of what is left of the present body or chunk as has come."""
        piece, self._buffer = self._buffer[: self._left], self._buffer[self._left :]
        self._left -= len(piece)
        return piece


class Messages:
    """Cuts a stream's text into messages, whatever line ends it uses and wherever the pieces were torn."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, piece: bytes) -> list[bytes]:
        """The data of every message that ``piece`` completes; comments, names, ids and retries are passed over."""
        text, held = self._rest + piece if self._rest else piece, b""
        if b"\r" in text:
            if text.endswith(b"\r"):  # its line feed may be in the next piece
                text, held = text[:-1], b"\r"
            text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *messages, rest = text.split(b"\n\n")
        self._rest = rest + held
        return [data for message in messages if (data := data_of(message))]


def data_of(message: bytes) -> bytes:
    """The text that a message's ``data:`` lines make together."""
    if message.startswith(b"data: ") and message.count(b"\n") == message.count(b"\ndata: "):
        return message[6:].replace(b"\ndata: ", b"\n")
    lines = message.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return b"\n".join(line[5:].removeprefix(b" ") for line in lines if line.startswith(b"data:"))
