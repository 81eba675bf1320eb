"""Putting work into lanes, inside the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.model import Base, Lane

Insert = postgresql.Insert | sqlite.Insert


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


def make_ready(session: Session, key: str, kind: str, wall: datetime) -> None:
    """Makes an idle lane ready. A parked or leased lane stays as it is: whoever holds it will find the new row."""
    statement = _ready(session.get_bind().dialect.name)
    session.execute(statement, {"key": key, "kind": kind, "due_at": wall, "epoch": 0})
    kick(session, kind)


@cache
def _ready(dialect: str) -> sa.Executable:
    statement = _insert(dialect, Lane.__table__)
    ready = {"due_at": statement.excluded.due_at}
    return statement.on_conflict_do_update(index_elements=["key"], set_=ready, where=Lane.due_at.is_(None))


def kick(session: Session, kind: str) -> None:
    """Notes that workers of `kind` should look, once this transaction is committed."""
    session.info.setdefault("kicks", set()).add(kind)
