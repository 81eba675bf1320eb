"""Putting work into lanes, inside the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.model import Base, Lane

Insert = postgresql.Insert | sqlite.Insert


def upsert(session: Session, model: type[Base]) -> Insert:
    """An INSERT that knows ON CONFLICT, in the dialect of the session."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(model)
    return sqlite.insert(model)


def insert_once(session: Session, model: type[Base], unique: str, **values: Any) -> int | None:
    """Inserts a row unless one with the same value of the `unique` column exists; returns its id, or None."""
    statement = upsert(session, model).values(**values).on_conflict_do_nothing(index_elements=[unique])
    return session.execute(statement.returning(sa.column("id"))).scalar()


def make_ready(session: Session, key: str, kind: str, wall: datetime) -> None:
    """Makes an idle lane ready. A parked or leased lane stays as it is: whoever holds it will find the new row."""
    statement = upsert(session, Lane).values(key=key, kind=kind, due_at=wall, epoch=0)
    session.execute(
        statement.on_conflict_do_update(index_elements=["key"], set_={"due_at": wall}, where=Lane.due_at.is_(None))
    )
    kick(session, kind)


def kick(session: Session, kind: str) -> None:
    """Notes that workers of `kind` should look, once this transaction is committed."""
    session.info.setdefault("kicks", set()).add(kind)
