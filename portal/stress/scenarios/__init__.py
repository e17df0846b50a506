"""What goes wrong in a hall, scene by scene. Each plays in a run of its own and checks itself."""

from collections.abc import Awaitable, Callable

from portal.stress.classroom import Classroom
from portal.stress.scenarios import answers, commands, crash, identity, malformed, presence

Scenario = Callable[[Classroom], Awaitable[None]]

SCENARIOS: dict[str, Scenario] = {
    "late-joiner": presence.late_joiner,
    "disconnect": presence.disconnect,
    "sleep": presence.sleep_and_wake,
    "tampered-cookie": identity.tampered_cookie,
    "other-run": identity.cookie_of_another_run,
    "duplicate-id": identity.duplicate_id,
    "bad-answers": answers.bad_answers,
    "closing": answers.closing,
    "bell": answers.bell,
    "malformed": malformed.malformed,
    "flaky": presence.flaky,
    "two-tabs": presence.two_tabs,
    "commands": commands.commands,
    "crash": crash.crash,
}
NEEDS_OWN_SERVER = frozenset({"crash"})
