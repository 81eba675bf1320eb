"""What the audit log tells of memberships: these entries stay as long as the member."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.members.membership import ENDED, LAPSED
from bot.model import AuditEntry, Member, MemberStatus
from bot.model.work import OF_MEMBERSHIP

GONE = (MemberStatus.LAPSED, MemberStatus.LEFT)


def happened_on(entry: Any = AuditEntry) -> sa.ColumnElement[str]:
    """The day (UTC) on which it happened, as text."""
    return sa.func.substr(entry.details["happened_at"].as_string(), 1, 10)


def told(entry: Any, moment: str, what: str) -> sa.ColumnElement[str]:
    """What was so `before` or `after`: ``status``, ``renews_on``."""
    found: sa.ColumnElement[str] = entry.details[(moment, what)].as_string()
    return found


def changed() -> tuple[sa.ColumnElement[bool], ...]:
    """Entries that changed a membership; others were outdated when they came."""
    return sa.and_(OF_MEMBERSHIP), AuditEntry.reason.is_(None)


def last_gone(member_id: Any) -> sa.ScalarSelect[str]:
    """The day on which the member last left or lapsed, where that is known."""
    return (
        sa.select(sa.func.max(happened_on()))
        .where(*changed(), AuditEntry.member_id == member_id, AuditEntry.action.in_((LAPSED, ENDED)))
        .correlate(Member)
        .scalar_subquery()
    )
