"""A drainer of errands on a clock that stands still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.db import Database
from bot.lanes.drain import Drainer
from bot.model import InboxMessage, Lane
from tests.support.errands import Errands, put_all
from tests.support.sandbox_clock import StillClock

LEASE = timedelta(seconds=30)


@dataclass
class Yard:
    """Lanes, one worker, and what it did."""

    db: Database
    errands: Errands
    clock: StillClock
    worker: Drainer

    def put(self, **lanes: list[str]) -> None:
        put_all(self.db, self.clock.wall(), **lanes)

    def run(self, times: int = 100) -> int:
        """Drains at most that many leases; returns how many there were."""
        for done in range(times):
            if not self.worker.run_one():
                return done
        return times

    def lane(self, key: str) -> Lane:
        with self.db.begin() as session:
            return session.get_one(Lane, key)

    def row(self, text: str) -> InboxMessage:
        with self.db.begin() as session:
            return session.scalars(sa.select(InboxMessage).where(InboxMessage.text == text)).one()

    def wall(self) -> datetime:
        return self.clock.wall()


@pytest.fixture
def yard(db: Database) -> Yard:
    errands, clock = Errands(), StillClock()
    return Yard(db, errands, clock, Drainer(db, errands, clock, LEASE, attempts=3))
