"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.clock import check_aware

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class StillClock:
    """`push` and `set` move business time; `pass_real` moves both, as waiting would."""

    def __init__(self, start: datetime = START) -> None:
        self._now = self._wall = check_aware(start)

    def now(self) -> datetime:
        return self._now

    def wall(self) -> datetime:
        return self._wall

    def push(self, by: timedelta) -> datetime:
        self._now += by
        return self._now

    def set(self, moment: datetime) -> datetime:
        self._now = moment
        return self._now

    def pass_real(self, by: timedelta) -> None:
        self._now += by
        self._wall += by
