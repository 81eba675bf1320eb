"""When the programme means to write next, for a list of members: of each the earliest, and what holds it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import LIVE, CheckIn, Member, Touch, TouchState


@dataclass(frozen=True)
class NextContact:
    """`at` (UTC) is when the next question or reminder is looked at, `held` the policy's name for what held it last.

    `time_zone` is the member's.
    """

    at: datetime
    time_zone: str
    held: str | None = None


def next_contacts(session: Session, member_ids: Collection[int]) -> dict[int, NextContact]:
    """Of those who have one. One statement, by the index of each member's questions."""
    rows = session.execute(
        sa.select(CheckIn.member_id, CheckIn.next_touch_at, Member.time_zone, Touch.reason)
        .join(Member, Member.id == CheckIn.member_id)
        .outerjoin(
            Touch,
            sa.and_(Touch.check_in_id == CheckIn.id, Touch.rung == CheckIn.rung, Touch.state == TouchState.HELD),
        )
        .where(CheckIn.member_id.in_(list(member_ids)), CheckIn.state.in_(LIVE), CheckIn.next_touch_at.is_not(None))
        .order_by(CheckIn.next_touch_at.desc(), CheckIn.id.desc())
    )
    found = ((member_id, at, zone, held) for member_id, at, zone, held in rows if at is not None)
    return {member_id: NextContact(at, zone, held) for member_id, at, zone, held in found}
