"""The scheduler's look at what is due. It costs what is due, not what there is."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from bot import audit, metrics
from bot.bulk import among
from bot.clock import Clock
from bot.db import Database
from bot.model import LIVE, CheckIn, Member, Pause
from bot.outreach import facts
from bot.outreach.batch import Batch
from bot.outreach.climb import climb
from bot.outreach.in_turn import in_turn
from bot.outreach.reach import Reach
from bot.programme.models import Programme
from bot.queues import pauses

log = logging.getLogger(__name__)

MOST, MOST_ON_SQLITE = 500, 100
"""How many check-ins are moved in one transaction. On SQLite everybody who writes waits for its end."""
FEW = 25
"""How many are moved in one transaction after a larger one has failed."""
AFTER_A_FAULT = timedelta(hours=1)


def _literally(states: Sequence[StrEnum]) -> sa.BindParameter[Any]:
    """Written into the statement: only so does SQLite use the partial indexes."""
    return sa.bindparam(None, list(states), expanding=True, literal_execute=True)


# Built once: building a statement costs more than running it.
_PAST = (CheckIn.state.in_(_literally(LIVE)), CheckIn.next_touch_at <= sa.bindparam("now"))
_AT_MOST: sa.BindParameter[Any] = sa.bindparam("most", type_=sa.Integer)
_DUE = (
    sa.select(CheckIn)
    .where(*_PAST)
    .order_by(CheckIn.next_touch_at, CheckIn.id)
    .limit(_AT_MOST)
    .with_for_update(skip_locked=True)
)
_DUE_OF = _DUE.where(among(CheckIn.id))
_DUE_IDS = sa.select(CheckIn.id).where(*_PAST).order_by(CheckIn.next_touch_at, CheckIn.id).limit(_AT_MOST)
# A member who is just writing is locked by whoever answers them, who will want the check-in next: don't wait.
_FREE = (
    sa.select(Member)
    .where(among(Member.id))
    .with_for_update(skip_locked=True, key_share=True)
    .options(defer(Member.traits), defer(Member.dates))
)
_IS_WORTH_A_LOOK = sa.select(sa.or_(sa.exists().where(*_PAST), sa.exists().where(Pause.what == pauses.OUTREACH)))
"""A pause ends by being looked at, even if nothing is due."""


def touch_due(
    db: Database, programme: Programme, reach: Reach, clock: Clock, *, outbox_limit: int, batches: int = 200
) -> int:
    """Moves every check-in whose deadline has passed; returns how many. Stops while the outbox is overfull.

    Several may run at once: each takes check-ins and members that no other has, and waits for nobody.
    """
    look, moved = Look(db, programme, reach, clock), 0
    most = MOST_ON_SQLITE if db.is_sqlite else MOST
    waiting: Sequence[int] | None = None
    for _ in range(batches):
        room = min(look.room(outbox_limit), most)
        if not room:
            break
        if waiting is None:
            waiting = look.in_turn(most, batches)
        ids, waiting = waiting[:room], waiting[room:]
        count = look.move(room, ids or None)
        moved += count
        if not (waiting if ids else count):
            break
    return moved


@dataclass(frozen=True)
class Look:
    """One look at what is due."""

    db: Database
    programme: Programme
    reach: Reach
    clock: Clock

    def room(self, outbox_limit: int) -> int:
        """For how many messages the outbox has room; 0 when nothing is due, too."""
        with self.db.begin() as session:
            if not session.scalar(_IS_WORTH_A_LOOK, {"now": self.clock.now()}):
                return 0
            return pauses.room(session, outbox_limit, self.clock.now())

    def in_turn(self, most: int, batches: int) -> Sequence[int]:
        """What is moved when more is due than one batch; empty when it is not."""
        with self.db.begin() as session:
            return in_turn(session, self.clock.now(), most, most * batches)

    def move(self, most: int, only: Sequence[int] | None = None) -> int:
        """Moves at most so many check-ins, of these only; returns how many."""
        try:
            return self._moved(most, only)
        except Exception:
            log.exception("a batch of check-ins is taken in small ones")
        ids = only or self._due_ids(most)
        return sum(self._move_few(ids[first : first + FEW]) for first in range(0, len(ids), FEW))

    def _due_ids(self, most: int) -> Sequence[int]:
        with self.db.begin() as session:
            return session.scalars(_DUE_IDS, {"now": self.clock.now(), "most": most}).all()

    def _move_few(self, ids: Sequence[int]) -> int:
        try:
            return self._moved(len(ids), ids)
        except Exception:
            log.exception("a batch of check-ins is taken one by one")
        return sum(self._move_alone(check_in_id) for check_in_id in ids)

    def _move_alone(self, check_in_id: int) -> int:
        """One check-in in a transaction of its own; one that can't be handled is set back, and holds up nobody else."""
        try:
            return self._moved(1, [check_in_id])
        except Exception as error:
            log.exception("check-in set back", extra={"check_in": check_in_id})
            metrics.touches.labels("fault", type(error).__name__).inc()
            with self.db.begin() as session:
                now = self.clock.now()
                check_in = session.get_one(CheckIn, check_in_id)
                check_in.next_touch_at = now + AFTER_A_FAULT
                reason = f"{type(error).__name__}: {error}"[:300]
                audit.write(session, now, "bot", "touch.fault", member_id=check_in.member_id,
                            subject=f"check_in:{check_in_id}", reason=reason)  # fmt: skip
            return 1

    def _moved(self, most: int, only: Collection[int] | None = None) -> int:
        """One transaction."""
        with self.db.begin() as session:
            found, members = _due(session, self.clock.now(), most, only)
            if found:
                self._climb(session, found, members)
            return len(found)

    def _climb(self, session: Session, found: Sequence[CheckIn], members: Sequence[Member]) -> None:
        """The most urgent question of each member first."""
        now, wall, batch = self.clock.now(), self.clock.wall(), Batch(session)
        batch.expect(found)
        known = facts.load_of(session, self.programme, self.reach, members, now, batch=batch)
        for check_in in sorted(found, key=_urgency):
            if check_in.state in LIVE and check_in.next_touch_at is not None and check_in.next_touch_at <= now:
                climb(known[check_in.member_id], check_in, now=now, wall=wall)
        batch.finish()


def _urgency(check_in: CheckIn) -> tuple[int, datetime | None, int]:
    return facts.URGENCY.index(check_in.message_class), check_in.next_touch_at, check_in.id


def _due(
    session: Session, now: datetime, most: int, only: Collection[int] | None
) -> tuple[Sequence[CheckIn], Sequence[Member]]:
    """Check-ins whose deadline has passed, locked together with their members."""
    due = _DUE if only is None else _DUE_OF
    found = session.scalars(due, {"now": now, "most": most} | ({} if only is None else {"ids": list(only)})).all()
    if not found:
        return [], []
    members = session.scalars(_FREE, {"ids": {check_in.member_id for check_in in found}}).all()
    free = {member.id for member in members}
    return [check_in for check_in in found if check_in.member_id in free], members
