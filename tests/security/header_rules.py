"""The twelve rules of the HTTP Observatory, said in our own words; and a few of ours."""

import re
from collections.abc import Callable
from http.cookies import SimpleCookie

Headers = dict[str, str]

BROAD = {"*", "http:", "https:", "data:", "blob:", "'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", "ftp:"}
SCRIPT = re.compile(r"<script\b([^>]*)>")


def policy(headers: Headers) -> dict[str, list[str]]:
    """The directives of the Content-Security-Policy with their sources."""
    directives = [part.split() for part in headers.get("content-security-policy", "").split(";")]
    return {words[0]: words[1:] for words in directives if words}


def content_security_policy(headers: Headers, _: str) -> bool:
    """Nothing is allowed but what is named, and nothing broad or unsafe is named; frames, forms, base are closed."""
    told = policy(headers)
    scripts, closed = told.get("script-src", ["*"]), ("frame-ancestors", "base-uri", "object-src")
    broad = [source for name, sources in told.items() for source in sources if name != "img-src" and source in BROAD]
    by_name = all(told.get(name) == ["'none'"] for name in closed)
    return told.get("default-src") == ["'none'"] and scripts == ["'self'"] and not broad and by_name


def cookies(headers: Headers, _: str) -> bool:
    """Whatever is set is Secure, HttpOnly, SameSite and tied to this very host."""
    morsels = SimpleCookie(headers.get("set-cookie", "")).items()
    return all(
        morsel["secure"] and morsel["httponly"] and morsel["samesite"] in ("lax", "strict") and name[:7] == "__Host-"
        for name, morsel in morsels
    )


def subresource_integrity(_: Headers, html: str) -> bool:
    """Every script is our own, by a path, and is checked before it runs."""
    tags = SCRIPT.findall(html)
    return all(re.search(r'\ssrc="/static/[^"]+"\s+integrity="sha384-[\w+/]{64}"', tag) for tag in tags)


def has(name: str, *values: str) -> Callable[[Headers, str], bool]:
    return lambda headers, _: headers.get(name) in values


RULES: dict[str, Callable[[Headers, str], bool]] = {
    "content-security-policy": content_security_policy,
    "cookies": cookies,
    "cross-origin-resource-sharing": lambda headers, _: not any(n.startswith("access-control") for n in headers),
    "redirection": lambda headers, _: headers.get("location", "/").startswith("/") and headers.get("location") != "//",
    "referrer-policy": has("referrer-policy", "same-origin", "no-referrer", "strict-origin"),
    "strict-transport-security": lambda headers, _: _age(headers) >= 15_768_000,
    "subresource-integrity": subresource_integrity,
    "x-content-type-options": has("x-content-type-options", "nosniff"),
    "x-frame-options": has("x-frame-options", "DENY"),
    "cross-origin-resource-policy": has("cross-origin-resource-policy", "same-origin", "same-site"),
    "cross-origin-opener-policy": has("cross-origin-opener-policy", "same-origin"),
    "cross-origin-embedder-policy": has("cross-origin-embedder-policy", "require-corp"),
}
OURS: dict[str, Callable[[Headers, str], bool]] = {
    "permissions-policy": lambda headers, _: "camera=()" in headers.get("permissions-policy", ""),
    "no server header": lambda headers, _: "server" not in headers and "x-powered-by" not in headers,
    "a content type with its charset": lambda headers, html: not html or _says_what_it_is(headers),
    "kept by nobody": lambda headers, _: (
        headers.get("cache-control") in ("no-store", "no-cache") or "immutable" in headers.get("cache-control", "")
    ),
}


def broken(
    headers: list[tuple[bytes, bytes]], body: bytes, rules: dict[str, Callable[[Headers, str], bool]]
) -> list[str]:
    """The names of the ``rules`` that a response breaks; one that is sent twice breaks by its name."""
    names = [name.decode().lower() for name, _ in headers]
    known = {name.decode().lower(): value.decode("latin-1") for name, value in headers}
    html = body.decode("utf-8", "replace")
    twice = [f"{name} twice" for name in set(names) if names.count(name) > 1]
    return [name for name, holds in rules.items() if not holds(known, html)] + twice


def _age(headers: Headers) -> int:
    found = re.match(r"max-age=(\d+)", headers.get("strict-transport-security", ""))
    return int(found[1]) if found else 0


def _says_what_it_is(headers: Headers) -> bool:
    kind = headers.get("content-type", "")
    return "charset=" in kind or (bool(kind) and not kind.startswith("text/"))
