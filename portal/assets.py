"""The static files as browsers get them: all scripts as one, and each text compressed, once."""

import gzip
import hashlib
from base64 import b64encode
from functools import cache

from portal.paths import STATIC

SCRIPT = "script.js"
_SCRIPTS = ("vendor/htmx-4.0.1.min.js", "vendor/hx-sse-4.0.1.min.js", "portal.js")  # in the order in which they run
TEXTS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}  # what is worth compressing


@cache
def texts() -> dict[str, str]:
    """The media type of each text by its name below ``/static/``."""
    names = [str(path.relative_to(STATIC).as_posix()) for path in STATIC.rglob("*") if path.suffix in TEXTS]
    return {name: TEXTS[name[name.rindex(".") :]] for name in [SCRIPT, *names]}


@cache
def content(name: str) -> bytes:
    """The bytes of a static file. Raises ``FileNotFoundError``."""
    if name == SCRIPT:  # one request instead of three, on the phones of a whole class at once
        return b"\n".join(content(each) for each in _SCRIPTS)
    return (STATIC / name).read_bytes()


@cache
def compressed(name: str) -> bytes:
    """The same for a browser that takes gzip, a third of the size."""
    return gzip.compress(content(name), mtime=0)


@cache
def static_url(name: str) -> str:
    """The address of a static file; it changes with the content, so browsers may keep it for ever."""
    return f"/static/{name}?v={version(name)}"


@cache
def version(name: str) -> str:
    """Ten characters that change with the content of a static file."""
    return hashlib.sha256(content(name)).hexdigest()[:10]


@cache
def integrity(name: str) -> str:
    """What a browser checks a static file against before it runs it."""
    return f"sha384-{b64encode(hashlib.sha384(content(name)).digest()).decode()}"
