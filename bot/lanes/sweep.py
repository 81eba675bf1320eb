"""Housekeeping of lanes: what a lost wake-up left behind is found, and the gauges tell how much waits."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import metrics
from bot.clock import Times
from bot.lanes.put import wake
from bot.model import InboxMessage, InboxState, Lane, OutboxMessage, OutboxState

TELL_AGAIN = timedelta(seconds=30)
MOST_WAKES = 500
WAITING: tuple[tuple[type[InboxMessage] | type[OutboxMessage], sa.ColumnElement[bool]], ...] = (
    (InboxMessage, InboxMessage.state == InboxState.PENDING),
    (OutboxMessage, OutboxMessage.state.in_([OutboxState.PENDING, OutboxState.SENDING])),
)


def wake_forgotten(session: Session, times: Times) -> int:
    """Makes idle lanes ready that have rows without an outcome; returns how many. There should be none."""
    woken = 0
    for table, waits in WAITING:
        forgotten = sa.exists().where(table.lane == Lane.key, waits)
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


def measure(session: Session, times: Times) -> None:
    """Sets the gauges of what waits and of what was set aside."""
    for table, waits in WAITING:
        born = table.received_at if table is InboxMessage else OutboxMessage.created_at
        count, oldest = session.execute(sa.select(sa.func.count(), sa.func.min(born)).where(waits)).one()
        metrics.waiting.labels(table.__tablename__).set(count)
        age = (times.now - oldest).total_seconds() if oldest else 0.0
        metrics.oldest_seconds.labels(table.__tablename__).set(max(0.0, age))
    for state in (OutboxState.DEAD, OutboxState.UNKNOWN, OutboxState.FAILED):
        aside = sa.select(sa.func.count()).select_from(OutboxMessage).where(OutboxMessage.state == state)
        metrics.dead.labels("outbox_message", state).set(session.execute(aside).scalar_one())
    dead = sa.select(sa.func.count()).select_from(InboxMessage).where(InboxMessage.state == InboxState.DEAD)
    metrics.dead.labels("inbox_message", InboxState.DEAD).set(session.execute(dead).scalar_one())
