"""The audit log: who did what to whom, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot import bulk
from bot.model import AuditEntry


def write(
    session: Session,
    at: datetime,
    actor: str,
    action: str,
    *,
    member_id: int | None = None,
    subject: str | None = None,
    reason: str | None = None,
    **details: Any,
) -> None:
    """Appends one entry; it is committed with the change that it tells of."""
    session.add(AuditEntry(**entry(at, actor, action, member_id=member_id, subject=subject, reason=reason, **details)))


def entry(
    at: datetime,
    actor: str,
    action: str,
    *,
    member_id: int | None = None,
    subject: str | None = None,
    reason: str | None = None,
    **details: Any,
) -> dict[str, Any]:
    """One entry's columns, for `write_all`."""
    return {
        "at": at,
        "actor": actor,
        "action": action,
        "member_id": member_id,
        "subject": subject,
        "reason": reason,
        "details": details,
    }


def write_all(session: Session, entries: Sequence[Mapping[str, Any]]) -> None:
    """Appends many entries in one statement."""
    bulk.insert(session, AuditEntry, entries)
