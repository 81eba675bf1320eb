"""The audit log: who did what to whom, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

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
    session.add(
        AuditEntry(
            at=at, actor=actor, action=action, member_id=member_id, subject=subject, reason=reason, details=details
        )
    )
