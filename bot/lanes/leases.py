"""The lease of a lane: taking it, holding it, giving it back. Statements on the table, each built once: a turn takes
two lanes, and building a statement costs more than running it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.lanes.put import WAKE_AHEAD, wake
from bot.model import Lane


@dataclass
class Held:
    """A lane that this transaction holds: its row is locked."""

    key: str
    kind: str
    urgency: int
    epoch: int
    lease_until: datetime | None


_lane = cast("sa.Table", Lane.__table__)
_FIELDS = (_lane.c.key, _lane.c.kind, _lane.c.urgency, _lane.c.epoch, _lane.c.lease_until)
_WALL = sa.bindparam("wall", type_=_lane.c.due_at.type)
_FREE = (_lane.c.due_at <= _WALL, sa.or_(_lane.c.lease_until.is_(None), _lane.c.lease_until < _WALL))
_ALL_OF_KIND = sa.select(_lane.c.key).where(_lane.c.kind == sa.bindparam("of_kind"), *_FREE)
_MOST_URGENT = _ALL_OF_KIND.order_by(_lane.c.urgency, _lane.c.due_at).limit(1)
_THIS = sa.select(_lane.c.key).where(_lane.c.key == sa.bindparam("of_key"), *_FREE)
_IS_READY = _ALL_OF_KIND.limit(1)


def _taking(which: sa.Select[tuple[str]]) -> sa.Executable:
    taken = sa.update(_lane).where(_lane.c.key == which.with_for_update(skip_locked=True).scalar_subquery())
    until = sa.bindparam("until", type_=_lane.c.lease_until.type)
    return taken.values(epoch=_lane.c.epoch + 1, lease_until=until).returning(*_FIELDS)


_TAKE_MOST_URGENT, _TAKE_THIS = _taking(_MOST_URGENT), _taking(_THIS)
_HOLD = (
    sa.select(*_FIELDS)
    .where(_lane.c.key == sa.bindparam("of_key"), _lane.c.epoch == sa.bindparam("of_epoch"))
    .with_for_update()
)
_CHANGED = sa.update(_lane).where(_lane.c.key == sa.bindparam("of_key"))
_EXTEND = _CHANGED.values(lease_until=sa.bindparam("until", type_=_lane.c.lease_until.type))
_LET_GO = _CHANGED.values(due_at=None, lease_until=None)
_PARK = _CHANGED.values(
    due_at=sa.bindparam("until", type_=_lane.c.due_at.type),
    kicked_at=sa.bindparam("told", type_=_lane.c.kicked_at.type),
    lease_until=None,
)


def is_ready(session: Session, kind: str, wall: datetime) -> bool:
    """Whether there is a lane of this kind to take."""
    return session.execute(_IS_READY, {"of_kind": kind, "wall": wall}).first() is not None


def take_most_urgent(session: Session, kind: str, wall: datetime, until: datetime) -> Held | None:
    """Leases the most urgent lane that is ready, and which then stays locked for this transaction."""
    row = session.execute(_TAKE_MOST_URGENT, {"of_kind": kind, "wall": wall, "until": until}).first()
    return Held(*row) if row is not None else None


def take(session: Session, key: str, wall: datetime, until: datetime) -> Held | None:
    """The same for this lane, if it is ready and nobody holds it."""
    row = session.execute(_TAKE_THIS, {"of_key": key, "wall": wall, "until": until}).first()
    return Held(*row) if row is not None else None


def hold(session: Session, key: str, epoch: int) -> Held | None:
    """Locks the lane while the lease of that epoch is good."""
    row = session.execute(_HOLD, {"of_key": key, "of_epoch": epoch}).first()
    return Held(*row) if row is not None else None


def extend(session: Session, lane: Held, until: datetime) -> None:
    """Whoever holds it goes on."""
    if lane.lease_until != until:
        session.execute(_EXTEND, {"of_key": lane.key, "until": until})


def let_go(session: Session, lane: Held) -> None:
    """Nothing waits in it."""
    session.execute(_LET_GO, {"of_key": lane.key})


def park(session: Session, lane: Held, until: datetime, wall: datetime) -> None:
    """Lets go of the lane until then. Somebody is told at once of what comes soon; a sweep finds the rest."""
    is_soon = until <= wall + WAKE_AHEAD
    session.execute(_PARK, {"of_key": lane.key, "until": until, "told": until if is_soon else None})
    if is_soon:
        wake(session, lane.key, lane.kind, lane.urgency, until)
