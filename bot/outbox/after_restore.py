"""After a database was restored from a backup: what waited to be sent may have gone out since that backup was made."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.clock import Times
from bot.model import Lane, OutboxMessage, OutboxState
from bot.outbox.enqueue import LANE_KIND


def distrust(session: Session, times: Times) -> int:
    """Has each waiting message looked up in its provider's records before anything is sent; returns how many wait.

    They become attempts without an outcome, which is what they are: one that went out is found, an answer without a
    trace is sent, a check-in without a trace is set aside as unknown. Whoever held a lane when the backup was made is
    gone: all leases end. To be called while no process works on the database.
    """
    session.execute(sa.update(Lane).values(lease_until=None, kicked_at=None, epoch=Lane.epoch + 1))
    waiting = OutboxMessage.state == OutboxState.PENDING
    lanes = sa.select(OutboxMessage.lane).where(OutboxMessage.state.in_([OutboxState.PENDING, OutboxState.SENDING]))
    session.execute(
        sa.update(Lane)
        .where(Lane.kind == LANE_KIND, Lane.key.in_(lanes))
        .values(due_at=times.wall)
        .execution_options(synchronize_session=False)
    )
    # It can't have gone out before it was written, so the provider is asked for what it took since then.
    doubted = session.execute(
        sa.update(OutboxMessage)
        .where(waiting)
        .values(
            state=OutboxState.SENDING,
            tried_at=OutboxMessage.created_at,
            reconciled=0,
            not_before=None,
            slot_at=None,
        )
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return len(doubted.all())
