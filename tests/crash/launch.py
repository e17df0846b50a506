"""Starts and ends the real program many times, quickly: a process that has imported it once and forks for each start.

    python -m tests.crash.launch

Takes lines on stdin: ``start LOG ARGUMENTS…`` forks one that runs ``portal ARGUMENTS…``, ``cold LOG ARGUMENTS…`` starts
one as a shell would, ``signal NUMBER`` sends a signal to it, ``reap`` waits for its end. Each is answered with a line.
Imports and templates take a second of processor time; nothing that a crash could spoil happens in them.
"""

import gc
import os
import signal
import sys
from types import CodeType
from unittest import mock

from portal import __main__ as portal
from portal.phrasing import PhrasedEnvironment
from portal.render import environment
from portal.wording import ENGLISH


def _child(log: str, arguments: list[str]) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    status = 1
    try:
        status = portal.main(arguments)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _fork(log: str, arguments: list[str]) -> int:
    pid = os.fork()
    if pid == 0:
        _child(log, arguments)
    return pid


def _cold(log: str, arguments: list[str]) -> int:
    to_log = (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    actions = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), to_log, (os.POSIX_SPAWN_DUP2, 1, 2)]
    command = [sys.executable, "-m", "portal", *arguments]
    return os.posix_spawn(sys.executable, command, os.environ, file_actions=actions)


def _compile_templates() -> None:
    """Once, here, for all the programs that are forked."""
    compile_one, known = PhrasedEnvironment.compile, dict[tuple[object, ...], CodeType]()

    def compiled(
        environment: PhrasedEnvironment, source: str, name: str | None = None, filename: str | None = None
    ) -> CodeType:
        key = (environment.language, source, name, filename)
        if key not in known:
            known[key] = compile_one(environment, source, name, filename)
        return known[key]

    mock.patch.object(PhrasedEnvironment, "compile", compiled).start()  # until this process of a test ends
    spoken = environment(ENGLISH)
    for name in spoken.list_templates():
        spoken.get_template(name)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever drives this; it ends with its stdin
    _compile_templates()
    gc.freeze()
    pid = 0
    for line in sys.stdin:
        what, *rest = line.rstrip("\n").split("\t")
        if what in ("start", "cold"):
            pid = (_fork if what == "start" else _cold)(rest[0], rest[1:])
            answer = str(pid)
        elif what == "signal":
            os.kill(pid, int(rest[0]))
            answer = "sent"
        else:
            answer, pid = str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])), 0
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()
    if pid:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
