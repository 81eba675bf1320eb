"""The scheduler's look at what is due. It costs what is due, not what there is."""

from __future__ import annotations

import logging
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit, metrics
from bot.clock import Clock
from bot.db import Database
from bot.model import LIVE, CheckIn, OutboxMessage, OutboxState
from bot.outreach.climb import climb
from bot.outreach.reach import Reach
from bot.programme.models import Programme

log = logging.getLogger(__name__)

BATCH = 50
AFTER_A_FAULT = timedelta(hours=1)


def touch_due(
    db: Database, programme: Programme, reach: Reach, clock: Clock, *, outbox_limit: int, batches: int = 200
) -> int:
    """Moves every check-in whose deadline has passed; returns how many. Stops while the outbox is overfull."""
    moved = 0
    for _ in range(batches):
        with db.begin() as session:
            count = _batch(session, programme, reach, clock, outbox_limit)
        moved += count
        if count < BATCH:
            break
    return moved


def _batch(session: Session, programme: Programme, reach: Reach, clock: Clock, outbox_limit: int) -> int:
    now, wall = clock.now(), clock.wall()
    if _waiting(session) > outbox_limit:
        log.warning("outreach pauses: the outbox is over its limit")
        return 0
    due = (
        sa.select(CheckIn)
        .where(CheckIn.state.in_(LIVE), CheckIn.next_touch_at <= now)
        .order_by(CheckIn.next_touch_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(due).all()
    for check_in in found:
        check_in_id, member_id = check_in.id, check_in.member_id
        try:
            with session.begin_nested():
                climb(session, programme, reach, check_in, now=now, wall=wall)
        except Exception as error:
            log.exception("check-in set back", extra={"check_in": check_in_id})
            metrics.touches.labels("fault", type(error).__name__).inc()
            session.execute(
                sa.update(CheckIn).where(CheckIn.id == check_in_id).values(next_touch_at=now + AFTER_A_FAULT)
            )
            audit.write(session, now, "bot", "touch.fault", member_id=member_id,
                        subject=f"check_in:{check_in_id}", reason=f"{type(error).__name__}: {error}"[:300])  # fmt: skip
    return len(found)


def _waiting(session: Session) -> int:
    waiting = sa.select(sa.func.count()).where(OutboxMessage.state == OutboxState.PENDING)
    return session.execute(waiting).scalar_one()
