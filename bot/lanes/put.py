"""Putting work into lanes, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot import bulk
from bot.lanes.epochs import first_epoch
from bot.model import Base, Lane, Urgency

Insert = postgresql.Insert | sqlite.Insert
WAKE_AHEAD = timedelta(seconds=30)
"""Wake-ups further ahead are not told to anybody: many of them would slow down a task engine that looks past them."""


@dataclass(frozen=True)
class Wake:
    """A lane that somebody has to look at, from `at` on (elapsed time)."""

    kind: str
    urgency: int
    at: datetime


def upsert(session: Session, model: type[Base]) -> Insert:
    """An INSERT that knows ON CONFLICT, in the dialect of the session."""
    return _insert(session.get_bind().dialect.name, model)


def _insert(dialect: str, into: Any) -> Insert:
    return postgresql.insert(into) if dialect == "postgresql" else sqlite.insert(into)


def insert_once(session: Session, model: type[Base], unique: str, **values: Any) -> int | None:
    """Inserts a row unless one with the same value of the `unique` column exists; returns its id, or None."""
    statement = _once(session.get_bind().dialect.name, model, unique)
    return session.execute(statement, values).scalar()


@cache
def _once(dialect: str, model: type[Base], unique: str) -> sa.Executable:
    """Built once: building a statement costs more than running it."""
    return _insert(dialect, model.__table__).on_conflict_do_nothing(index_elements=[unique]).returning(sa.column("id"))


def make_ready(session: Session, key: str, kind: str, wall: datetime, urgency: int = Urgency.WAITED_FOR) -> bool:
    """Makes a lane ready that is idle, or that waits with less urgency; says whether it did.

    Any other parked or leased lane stays as it is: whoever holds it will find the new row.
    """
    begins = first_epoch(wall)
    values = {"key": key, "kind": kind, "urgency": int(urgency), "due_at": wall, "kicked_at": wall, "epoch": begins}
    is_ready = session.execute(_ready(session.get_bind().dialect.name), values).first() is not None
    if is_ready:
        wake(session, key, kind, urgency, wall)
    return is_ready


def make_ready_all(
    session: Session, keys: Collection[str], kind: str, wall: datetime, urgency: int = Urgency.WAITED_FOR
) -> None:
    """The same for many lanes at once, in the order of their keys, so that two who do this don't block each other."""
    row = {"kind": kind, "urgency": int(urgency), "due_at": wall, "kicked_at": wall, "epoch": first_epoch(wall)}
    rows = [{"key": key, **row} for key in sorted(set(keys))]
    made = bulk.insert(session, Lane, rows, unique=["key"], changes=_CHANGES, where=_waits, returning=["key"])
    for ready in made:
        wake(session, ready.key, kind, urgency, wall)


@cache
def _ready(dialect: str) -> sa.Executable:
    statement = _insert(dialect, Lane.__table__)
    changed = {name: statement.excluded[name] for name in _CHANGES}
    where = _waits(statement.excluded)
    return statement.on_conflict_do_update(index_elements=["key"], set_=changed, where=where).returning(
        sa.column("key")
    )


_CHANGES = ("due_at", "urgency", "kicked_at")


def _waits(new: Any) -> sa.ColumnElement[bool]:
    """Whether the lane that is there waits with less urgency than the new one, or for nothing."""
    return sa.or_(Lane.due_at.is_(None), Lane.urgency > new["urgency"])


def wake(session: Session, key: str, kind: str, urgency: int, at: datetime) -> None:
    """Notes that somebody should look at this lane; it is told with this transaction (`bot.db.Database`)."""
    session.info.setdefault("wakes", {})[key] = Wake(kind, int(urgency), at)
