"""Room for what comes in: while too much waits to be read, a provider that can keep a message keeps it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.clock import Clock
from bot.db import Database
from bot.intake.receive import Incoming
from bot.language.distress import is_distress
from bot.language.keywords import classify
from bot.model import InboxMessage
from bot.model.messages import WAITS

COUNTED_FOR = timedelta(seconds=1)
RETRY_AFTER_SECONDS = 30
_PENDING = (
    sa.select(sa.literal(1))
    .select_from(InboxMessage)
    .where(WAITS)  # the condition of the index
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_WAITING = sa.select(sa.func.count()).select_from(_PENDING.subquery())


class Room:
    """What one process knows of how much waits; counted once a second, however many requests come."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lock = threading.Lock()
        self._counted_at: datetime | None = None
        self._waiting = 0

    def waiting(self, limit: int, wall: datetime) -> int:
        """How many messages wait to be read, counted to one beyond the limit. While one request counts, others go by
        the count before."""
        if not self._is_fresh(wall) and self._lock.acquire(blocking=False):
            try:
                with self._db.begin() as session:
                    self._waiting = session.execute(_WAITING, {"most": limit + 1}).scalar_one()
                self._counted_at = wall
            finally:
                self._lock.release()
        return self._waiting

    def _is_fresh(self, wall: datetime) -> bool:
        return self._counted_at is not None and self._counted_at <= wall < self._counted_at + COUNTED_FOR


def is_full(db: Database, clock: Clock, limit: int) -> bool:
    """Whether more than `limit` messages wait to be read."""
    return db.kept(Room, lambda: Room(db)).waiting(limit, clock.wall()) > limit


def must_wait(db: Database, clock: Clock, limit: int, messages: Sequence[Incoming]) -> bool:
    """Whether these are to be brought again later. With a STOP, START, HELP or words of distress among them never."""
    return bool(messages) and is_full(db, clock, limit) and not any(_is_urgent(message) for message in messages)


def _is_urgent(message: Incoming) -> bool:
    return classify(message.text, opted_out=False) is not None or is_distress(message.text)
