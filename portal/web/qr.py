"""The join address as a QR code: drawn once an address, as SVG with attributes only, for the strict CSP."""

from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from portal.web.context import portal_of


@cache
def svg(address: str) -> str:
    import qrcode  # noqa: PLC0415 (not before the first page)
    from qrcode.image.svg import SvgPathImage  # noqa: PLC0415

    image = qrcode.make(address, image_factory=SvgPathImage, border=4, error_correction=qrcode.ERROR_CORRECT_M)
    text: str = image.to_string(encoding="unicode")
    return text


async def picture(request: Request) -> Response:
    """``GET /qr.svg``: the address that phones join at, from the setting, never from the request's Host."""
    return Response(svg(portal_of(request).join_url), media_type="image/svg+xml", headers={"Cache-Control": "no-cache"})
