"""The join address as a QR code: as SVG with attributes only, for the strict CSP, and for the terminal."""

import io
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from portal.web.context import portal_of


@cache
def svg(address: str) -> str:
    """Drawn once an address."""
    return _drawn(address, border=4, as_text=False)


def in_text(address: str) -> str:
    """Drawn in block letters, light on dark, with a newline at its end."""
    return _drawn(address, border=2, as_text=True)


async def picture(request: Request) -> Response:
    """``GET /qr.svg``: the address that phones join at, from the setting, never from the request's Host."""
    return Response(svg(portal_of(request).join_url), media_type="image/svg+xml", headers={"Cache-Control": "no-cache"})


def _drawn(address: str, *, border: int, as_text: bool) -> str:
    # A tenth of a second to import, which the first page, and all phones after a crash, would wait for.
    import qrcode.image.svg  # noqa: PLC0415 (a start takes a tenth of a second longer with it)

    code = qrcode.QRCode(
        border=border, error_correction=qrcode.ERROR_CORRECT_M, image_factory=qrcode.image.svg.SvgPathImage
    )
    code.add_data(address)
    if as_text:
        told = io.StringIO()
        code.print_ascii(told, invert=True)
        return told.getvalue()
    text: str = code.make_image().to_string(encoding="unicode")
    return text
