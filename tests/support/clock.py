"""A clock that stands still until a test pushes it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.clock import check_aware


class ManualClock:
    """Both readings begin at `now`; `push` moves business time, `wait` moves both as real waiting would."""

    def __init__(self, now: datetime) -> None:
        self._now = self._wall = check_aware(now)

    def now(self) -> datetime:
        return self._now

    def wall(self) -> datetime:
        return self._wall

    def push(self, by: timedelta) -> datetime:
        self._now += by
        return self._now

    def wait(self, by: timedelta) -> datetime:
        self._wall += by
        return self.push(by)
