"""What is so at this moment, read from the database when somebody asks for the metrics.

Each statement costs what waits, not what there is: it reads a partial index. Any process may serve these gauges, and
all that share a database tell the same; take the largest, not the sum.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.pool import QueuePool

from bot import metrics
from bot.clock import Times
from bot.db import Database
from bot.model import (
    CheckIn,
    HandOff,
    InboxMessage,
    InboxState,
    Lane,
    OutboxMessage,
    OutboxState,
    PlannedEntry,
    SurveyRound,
    Touch,
    Urgency,
)
from bot.model.messages import WAITS

KINDS = ("turn", "staff", "delivery")


# The conditions are those of the indexes, to the letter: only so are these used on either database.
_ASIDE = sa.text("state in ('dead', 'failed', 'unknown')")
_LIVE = sa.text("state in ('scheduled', 'open')")
_HELD = sa.text("state = 'held'")
_WALL = sa.bindparam("wall", type_=Lane.due_at.type)

# Built once: building a statement costs more than running it.
_WAITING = {
    "inbox_message": sa.select(sa.func.count(), sa.func.min(InboxMessage.received_at)).where(WAITS),
    "outbox_message": sa.select(sa.func.count(), sa.func.min(OutboxMessage.created_at)).where(WAITS),
}
_SET_ASIDE = {
    "inbox_message": sa.select(InboxMessage.state, sa.func.count()).where(_ASIDE).group_by(InboxMessage.state),
    "outbox_message": sa.select(OutboxMessage.state, sa.func.count()).where(_ASIDE).group_by(OutboxMessage.state),
}
_STATES_ASIDE: dict[str, tuple[StrEnum, ...]] = {
    "inbox_message": (InboxState.DEAD,),
    "outbox_message": (OutboxState.DEAD, OutboxState.FAILED, OutboxState.UNKNOWN),
}
_READY = (
    sa.select(Lane.kind, Lane.urgency, sa.func.count(), sa.func.min(Lane.due_at))
    .where(Lane.due_at.is_not(None), Lane.due_at <= _WALL)
    .group_by(Lane.kind, Lane.urgency)
)
_EXPIRED = (
    sa.select(Lane.kind, sa.func.count()).where(Lane.due_at.is_not(None), Lane.lease_until < _WALL).group_by(Lane.kind)
)
_HELD_BY = sa.select(Touch.reason, sa.func.count()).where(_HELD).group_by(Touch.reason)


def _first(at: InstrumentedAttribute[Any], *where: sa.TextClause) -> sa.Select[datetime]:
    return sa.select(at).where(at.is_not(None), *where).order_by(at).limit(1)


_DUE = {
    "check_in": _first(CheckIn.next_touch_at, _LIVE),
    "journey": _first(PlannedEntry.due_at),
    "survey": _first(SurveyRound.look_at),
    "case": _first(HandOff.look_at),
}


def measure(session: Session, times: Times) -> None:
    """Sets the gauges of what waits, of what is late and of what was set aside."""
    for table, statement in _WAITING.items():
        count, oldest = session.execute(statement).one()
        metrics.waiting.labels(table).set(count)
        metrics.oldest_seconds.labels(table).set(_age(oldest, times.now))
    for table, aside in _SET_ASIDE.items():
        found: dict[str, int] = {str(state): count for state, count in session.execute(aside)}
        for state in _STATES_ASIDE[table]:
            metrics.dead.labels(table, state).set(found.get(state, 0))
    for what, first in _DUE.items():
        metrics.due_lag_seconds.labels(what).set(_age(session.scalars(first).first(), times.now))
    _measure_lanes(session, times)
    held = {str(reason or "none"): count for reason, count in session.execute(_HELD_BY)}
    metrics.held.clear()
    for reason, count in held.items():
        metrics.held.labels(reason).set(count)


def _measure_lanes(session: Session, times: Times) -> None:
    rows = session.execute(_READY, {"wall": times.wall})
    ready = {(kind, urgency): (count, oldest) for kind, urgency, count, oldest in rows}
    expired = dict(session.execute(_EXPIRED, {"wall": times.wall}).tuples().all())
    for kind in KINDS:
        metrics.leases_expired.labels(kind).set(expired.get(kind, 0))
        for urgency in Urgency:
            count, oldest = ready.get((kind, urgency), (0, None))
            metrics.lanes_ready.labels(kind, urgency.name.lower()).set(count)
            metrics.lane_oldest_seconds.labels(kind, urgency.name.lower()).set(_age(oldest, times.wall))


def measure_pool(db: Database) -> None:
    """Sets the gauges of this process's connections; a SQLite file has one, which is always there."""
    pool = db.engine.pool
    if isinstance(pool, QueuePool):
        metrics.db_connections.labels("in_use").set(pool.checkedout())
        metrics.db_connections.labels("idle").set(pool.checkedin())


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0
