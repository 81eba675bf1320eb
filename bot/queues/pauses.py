"""Outreach pauses while too much waits to be sent, and goes on when a good part of that is gone."""

from __future__ import annotations

import logging
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import metrics
from bot.lanes.put import upsert
from bot.model import OutboxMessage, Pause
from bot.model.messages import WAITS

log = logging.getLogger(__name__)

OUTREACH, OUTBOX_FULL = "outreach", "outbox_full"
GOES_ON_AT = 0.8
"""Of the limit: a pause that ends at the limit itself would begin again with the next message."""

# Built once: building a statement costs more than running it. The first condition is that of the index.
_PENDING = (
    sa.select(sa.literal(1))
    .select_from(OutboxMessage)
    .where(WAITS, sa.text("state = 'pending'"))
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_WAITING = sa.select(sa.func.count()).select_from(_PENDING.subquery())


def room(session: Session, limit: int, now: datetime) -> int:
    """For how many messages of ours the outbox has room; 0 while outreach pauses. They are counted no further than the
    limit."""
    waiting = session.execute(_WAITING, {"most": limit + 1}).scalar_one()
    pause = session.get(Pause, OUTREACH)
    if pause is None and waiting > limit:
        log.warning("outreach pauses: more messages wait than the limit", extra={"waiting": waiting, "limit": limit})
        row = {"what": OUTREACH, "reason": OUTBOX_FULL, "since": now}
        session.execute(upsert(session, Pause).values(row).on_conflict_do_nothing())
    elif pause is not None and waiting <= limit * GOES_ON_AT:
        log.info("outreach goes on", extra={"waiting": waiting, "limit": limit})
        session.execute(sa.delete(Pause).where(Pause.what == OUTREACH))
    elif pause is not None:
        return 0
    return limit + 1 - waiting


def measure(session: Session) -> None:
    """Sets the gauge of what pauses."""
    metrics.paused.clear()
    for pause in session.scalars(sa.select(Pause)):
        metrics.paused.labels(pause.what, pause.reason).set(1)
