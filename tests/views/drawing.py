"""Pages drawn without a server: views of a room on a held clock, through the templates that the program uses."""

import re
from html.parser import HTMLParser

from portal.render import Renderer
from portal.views import projector, student
from tests.playing import Room, pid

RENDERER = Renderer()


def stage_of(room: Room, who: str, **why: str | None) -> student.Stage:
    return student.stage(room.state, room.board, pid(who), room.now, **why)


def phone(room: Room, who: str, **why: str | None) -> str:
    """The student's page, header and stage."""
    return RENDERER.fragment("student/_page.html", view=stage_of(room, who, **why))


def hall_of(room: Room) -> projector.Stage:
    return projector.stage(room.state, room.board, room.now)


def hall(room: Room) -> str:
    """The hall's page, header, stage and footer."""
    return RENDERER.fragment("projector/_page.html", view=hall_of(room), join_url="https://quiz.example.edu/")


class _Stage(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "main" and named.get("id") == "stage":
            self.found = {name: value or "" for name, value in attrs if name.startswith("data-")}


def attributes(html: str) -> dict[str, str]:
    """The ``data-…`` attributes of the stage."""
    reader = _Stage()
    reader.feed(html)
    return reader.found


def words(html: str) -> str:
    """What a page says, tags and spare blanks taken out."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())
