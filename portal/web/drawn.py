"""The reply that costs least: HTML drawn for one of many, whose headers are the same for all."""

from starlette.responses import HTMLResponse

HTML = (b"content-type", b"text/html; charset=utf-8")


class Drawn(HTMLResponse):
    """As ``HTMLResponse``, for bytes in UTF-8 and status 200.

    It says its length and its kind, in this order, and :class:`portal.web.front.Front` knows how the rest of its head
    reads. Starlette asks each response anew which of its headers are missing.
    """

    def __init__(self, html: bytes) -> None:
        self.status_code, self.body, self.background = 200, html, None
        self.raw_headers = [(b"content-length", b"%d" % len(html)), HTML]

    @property
    def says_no_more(self) -> bool:
        """Whether nobody has given it another header, such as a cookie."""
        return len(self.raw_headers) == 2
