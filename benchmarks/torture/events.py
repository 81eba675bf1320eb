"""What the run itself did, by the machine's clock: kills, restarts, faults, and how business time was moved."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.clock import SystemClock


@dataclass(frozen=True)
class Event:
    """`kind` is ``kill``, ``restart``, ``fault``, ``push`` or ``exit``; `subject` names what it happened to."""

    wall: datetime
    kind: str
    subject: str
    detail: str = ""


@dataclass
class Events:
    """Written by several threads."""

    all: list[Event] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, subject: str, detail: str = "") -> Event:
        with self._lock:
            event = Event(SystemClock().wall(), kind, subject, detail)
            self.all.append(event)
        return event

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.all if event.kind == kind]

    def between(self, start: datetime, end: datetime, *kinds: str) -> list[Event]:
        return [event for event in self.all if start <= event.wall <= end and event.kind in kinds]


@dataclass(frozen=True)
class Calendar:
    """Business time against the machine's: from each `wall` on, business time is ahead by the offset beside it."""

    moves: tuple[tuple[datetime, timedelta], ...]

    def wall(self, business: datetime) -> datetime:
        """When it was so by the machine's clock. A moment that was jumped over is that of the jump."""
        start, offset = self.moves[0]
        end: datetime | None = None
        for moved_at, ahead in self.moves[1:]:
            if business < moved_at + ahead:
                end = moved_at
                break
            start, offset = moved_at, ahead
        moment = max(business - offset, start)
        return min(moment, end) if end is not None else moment
