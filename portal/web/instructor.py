"""stub"""

from typing import Any

TABLE: tuple[Any, ...] = ()


def only(handler: Any) -> Any:
    return handler


async def page(request: Any) -> Any: ...
async def login(request: Any) -> Any: ...
def refused(request: Any, status: int, code: str, sentence: str) -> Any: ...
