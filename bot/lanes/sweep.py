"""Housekeeping of lanes: what a lost wake-up left behind is found."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.clock import Times
from bot.lanes.put import wake
from bot.model import InboxMessage, Lane, OutboxMessage
from bot.model.messages import WAITS

TELL_AGAIN = timedelta(seconds=30)
MOST_WAKES = 500
TABLES = (InboxMessage, OutboxMessage)


def wake_forgotten(session: Session, times: Times) -> int:
    """Makes idle lanes ready that have rows without an outcome; returns how many. There should be none."""
    woken = 0
    for table in TABLES:
        forgotten = sa.exists().where(table.lane == Lane.key, WAITS)
        rows = session.execute(
            sa.update(Lane)
            .where(Lane.due_at.is_(None), forgotten)
            .values(due_at=times.wall, kicked_at=times.wall)
            .returning(Lane.key, Lane.kind, Lane.urgency)
            .execution_options(synchronize_session=False)
        ).all()
        woken += len(rows)
        for row in rows:
            wake(session, row.key, row.kind, row.urgency, times.wall)
    return woken


def wake_due(session: Session, times: Times) -> int:
    """Tells of lanes that nobody was told of: parked for long and due now, or told of in vain; returns how many.

    In vain: whoever was told died, or the telling was lost. Several may run this at once.
    """
    free = sa.or_(Lane.lease_until.is_(None), Lane.lease_until < times.wall)
    untold = sa.or_(Lane.kicked_at.is_(None), Lane.kicked_at < Lane.due_at, Lane.kicked_at < times.wall - TELL_AGAIN)
    late = sa.select(Lane.key).where(Lane.due_at <= times.wall, free, untold).order_by(Lane.urgency, Lane.due_at)
    told = (
        sa.update(Lane)
        .where(Lane.key.in_(late.limit(MOST_WAKES).with_for_update(skip_locked=True)))
        .values(kicked_at=times.wall)
        .returning(Lane.key, Lane.kind, Lane.urgency)
        .execution_options(synchronize_session=False)
    )
    rows = session.execute(told).all()
    for row in rows:
        wake(session, row.key, row.kind, row.urgency, times.wall)
    return len(rows)
