"""Counting tables that may be large: slice by slice, each in a short transaction of its own, so that nobody waits.

What was counted is kept for a minute. Where there is little to count it is counted anew each time, and so is exact.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.clock import Times
from bot.db import Database

SLICE, LARGE_SLICE = 2_000, 50_000
"""So many ids are counted in one transaction: few where others wait meanwhile (SQLite), many where nobody does."""
LITTLE = 3_000
"""Up to so many rows are counted while somebody waits."""
FRESH = timedelta(minutes=1)
"""So long (elapsed time) a count is good enough."""


class Sum(Protocol):
    """Something that another of its kind can be added to."""

    def add(self, other: Sum) -> None: ...


C = TypeVar("C", bound=Sum)


@dataclass(frozen=True)
class Slice:
    """The rows with ids above `low`, up to `high`."""

    low: int
    high: int

    def of(self, column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]) -> sa.ColumnElement[bool]:
        return sa.and_(column > self.low, column <= self.high)


@dataclass(frozen=True)
class Counted(Generic[C]):
    """A count, and the moment it is of: `at` is business time, `wall` elapsed time."""

    value: C
    at: datetime
    wall: datetime


class Tally(Generic[C]):
    """One count of one database, kept in this process. `by` is the id that is sliced."""

    def __init__(
        self,
        db: Database,
        by: InstrumentedAttribute[int],
        empty: Callable[[], C],
        look: Callable[[Session, Slice, datetime], C],
        little: int = LITTLE,
    ) -> None:
        self._db, self._by, self._empty, self._look = db, by, empty, look
        self._little = little
        self._counting = threading.Lock()
        self.last: Counted[C] | None = None

    def is_little(self) -> bool:
        """Whether it is so little that it is counted whenever somebody asks."""
        return self._most() <= self._little

    def is_stale(self, wall: datetime) -> bool:
        return self.last is None or wall - self.last.wall >= FRESH or wall < self.last.wall

    @property
    def is_counting(self) -> bool:
        return self._counting.locked()

    def count(self, times: Times) -> Counted[C]:
        """Counts everything now; who asks while it is being counted gets the same count."""
        asked = self.last
        with self._counting:
            if self.last is not None and self.last is not asked and not self.is_stale(times.wall):
                return self.last
            found = self._empty()
            size = SLICE if self._db.is_sqlite else LARGE_SLICE
            for low in range(0, self._most(), size):
                started = time.perf_counter()
                with self._db.begin() as session:
                    found.add(self._look(session, Slice(low, low + size), times.now))
                if self._db.is_sqlite:
                    time.sleep(time.perf_counter() - started)  # its lock is not fair: whoever waits would wait long
            self.last = Counted(found, times.now, times.wall)
            return self.last

    def _most(self) -> int:
        with self._db.begin() as session:
            return session.scalar(sa.select(sa.func.max(self._by))) or 0
