"""The real program behind the real Caddy with our Caddyfile, on loopback, with a certificate of Caddy's own."""

import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2

from portal.paths import CADDYFILE
from portal.rehearsal.proxy import NAME, adapted, authority, command, environment
from portal.stress.server import free_port
from tests.serving import PASSWORD, Browser, Program, pool_text


@dataclass(slots=True)
class Fronted:
    """``portal`` may be killed and started again; ``url`` is where people come in."""

    portal: Program
    port: int
    authority: Path

    @property
    def url(self) -> str:
        return f"https://{NAME}:{self.port}"

    def socket(self) -> ssl.SSLSocket:
        """A bare connection, HTTP/1.1, for those who do not behave."""
        context = ssl.create_default_context(cafile=self.authority)
        context.set_alpn_protocols(["http/1.1"])
        return context.wrap_socket(socket.create_connection((NAME, self.port)), server_hostname=NAME)

    def curl(self, path: str, *options: str) -> str:
        """What curl, over HTTP/2, prints; its failures are printed too."""
        command = ["curl", "--http2", "-sS", "--cacert", str(self.authority), *options, f"{self.url}{path}"]
        said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30, check=False)
        return said.stdout.decode(errors="replace")

    def start(self) -> None:
        with suppress(AssertionError):  # it took long: this machine is busy with browsers, a proxy and other tests
            self.portal.start(f"--public-url={self.url}")
        until = time.monotonic() + 45
        while '"status":"ok"' not in self.curl("/healthz"):
            assert self.portal.process is not None
            assert self.portal.process.poll() is None, (self.portal.folder / "program.log").read_text()
            assert time.monotonic() < until, "the quiz does not answer through Caddy; see caddy.log"
            time.sleep(0.05)  # nothing to wait on in another program


class Visitor(Browser):
    """Somebody's browser, which believes Caddy's authority and follows redirects, as real ones do."""

    def __init__(self, front: Fronted) -> None:
        httpx2.Client.__init__(
            self,
            base_url=front.url,
            headers={"Origin": front.url},
            verify=ssl.create_default_context(cafile=front.authority),
            timeout=70,
            follow_redirects=True,
        )
        self._opened.append(self)

    def command(self, name: str, **fields: object) -> httpx2.Response:
        """What the instructor presses."""
        return self.tap(f"/admin/{name}", turn=self.stage("/admin/")["turn"], **fields)


def joined(front: Fronted, who: str) -> Visitor:
    visitor = Visitor(front)
    reply = visitor.post("/join", data={"student_id": who, "name": f"Student {who}"})
    assert "state" in visitor.stage(), reply.text
    return visitor


def instructor(front: Fronted) -> Visitor:
    visitor = Visitor(front)
    reply = visitor.post("/admin/login", data={"password": PASSWORD})
    assert "turn" in visitor.stage("/admin/"), reply.text
    return visitor


@contextmanager
def fronted(folder: Path, pool: str | None = None, patience: int = 13) -> Iterator[Fronted]:
    """``patience``: seconds for which Caddy waits for a program that is down; a busy test machine starts it slowly."""
    caddy = shutil.which("caddy")
    assert caddy, "caddy is missing: apt install caddy"
    (folder / "pool.json").write_text(pool or pool_text())
    https, http, inner = free_port(), free_port(), free_port()
    waits = f"lb_try_duration {patience}s"
    caddyfile, replaced = re.subn("lb_try_duration .*", waits, CADDYFILE.read_text())
    assert replaced == 1
    caddyfile = adapted(caddyfile, https=https, http=http, inner=inner)
    (folder / "Caddyfile").write_text(caddyfile)
    front = Fronted(Program(folder, inner), https, authority(folder))
    with (folder / "caddy.log").open("ab") as log:
        proxy = subprocess.Popen(command(caddy, folder), env=environment(folder), stdout=log, stderr=log)
    try:
        front.start()
        yield front
    finally:
        Browser.close_all()
        proxy.terminate()
        proxy.wait(10)
        if front.portal.process is not None and front.portal.process.poll() is None:
            front.portal.kill()
