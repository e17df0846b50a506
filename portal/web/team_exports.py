"""The files of a contest, of the present run and of every earlier one: teams, ledger, assignments."""

from portal import exports
from portal.web.exports import file
from portal.web.roles import Role, Row, get

TABLE: tuple[Row, ...] = tuple(
    get(f"/admin/{name}", file(name, make), Role.INSTRUCTOR) for name, make in exports.CONTEST.items()
)
