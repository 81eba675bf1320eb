"""The calendar of a simulation: a clock that is pushed, and what made-up people are going to do."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from bot.clock import Times

GRAIN = timedelta(minutes=15)
"""Time goes on in steps of this length at least, as if the scheduler looked so often: what happens between two steps
happens at the second, in one transaction."""

Act = Callable[[Session, Times], None]


@dataclass
class PushedClock:
    """Business time and elapsed time are the same here, and stand still between two steps."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def wall(self) -> datetime:
        return self.moment

    def times(self) -> Times:
        return Times(self.moment, self.moment)


def on_grain(moment: datetime) -> datetime:
    """The first step at `moment` or after it."""
    seconds, grain = moment.timestamp(), GRAIN.total_seconds()
    return datetime.fromtimestamp(-(-seconds // grain) * grain, UTC)


@dataclass
class Agenda:
    """What is planned, in order; of two acts at the same time the one that was planned first comes first."""

    _planned: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _count: int = 0

    def put(self, at: datetime, act: Act) -> None:
        self._count += 1
        heapq.heappush(self._planned, (at, self._count, act))

    @property
    def next_at(self) -> datetime | None:
        return self._planned[0][0] if self._planned else None

    def take(self, now: datetime) -> list[Act]:
        """What is due; it is not planned any more."""
        found = []
        while self._planned and self._planned[0][0] <= now:
            found.append(heapq.heappop(self._planned)[2])
        return found
