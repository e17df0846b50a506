"""How often an address has tried to log in."""

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

LOGIN_RATE = parse("10/minute")


class Attempts:
    """In a window of a minute that moves on."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, address: str) -> bool:
        """Whether ``address`` has an attempt left; takes it."""
        return self._limiter.hit(LOGIN_RATE, "login", address)

    def left(self, address: str) -> int:
        return self._limiter.get_window_stats(LOGIN_RATE, "login", address).remaining

    def forget(self) -> None:
        """Everybody begins anew."""
        self._limiter.storage.reset()
