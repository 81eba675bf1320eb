"""Small things that the checks share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.auditor.findings import Finding, Looked
from bot.auditor.kinds import Kind
from bot.model import LIVE, OutboxState

MOST = 500
"""Findings of one kind in one pass; more of the same tell nothing new."""
ARRIVED = (OutboxState.SENT, OutboxState.DELIVERED, OutboxState.READ, OutboxState.UNKNOWN)
"""States of a message that reached the provider, or may have."""
UNFINISHED = (OutboxState.PENDING, OutboxState.SENDING)


def literally(values: Iterable[Any]) -> sa.BindParameter[Any]:
    """Values for ``in_`` that are written into the statement: only so does a partial index fit."""
    return sa.bindparam(None, list(values), expanding=True, literal_execute=True)


def live(column: Any) -> sa.ColumnElement[bool]:
    """Whether a check-in is scheduled or open."""
    found: sa.ColumnElement[bool] = column.in_(literally(LIVE))
    return found


def all_of(kind: Kind, found: list[Finding]) -> Looked:
    """All that there is of a kind, unless there were too many to tell."""
    return Looked(found, {kind} if len(found) < MOST else set())


def rows_of(session: Session, statement: sa.Select[*tuple[Any, ...]]) -> list[Any]:
    """At most as many rows as a pass reports."""
    return list(session.execute(statement.limit(MOST)).all())


def at(moment: datetime | None) -> str:
    """A moment as findings tell it."""
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment is not None else "never"
