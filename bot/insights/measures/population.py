"""How many members there were on a day, as far as the records tell."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.insights.measures.membership import GONE, last_gone
from bot.model import Member, MemberStatus

HOW = (
    "Members at the beginning of a month: those whose record was here, who had joined, and had neither left nor "
    "lapsed. "
    "Somebody of whom nobody told when they left is in none."
)


def members_on(session: Session, day: date) -> dict[str, int]:
    """Members at the beginning of `day`, by their segment of today."""
    starts = datetime.combine(day, time(), UTC)
    gone = last_gone(Member.id)
    is_member = sa.or_(
        Member.status == MemberStatus.ACTIVE,
        sa.and_(Member.status.in_(GONE), gone >= day.isoformat()),
    )
    found = sa.select(Member.segment, sa.func.count()).where(
        Member.joined_on < day, Member.created_at < starts, is_member
    )
    return dict(session.execute(found.group_by(Member.segment)).tuples().all())
