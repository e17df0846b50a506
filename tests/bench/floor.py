"""The floor: the least that a program must do for a hall, on the same Python and the same disk.

Reads a POST, commits it to SQLite in groups, answers; writes one event of 2 KB, made beforehand, to every open stream.
No rules, no identities, no pages: what the portal costs above this is what it does for its users. It speaks just enough
of the portal's HTTP that the same phones and the same console can use it.
"""

import argparse
import asyncio
import queue
import re
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

EVENT_SIZE = 2048
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_PAGE = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n{}"
_LET_IN = b"HTTP/1.1 303 See Other\r\nLocation: /\r\nSet-Cookie: floor=1; Path=/\r\nContent-Length: 0\r\n\r\n"
_STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
_STATES = {b"reset": "lobby", b"open": "question_open", b"close": "question_closed"}


class Hall:
    """What is open, and the state that all are shown."""

    def __init__(self, database: Path) -> None:
        self.streams: set[asyncio.Transport] = set()
        self.state, self.turn = "lobby", 0
        self.event = self.page = self.saved = b""
        self._jobs: queue.SimpleQueue[tuple[bytes, Callable[[], None]]] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._write, args=(database,), daemon=True).start()
        self._draw()

    def commit(self, body: bytes, then: Callable[[], None]) -> None:
        """Calls ``then`` on the loop once ``body`` is on disk."""
        self._jobs.put((body, then))

    def move(self, command: bytes) -> None:
        """The next state, in front of everybody."""
        self.state, self.turn = _STATES.get(command, self.state), self.turn + 1
        self._draw()
        for stream in self.streams:
            stream.write(self.event)

    def _draw(self) -> None:
        attributes = f'id="stage" data-state="{self.state}" data-run="1" data-turn="{self.turn}"'
        page = f"<main {attributes}></main>"
        self.page = _PAGE.format(len(page), page).encode()
        saved = f'<main {attributes} data-answer="A"></main>'
        self.saved = _PAGE.format(len(saved), saved).encode()
        event = f"data: {page}{'x' * (EVENT_SIZE - len(page))}\n\n".encode()
        self.event = b"%x\r\n%b\r\n" % (len(event), event)

    def _write(self, database: Path) -> None:
        connection = sqlite3.connect(database, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS event (sequence INTEGER PRIMARY KEY, body BLOB)")
        while True:
            group = [self._jobs.get()]
            while not self._jobs.empty():
                group.append(self._jobs.get())
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO event (body) VALUES (?)", [(body,) for body, _ in group])
            connection.execute("COMMIT")
            self._loop.call_soon_threadsafe(_tell, group)


def _tell(group: list[tuple[bytes, Callable[[], None]]]) -> None:
    for _, then in group:
        then()


class Caller(asyncio.Protocol):
    """One connection."""

    __slots__ = ("_buffer", "_hall", "_transport")

    def __init__(self, hall: Hall) -> None:
        self._hall, self._buffer = hall, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._hall.streams.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        size = int(length[1]) if length else 0
        if found and len(rest) >= size:
            self._buffer = b""
            self._serve(head, rest)

    def _serve(self, head: bytes, body: bytes) -> None:
        method, path, _ = head.split(b" ", 2)
        hall, write = self._hall, self._transport.write
        if path.endswith(b"/stream"):
            write(_STREAM + hall.event)
            hall.streams.add(self._transport)
        elif method == b"GET":
            write(hall.page)
        elif path == b"/answer":
            hall.commit(body, lambda: write(hall.saved))
        elif path in (b"/join", b"/admin/login"):
            hall.commit(body, lambda: write(_LET_IN))
        else:
            hall.commit(body, lambda: self._command(path.rpartition(b"/")[2]))

    def _command(self, command: bytes) -> None:
        self._hall.move(command)
        self._transport.write(_LET_IN)


async def serve(port: int, database: Path) -> None:
    """Until it is ended."""
    hall = Hall(database)
    server = await asyncio.get_running_loop().create_server(lambda: Caller(hall), "127.0.0.1", port, backlog=2048)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--db", type=Path, required=True)
    flags = parser.parse_args()
    asyncio.run(serve(flags.port, flags.db))
