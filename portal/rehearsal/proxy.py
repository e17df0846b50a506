"""A Caddy of the rehearsal's own with the settings of ``deploy/Caddyfile``, on free ports of this machine alone."""

import asyncio
import os
import ssl
import time
from asyncio.subprocess import Process
from pathlib import Path

from portal.paths import CADDYFILE
from portal.stress.http import Browser, Site
from portal.stress.server import NotStarted, end, free_port
from portal.stress.wire import Dropped

NAME = "localhost"  # for which Caddy signs the certificate itself
START_LIMIT = 60.0  # seconds
POLL = 0.05  # seconds between two looks whether it answers


def adapted(caddyfile: str, *, https: int, http: int, inner: int) -> str:
    """``deploy/Caddyfile`` for a Caddy beside the one that may be running: other ports, loopback, nothing installed."""
    ours = "admin off", "skip_install_trust", "default_bind 127.0.0.1", f"https_port {https}", f"http_port {http}"
    options = "".join(f"\t{line}\n" for line in ours)
    for theirs, here in (
        ("quiz.example.edu {", f"{NAME} {{"),
        ("127.0.0.1:8001", f"127.0.0.1:{inner}"),
        ("\n{\n", f"\n{{\n{options}"),
    ):
        assert caddyfile.count(theirs) == 1, f"the Caddyfile has {theirs!r} once"
        caddyfile = caddyfile.replace(theirs, here)
    return caddyfile


def command(caddy: str, folder: Path) -> list[str]:
    """Runs the ``Caddyfile`` in ``folder``."""
    return [caddy, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def environment(folder: Path) -> dict[str, str]:
    """In which Caddy keeps everything in ``folder``, its certificates too."""
    return os.environ | {name: str(folder) for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "HOME")}


def authority(folder: Path) -> Path:
    """Who signed the certificate; there once Caddy has started."""
    return folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"


class Proxy:
    """``url`` is where people come in; ``folder`` keeps what it writes."""

    def __init__(self, caddy: str, folder: Path) -> None:
        self._caddy, self._folder, self._port = caddy, folder, free_port()
        self._process: Process | None = None

    @property
    def url(self) -> str:
        return f"https://{NAME}:{self._port}"

    async def start(self, inner: int) -> Site:
        """Starts it in front of port ``inner``, whose program answers. Raises :class:`NotStarted`."""
        text = adapted(CADDYFILE.read_text("utf-8"), https=self._port, http=free_port(), inner=inner)
        (self._folder / "Caddyfile").write_text(text, "utf-8")
        with (self._folder / "caddy.log").open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command(self._caddy, self._folder), stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                env=environment(self._folder), cwd=self._folder,
            )  # fmt: skip  # (two lines, not one an argument)
        until = time.monotonic() + START_LIMIT
        while time.monotonic() < until:
            if (site := await self._answering()) is not None:
                return site
            await asyncio.sleep(POLL)
        raise NotStarted(f"Caddy does not pass anything on:\n{self._log()}")

    async def stop(self) -> None:
        await end(self._process)

    async def _answering(self) -> Site | None:
        """The site, once the program answers through it."""
        assert self._process is not None
        if self._process.returncode is not None:
            raise NotStarted(f"Caddy ended at once:\n{self._log()}")
        signed_by = authority(self._folder)
        if not signed_by.exists():
            return None
        browser = None
        try:
            site = Site("https", NAME, self._port, tls=ssl.create_default_context(cafile=signed_by))
            browser = Browser(site)
            return site if (await browser.get("/healthz", 5.0)).status == 200 else None
        except (Dropped, ssl.SSLError):  # the certificate is being written this very moment
            return None
        finally:
            if browser is not None:
                browser.close()

    def _log(self) -> str:
        return (self._folder / "caddy.log").read_text("utf-8", "replace")[-2000:]
