"""The only module that reads the clock.

Business time (`now`) can be pushed for demos and tests; elapsed time (`wall`) can't, because leases and rate limits
protect against processes that really stopped, however far the demo's calendar has been moved.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Both readings are aware datetimes in UTC."""

    def now(self) -> datetime: ...

    def wall(self) -> datetime: ...


@dataclass(frozen=True)
class Times:
    """Business time and elapsed time of one transaction."""

    now: datetime
    wall: datetime


class SystemClock:
    """The machine's clock, for both readings."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wall(self) -> datetime:
        return datetime.now(UTC)


class SharedClock:
    """Business time moved by an offset that is kept in a file, so that several processes on one machine agree.

    The file holds ``{"offset_seconds": float}``; while it is missing the offset is zero. It is replaced atomically.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, int] | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset()

    def wall(self) -> datetime:
        return datetime.now(UTC)

    def offset(self) -> timedelta:
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            return timedelta()
        stamp = (stat.st_mtime_ns, stat.st_ino)
        if stamp != self._stamp:
            self._offset = timedelta(seconds=float(json.loads(self.path.read_text())["offset_seconds"]))
            self._stamp = stamp
        return self._offset

    def push(self, by: timedelta) -> datetime:
        """Moves business time on by `by` and returns the new now."""
        self._write(self.offset() + by)
        return self.now()

    def set(self, moment: datetime) -> datetime:
        """Makes business time `moment` and returns the new now."""
        self._write(check_aware(moment) - datetime.now(UTC))
        return self.now()

    def _write(self, offset: timedelta) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(json.dumps({"offset_seconds": offset.total_seconds()}))
        draft.replace(self.path)


class AgreedClock:
    """Elapsed time as the database's server has it, so that machines agree on leases; business time is `clock`'s own.

    `ahead` is by how much the server is ahead of this machine; whoever measures it sets it.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock, self.ahead = clock, timedelta()

    def now(self) -> datetime:
        return self.clock.now()

    def wall(self) -> datetime:
        return self.clock.wall() + self.ahead

    def agree(self, asked: datetime, told: datetime, answered: datetime) -> None:
        """The server said `told` between two readings of `clock.wall()`. What lies between these is no difference."""
        if asked <= told <= answered:
            self.ahead = timedelta()
        else:
            self.ahead = told - (asked + (answered - asked) / 2)


def check_aware(moment: datetime) -> datetime:
    """Returns `moment` in UTC.

    Raises:
        ValueError: it has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone is refused: {moment.isoformat()}")
    return moment.astimezone(UTC)


def make_clock(setting: str) -> Clock:
    """`setting` is ``system`` or the path of a shared clock file."""
    return SystemClock() if setting == "system" else SharedClock(Path(setting))
