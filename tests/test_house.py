"""The floors of the house: an import points to a lower floor or stays in its room."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "portal"

# Room -> floor. A module belongs to the longest prefix that names it.
FLOORS = {
    "portal": 0,  # the package itself: its version
    "portal.domain": 0,
    "portal.paths": 0,
    "portal.lan": 0,
    "portal.wording": 0,
    "portal.views": 1,
    "portal.store": 1,
    "portal.pools": 1,
    "portal.markup": 1,
    "portal.settings": 1,
    "portal.secrets": 2,
    "portal.live": 2,
    "portal.assets": 2,
    "portal.phrasing": 2,
    "portal.render": 2,
    "portal.exports": 2,
    "portal.web": 3,
    "portal.protocol": 4,
    "portal.repeats": 4,
    "portal.server": 4,
    "portal.proxies": 4,
    "portal.tidying": 4,
    "portal.warming": 4,
    "portal.app": 4,
    "portal.stress": 4,
    "portal.audit": 4,
    "portal.archive": 4,
    "portal.rehearsal": 4,
    "portal.complaint": 4,
    "portal.tools": 4,
    "portal.__main__": 4,
}
# What a room may use of the world outside; what is not named here may use anything.
OUTSIDE = {
    "portal.domain": set(),
    "portal.wording": {"babel"},
    "portal.views": set(),
    "portal.store": {"sqlite_utils", "pydantic"},
    "portal.stress": set(),
    "portal.live": set(),
    "portal.web": {"starlette", "sse_starlette", "itsdangerous", "limits", "qrcode", "anyio", "markupsafe"},
}
FORBIDDEN = {
    "portal.domain": {"asyncio", "logging", "os", "random", "secrets", "socket", "sqlite3", "threading", "time"},
    "portal.views": {"asyncio", "logging", "os", "random", "secrets", "socket", "sqlite3", "threading", "time"},
    "portal.web": {"sqlite3", "os", "pathlib"},
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(module: Path) -> str:
    parts = module.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(name: str) -> str:
    return max((room for room in FLOORS if name == room or name.startswith(f"{room}.")), key=len)


def imports(module: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{module} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_every_module_has_a_room() -> None:
    homeless = {name_of(module) for module in modules() if room_of(name_of(module)) == "portal"} - {"portal"}
    assert homeless == set()


@pytest.mark.parametrize("module", modules(), ids=name_of)
def test_imports_point_down(module: Path) -> None:
    name = name_of(module)
    room = room_of(name)
    for imported in imports(module):
        top = imported.partition(".")[0]
        if top == "portal":
            other = room_of(imported)
            wrong = FLOORS[other] > FLOORS[room] or (FLOORS[other] == FLOORS[room] == 1 and other != room)
            assert not wrong, f"{name} (floor {FLOORS[room]}) imports {imported} (floor {FLOORS[other]})"
        elif top in sys.stdlib_module_names:
            assert top not in FORBIDDEN.get(room, set()), f"{name} must not use {top}"
        elif room in OUTSIDE:
            assert top in OUTSIDE[room], f"{name} must not use {top}"


@pytest.mark.parametrize("module", [*modules(), *Path(__file__).parent.rglob("*.py")], ids=str)
def test_no_file_is_two_rooms(module: Path) -> None:
    assert len(module.read_text().splitlines()) <= 400


def test_a_server_starts_without_what_the_other_commands_need() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, portal.__main__; print(*sys.modules)"],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "portal.app" in told, "the program itself is there"
    others = ("portal.tools", "portal.archive", "portal.audit", "portal.rehearsal", "portal.stress")
    assert [name for name in told if name.startswith(others)] == []
