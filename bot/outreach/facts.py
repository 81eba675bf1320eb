"""Gathering what the contact policy looks at."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import (
    LIVE,
    CheckIn,
    ContactPoint,
    HandOff,
    HandOffState,
    InboxMessage,
    InboxState,
    Member,
    MemberStatus,
    Touch,
)
from bot.outreach.policy import WEEK, Facts
from bot.outreach.reach import Reach
from bot.programme.models import Programme


def gather(
    session: Session,
    programme: Programme,
    reach: Reach,
    member: Member,
    check_in: CheckIn,
    point: ContactPoint | None,
    now: datetime,
) -> Facts:
    """The facts for one touch to `point` at `now`."""
    return Facts(
        zone=member.zone,
        hours=programme.hours,
        caps=programme.caps,
        is_member=member.status is MemberStatus.ACTIVE,
        is_open=check_in.state in LIVE,
        has_open_case=_has_open_case(session, member.id),
        is_writing=_is_writing(session, member.id),
        away_until=member.away_until,
        has_address=point is not None,
        consented=point is not None and point.consented_at is not None,
        opted_out=point is not None and point.opted_out_at is not None,
        has_other_address=point is not None and reach.elsewhere(member, point),
        unusable=point is not None and point.unusable_at is not None,
        window_closed=point is not None and reach.window_closed(session, point, now),
        sent=_sent(session, member.id, now),
    )


def _has_open_case(session: Session, member_id: int) -> bool:
    case = sa.select(HandOff.id).where(HandOff.member_id == member_id, HandOff.state != HandOffState.RESOLVED)
    return session.scalars(case.limit(1)).first() is not None


def _is_writing(session: Session, member_id: int) -> bool:
    """Whether a message of this member waits to be understood: it may be the answer."""
    waiting = sa.select(InboxMessage.id).where(
        InboxMessage.member_id == member_id, InboxMessage.state == InboxState.PENDING
    )
    return session.scalars(waiting.limit(1)).first() is not None


def _sent(session: Session, member_id: int, now: datetime) -> tuple[datetime, ...]:
    recent = sa.select(Touch.sent_at).where(Touch.member_id == member_id, Touch.sent_at > now - WEEK)
    return tuple(moment for moment in session.scalars(recent.order_by(Touch.sent_at)) if moment is not None)
