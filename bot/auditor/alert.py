"""Telling staff of new findings: one message a pass, each finding once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.auditor.findings import counted, open_findings
from bot.auditor.kinds import REMEDIES, TITLES, Kind
from bot.auditor.late import AUDIT_RULE
from bot.handoff.desk import CHANNEL
from bot.model import AuditFinding, Member, Purpose
from bot.outbox.enqueue import Message, enqueue

SHOWN = 10


def tell(session: Session, *, now: datetime, wall: datetime) -> int:
    """Puts what staff have not been told yet into one message for them; returns how many findings it tells of."""
    news = [finding for finding in open_findings(session) if finding.alerted_at is None]
    if not news:
        return 0
    message = Message(
        channel=CHANNEL,
        address="auditor",
        purpose=Purpose.STAFF,
        rule=AUDIT_RULE,
        dedupe=f"audit:{news[0].id}:{now.isoformat()}",
        body=_body(session, news),
    )
    enqueue(session, message, now=now, wall=wall)
    for finding in news:
        finding.alerted_at = now
    return len(news)


def _body(session: Session, news: Sequence[AuditFinding]) -> dict[str, Any]:
    """Counts, the first findings, and what to do about each kind among them."""
    first = news[:SHOWN]
    names = _names(session, {finding.member_id for finding in first if finding.member_id is not None})
    return {
        "kind": "audit",
        "total": len(news),
        "counts": [[TITLES[kind], count] for kind, count in counted(news).items()],
        "findings": [
            {"title": TITLES[Kind(one.kind)], "who": names.get(one.member_id or 0, ""), "summary": one.summary}
            for one in first
        ],
        "remedies": list(dict.fromkeys(REMEDIES[Kind(one.kind)] for one in first)),
    }


def _names(session: Session, ids: set[int]) -> dict[int, str]:
    found = session.scalars(sa.select(Member).where(Member.id.in_(ids))) if ids else ()
    return {member.id: f"{member.name} ({member.number})" if member.number else member.name for member in found}
