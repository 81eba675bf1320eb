"""The auditor's findings, a page at a time, for whoever looks at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.auditor.audit import PASS
from bot.auditor.kinds import Kind
from bot.model import AuditFinding, Bookmark, Member

_OPEN = AuditFinding.cleared_at.is_(None)


@dataclass(frozen=True)
class Counted:
    """How many open findings there are of a kind, and since when the oldest."""

    kind: Kind
    count: int
    since: datetime


@dataclass(frozen=True)
class Told:
    """One open finding; `who` is the member whom it is about."""

    id: int
    kind: Kind
    subject: str
    member_id: int | None
    who: str | None
    summary: str
    first_seen_at: datetime
    last_seen_at: datetime


def last_pass(session: Session) -> datetime | None:
    """When the auditor last looked (business time); None: not yet."""
    mark = session.get(Bookmark, PASS)
    return mark.at if mark is not None else None


def counts(session: Session) -> list[Counted]:
    """By kind, in the order of the kinds."""
    rows = session.execute(
        sa.select(AuditFinding.kind, sa.func.count(), sa.func.min(AuditFinding.first_seen_at))
        .where(_OPEN)
        .group_by(AuditFinding.kind)
    )
    found = {kind: (count, since) for kind, count, since in rows}
    return [Counted(kind, *found[kind]) for kind in Kind if kind in found]


def page(session: Session, kind: Kind, *, before: int | None = None, most: int = 25) -> list[Told]:
    """The newest first."""
    found = sa.select(AuditFinding, Member).outerjoin(Member, Member.id == AuditFinding.member_id)
    found = found.where(_OPEN, AuditFinding.kind == str(kind))
    if before is not None:
        found = found.where(AuditFinding.id < before)
    return [
        Told(row.id, kind, row.subject, row.member_id, member.name if member is not None else None, row.summary,
             row.first_seen_at, row.last_seen_at)
        for row, member in session.execute(found.order_by(AuditFinding.id.desc()).limit(most))
    ]  # fmt: skip
