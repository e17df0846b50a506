"""Static files: an address with a version is good for ever, one without is asked again; texts go compressed."""

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from portal import assets


class Files(StaticFiles):
    """``static/``; Starlette keeps the path inside the folder."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        text = assets.texts().get(path)
        if text is not None and scope["method"] in ("GET", "HEAD"):
            response = _text(path, text, Headers(scope=scope))
        else:
            response = await super().get_response(path, scope)
        kept = b"v=" in scope["query_string"] and response.status_code < 400
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        return response


def _text(name: str, media_type: str, asked: Headers) -> Response:
    takes_gzip = "gzip" in asked.get("accept-encoding", "")
    tag = f'"{assets.version(name)}{"-gzip" if takes_gzip else ""}"'
    headers = {"ETag": tag, "Vary": "Accept-Encoding"}
    if tag in asked.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if takes_gzip:
        return Response(assets.compressed(name), media_type=media_type, headers=headers | {"Content-Encoding": "gzip"})
    return Response(assets.content(name), media_type=media_type, headers=headers)
