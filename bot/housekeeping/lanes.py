"""Lanes that nobody uses any more. A member who comes back gets a new one."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.db import Database
from bot.housekeeping.batch import Done, held
from bot.lanes.epochs import highest_deletable
from bot.lanes.put import upsert
from bot.model import Bookmark, InboxMessage, Lane, OutboxMessage
from bot.model.messages import WAITS

NAME = "tidy:lanes"
LOOKED_AT = 2000
AGAIN = timedelta(days=1)
"""How long after all lanes have been looked at that begins again."""


def begin(db: Database, wall: datetime) -> None:
    """Puts a bookmark at the first lane if there is none."""
    with db.begin() as session:
        row = upsert(session, Bookmark).values(name=NAME, at=wall - AGAIN, place="")
        session.execute(row.on_conflict_do_nothing(index_elements=["name"]))


def run(db: Database, cutoff: datetime, wall: datetime) -> Done:
    """Looks at some lanes in the order of their keys, and deletes those that were idle since `cutoff`.

    One that is in use at this moment is locked, and left. Whoever puts a message in while its lane is deleted waits for
    that, and makes a new lane.
    """
    with db.begin() as session:
        mark = held(session, NAME)
        if mark is None:
            return Done()
        place = mark.place or ""
        if not place and mark.at + AGAIN > wall:
            return Done()
        keys = session.scalars(sa.select(Lane.key).where(Lane.key > place).order_by(Lane.key).limit(LOOKED_AT)).all()
        removed = 0
        if keys:
            within = sa.and_(Lane.key > place, Lane.key <= keys[-1])
            removed = _delete(session, within, cutoff, wall)
            _date(session, within, wall)
        if len(keys) < LOOKED_AT:
            mark.place, mark.at = "", wall
            return Done(len(keys), removed)
        mark.place = keys[-1]
        return Done(len(keys), removed, is_end=False)


def ripe(cutoff: datetime, wall: datetime) -> sa.ColumnElement[bool]:
    """Idle for long, with nothing in it, and with an epoch that no later lane of this name can come to have."""
    return sa.and_(
        _is_idle(),
        Lane.kicked_at < cutoff,
        Lane.epoch < highest_deletable(wall),
        ~sa.exists().where(InboxMessage.lane == Lane.key, WAITS),
        ~sa.exists().where(OutboxMessage.lane == Lane.key, WAITS),
    )


def _is_idle() -> sa.ColumnElement[bool]:
    return sa.and_(Lane.due_at.is_(None), Lane.lease_until.is_(None))


def _delete(session: Session, within: sa.ColumnElement[bool], cutoff: datetime, wall: datetime) -> int:
    found = sa.select(Lane.key).where(within, ripe(cutoff, wall)).with_for_update(of=Lane, skip_locked=True)
    keys = session.scalars(found).all()
    if keys:
        gone = sa.delete(Lane).where(Lane.key.in_(keys)).execution_options(synchronize_session=False)
        session.execute(gone)
    return len(keys)


def _date(session: Session, within: sa.ColumnElement[bool], wall: datetime) -> None:
    """An idle lane of which it is not known when it was last used counts as used now."""
    undated = sa.select(Lane.key).where(within, _is_idle(), Lane.kicked_at.is_(None))
    found = undated.with_for_update(of=Lane, skip_locked=True)
    keys = session.scalars(found).all()
    if keys:
        dated = sa.update(Lane).where(Lane.key.in_(keys)).values(kicked_at=wall)
        session.execute(dated.execution_options(synchronize_session=False))
