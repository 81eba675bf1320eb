"""Rate limits that can be switched on: so many requests for a key in one real second."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta

from bot.clock import Clock

WINDOW = timedelta(seconds=1)


class RateLimit:
    """Off while `per_second` is None."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: dict[str, deque[datetime]] = defaultdict(deque)
        self.per_second: int | None = None

    def clear(self) -> None:
        self.per_second = None
        self._seen.clear()

    def takes(self, key: str) -> bool:
        """True when a request for `key` is allowed now, which then counts."""
        if self.per_second is None:
            return True
        now, seen = self._clock.wall(), self._seen[key]
        while seen and now - seen[0] >= WINDOW:
            seen.popleft()
        if len(seen) >= self.per_second:
            return False
        seen.append(now)
        return True
