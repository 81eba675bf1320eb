"""Looking into the audit log: who did what to whom, when and why. The newest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import AuditEntry, Member

RECENT = 20_000
"""So many of the last entries are looked through for what there is to choose from."""
LONGEST_EXPORT = 100_000
BATCH = 2_000
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
    found = sa.select(AuditEntry, Member).outerjoin(Member, Member.id == AuditEntry.member_id).where(*_where(asked))
    if before is not None:
        found = found.where(AuditEntry.id < before)
    rows = session.execute(found.order_by(AuditEntry.id.desc()).limit(most))
    return [
        Entry(
            row.id, row.at, row.actor, row.action, row.member_id, member.name if member is not None else None,
            row.subject, row.reason, row.details,
        )
        for row, member in rows
    ]  # fmt: skip


def every(session: Session, asked: Asked, most: int = LONGEST_EXPORT) -> Iterator[Entry]:
    """All of them, in batches, up to `most`."""
    before, given = None, 0
    while given < most:
        found = page(session, asked, before=before, most=min(BATCH, most - given))
        yield from found
        if len(found) < BATCH:
            return
        given, before = given + len(found), found[-1].id


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
