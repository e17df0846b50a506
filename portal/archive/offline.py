"""Makes a page whole by itself: a picture of ours stands in it, not at an address that is gone with the server."""

import mimetypes
import re
from base64 import b64encode

from portal.paths import STATIC

_OURS = re.compile(r'src="/static/([^"]+)"')  # as portal.markup lets it through: no dots that lead out of the folder


def offline(html: str) -> str:
    """``html`` with the program's own pictures in it; one that there is not is left to its alternative text."""
    return _OURS.sub(_embedded, html)


def _embedded(source: re.Match[str]) -> str:
    file = STATIC / source[1]
    kind = mimetypes.guess_type(file.name)[0] or ""
    if not kind.startswith("image/") or not file.is_file():
        return 'src="data:,"'
    return f'src="data:{kind};base64,{b64encode(file.read_bytes()).decode()}"'
