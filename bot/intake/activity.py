"""A member who writes is not silent: the next rung waits its full time again, whatever they wrote."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import CheckIn, CheckInState
from bot.programme.models import Variant

_CLIMBING = (
    sa.select(CheckIn)
    .where(CheckIn.member_id == sa.bindparam("whose"), CheckIn.state == CheckInState.OPEN, CheckIn.rung > 0)
    .with_for_update()
)


def put_off(session: Session, member_id: int, now: datetime) -> None:
    """Moves the next rung of open check-ins to a full wait from now; an answer closes them anyway."""
    for check_in in session.scalars(_CLIMBING, {"whose": member_id}):
        if check_in.ladder is not None and check_in.next_touch_at is not None:
            wait = Variant.model_validate(check_in.ladder).rungs[check_in.rung - 1].wait
            check_in.next_touch_at = max(check_in.next_touch_at, now + wait)
