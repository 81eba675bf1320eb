"""The scheduler's look at what is due. It costs what is due, not what there is."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from bot import audit, metrics
from bot.clock import Clock
from bot.db import Database
from bot.model import LIVE, CheckIn, Member, OutboxMessage, OutboxState
from bot.outreach import facts
from bot.outreach.climb import climb
from bot.outreach.reach import Reach
from bot.programme.models import Programme
from bot.progress import runs

log = logging.getLogger(__name__)

BATCH = 50
AFTER_A_FAULT = timedelta(hours=1)


def _literally(states: Sequence[StrEnum]) -> sa.BindParameter[Any]:
    """Written into the statement: only so does SQLite use the partial indexes."""
    return sa.bindparam(None, list(states), expanding=True, literal_execute=True)


# Built once: building a statement costs more than running it.
_PAST = (CheckIn.state.in_(_literally(LIVE)), CheckIn.next_touch_at <= sa.bindparam("now"))
_DUE = (
    sa.select(CheckIn)
    .where(*_PAST)
    .order_by(CheckIn.next_touch_at, CheckIn.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
    .options(selectinload(CheckIn.touches))
)
# Asked after a batch: what was moved may have made something else due.
_IS_DUE = sa.select(CheckIn.id).where(*_PAST).limit(1)
_PENDING = sa.select(sa.func.count()).where(
    OutboxMessage.state.in_(_literally([OutboxState.PENDING, OutboxState.SENDING])),
    OutboxMessage.state == OutboxState.PENDING,
)


def touch_due(
    db: Database, programme: Programme, reach: Reach, clock: Clock, *, outbox_limit: int, batches: int = 200
) -> int:
    """Moves every check-in whose deadline has passed; returns how many. Stops while the outbox is overfull.

    Several may run at once: each takes check-ins and members that no other has, and waits for nobody.
    """
    moved = 0
    for _ in range(batches):
        count, goes_on = _moved(db, programme, reach, clock, outbox_limit)
        moved += count
        if not goes_on:
            break
    return moved


def _moved(db: Database, programme: Programme, reach: Reach, clock: Clock, outbox_limit: int) -> tuple[int, bool]:
    """How many check-ins of one batch were moved, and whether there may be another batch."""
    try:
        with db.begin() as session:
            if _waiting(session) > outbox_limit:
                log.warning("outreach pauses: the outbox is over its limit")
                return 0, False
            moved = len(_climb(session, programme, reach, _due(session, clock.now(), BATCH), clock))
            return moved, moved > 0 and session.scalar(_IS_DUE, {"now": clock.now()}) is not None
    except Exception:
        log.exception("a batch of check-ins is taken one by one")
    moved = sum(_moved_alone(db, programme, reach, clock, check_in_id) for check_in_id in _ids(db, clock.now()))
    return moved, moved > 0


def _moved_alone(db: Database, programme: Programme, reach: Reach, clock: Clock, check_in_id: int) -> int:
    """One check-in in a transaction of its own; one that can't be handled is set back, and holds up nobody else."""
    try:
        with db.begin() as session:
            found = _due(session, clock.now(), 1, check_in_id)
            return len(_climb(session, programme, reach, found, clock))
    except Exception as error:
        log.exception("check-in set back", extra={"check_in": check_in_id})
        metrics.touches.labels("fault", type(error).__name__).inc()
        with db.begin() as session:
            now = clock.now()
            check_in = session.get_one(CheckIn, check_in_id)
            check_in.next_touch_at = now + AFTER_A_FAULT
            audit.write(session, now, "bot", "touch.fault", member_id=check_in.member_id,
                        subject=f"check_in:{check_in_id}", reason=f"{type(error).__name__}: {error}"[:300])  # fmt: skip
        return 1


def _due(session: Session, now: datetime, limit: int, only: int | None = None) -> Sequence[CheckIn]:
    """Check-ins whose deadline has passed, locked together with their members."""
    due = _DUE if only is None else _DUE.where(CheckIn.id == only)
    found = session.scalars(due, {"now": now, "most": limit}).all()
    if not found:
        return found
    # A member who is just writing is locked by whoever answers them, who will want the check-in next: don't wait.
    members = sa.select(Member.id).where(Member.id.in_({check_in.member_id for check_in in found}))
    free = set(session.scalars(members.with_for_update(skip_locked=True)))
    return [check_in for check_in in found if check_in.member_id in free]


def _climb(
    session: Session, programme: Programme, reach: Reach, found: Sequence[CheckIn], clock: Clock
) -> Sequence[CheckIn]:
    """The most urgent question of each member first."""
    if not found:
        return found
    now, wall = clock.now(), clock.wall()
    runs.load(session, {check_in.run_id for check_in in found if check_in.run_id is not None})
    known = facts.load(session, programme, reach, {check_in.member_id for check_in in found}, now)
    for check_in in sorted(found, key=lambda one: (facts.URGENCY.index(one.message_class), one.next_touch_at, one.id)):
        if check_in.state in LIVE and check_in.next_touch_at is not None and check_in.next_touch_at <= now:
            climb(known[check_in.member_id], check_in, now=now, wall=wall)
    return found


def _ids(db: Database, now: datetime) -> Sequence[int]:
    with db.begin() as session:
        due = sa.select(CheckIn.id).where(CheckIn.state.in_(_literally(LIVE)), CheckIn.next_touch_at <= now)
        return session.scalars(due.order_by(CheckIn.next_touch_at).limit(BATCH)).all()


def _waiting(session: Session) -> int:
    return session.execute(_PENDING).scalar_one()
