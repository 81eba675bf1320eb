"""Two questions in one message, where the content says that they may be."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot import audit
from bot.model import CheckIn, CheckInKind, CheckInState
from bot.outreach.facts import Known
from bot.outreach.reach import WRITTEN
from bot.programme.models import Rung, Variant

WITHIN = timedelta(days=1)


def partner_of(known: Known, check_in: CheckIn, rung: Rung, now: datetime) -> CheckIn | None:
    """Another question of this member that is due within a day and may be asked in the same message.

    Only in the first message of both, in writing, and of the same class: who declined one gets the other alone.
    """
    if check_in.rung != 0 or rung.modality not in WRITTEN or not may_share(known, check_in):
        return None
    waiting = sa.select(CheckIn).where(
        CheckIn.member_id == check_in.member_id,
        CheckIn.id != check_in.id,
        CheckIn.kind == CheckInKind.STEP,
        CheckIn.message_class == check_in.message_class,
        CheckIn.rung == 0,
        CheckIn.state.in_([CheckInState.SCHEDULED, CheckInState.OPEN]),
        CheckIn.bundled_with_id.is_(None),
        CheckIn.next_touch_at <= now + WITHIN,
    )
    found = known.session.scalars(waiting.order_by(CheckIn.next_touch_at)).all()
    return next((other for other in found if may_share(known, other)), None)


def join(known: Known, check_in: CheckIn, partner: CheckIn, ladder: Variant, now: datetime) -> None:
    """The partner's question is asked now too. If it stays unanswered it climbs its own ladder, after its own wait."""
    partner.bundled_with_id = check_in.id
    partner.next_touch_at = now + ladder.rungs[0].wait
    audit.write(known.session, now, "bot", "check_in.bundled", member_id=partner.member_id,
                subject=f"check_in:{partner.id}", reason=f"with check_in:{check_in.id}")  # fmt: skip


def may_share(known: Known, check_in: CheckIn) -> bool:
    """Whether the content says that this question may be asked together with another."""
    if check_in.run_id is None or check_in.kind is not CheckInKind.STEP:
        return False
    return known.standing(check_in.run_id).step(check_in.step).bundle
