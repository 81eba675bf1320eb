"""Looking into the audit log: who did what to whom, when and why. The newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import AuditEntry, Member

RECENT = 20_000
"""So many of the last entries are looked through for what there is to choose from."""
_COLUMNS = (
    AuditEntry.id, AuditEntry.at, AuditEntry.actor, AuditEntry.action, AuditEntry.member_id, Member.first_name,
    Member.last_name, AuditEntry.subject, AuditEntry.reason, AuditEntry.details,
)  # fmt: skip
_MACHINES = ("bot", "member", "auditor")


@dataclass(frozen=True)
class Asked:
    """Which entries. `action` is one, or the first word of several (``hand_off``). `after` and `until` are UTC, the
    latter itself not within. With `people` only what colleagues and other systems did, not what the rules decided."""

    actor: str | None = None
    action: str | None = None
    member_id: int | None = None
    after: datetime | None = None
    until: datetime | None = None
    people: bool = False


@dataclass(frozen=True)
class Entry:
    """One entry. `who` is the name of the member whom it is about."""

    id: int
    at: datetime
    actor: str
    action: str
    member_id: int | None
    who: str | None
    subject: str | None
    reason: str | None
    details: Mapping[str, Any]


def page(session: Session, asked: Asked, *, before: int | None = None, most: int = 50) -> list[Entry]:
    """The newest entries, of those before the entry `before`."""
    found = sa.select(*_COLUMNS).outerjoin(Member, Member.id == AuditEntry.member_id).where(*_where(asked))
    if before is not None:
        found = found.where(AuditEntry.id < before)
    rows = session.execute(found.order_by(AuditEntry.id.desc()).limit(most))
    return [
        Entry(number, at, actor, action, member_id, _name(first, last), subject, reason, details)
        for number, at, actor, action, member_id, first, last, subject, reason, details in rows
    ]


def _name(first: str | None, last: str | None) -> str | None:
    return f"{first} {last}".strip() if first is not None else None


def actors(session: Session) -> list[str]:
    """Who did something lately, by name."""
    return _lately(session, AuditEntry.actor)


def actions(session: Session) -> list[str]:
    """What was done lately, by name."""
    return _lately(session, AuditEntry.action)


def _lately(session: Session, column: Any) -> list[str]:
    newest = sa.select(sa.func.max(AuditEntry.id)).scalar_subquery()
    return list(session.scalars(sa.select(column).where(AuditEntry.id > newest - RECENT).distinct().order_by(column)))


def _where(asked: Asked) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if asked.actor:
        found.append(AuditEntry.actor == asked.actor)
    if asked.action:
        found.append(sa.or_(AuditEntry.action == asked.action, AuditEntry.action.startswith(f"{asked.action}.")))
    if asked.member_id is not None:
        found.append(AuditEntry.member_id == asked.member_id)
    if asked.after is not None:
        found.append(AuditEntry.at >= asked.after)
    if asked.until is not None:
        found.append(AuditEntry.at < asked.until)
    if asked.people:
        found += [AuditEntry.actor.not_in(_MACHINES), sa.not_(AuditEntry.actor.startswith("member:"))]
    return found
