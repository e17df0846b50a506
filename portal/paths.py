"""Where the files beside the program are: in a checkout next to the package, in a wheel inside it."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
SHARE = _PACKAGE / "_share" if (_PACKAGE / "_share").is_dir() else _PACKAGE.parent
TEMPLATES = SHARE / "templates"
STATIC = SHARE / "static"
POOLS = SHARE / "pools"
CADDYFILE = SHARE / "deploy" / "Caddyfile"
