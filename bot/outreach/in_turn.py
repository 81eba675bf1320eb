"""Who comes first when more is due than is moved at once: each question in turn, whatever journey has the most."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import CheckIn

MOST = 100_000
"""Of what is due longest, so many are looked at: about a tenth of a second's work, for half a minute's."""

# Built once: building a statement costs more than running it. The condition on the state is that of the index.
_PAST = (sa.text("state in ('scheduled', 'open')"), CheckIn.next_touch_at <= sa.bindparam("now"))
_LONGEST_DUE = sa.select(CheckIn.id, CheckIn.kind, CheckIn.step, CheckIn.next_touch_at).where(*_PAST)
_LONGEST_DUE = _LONGEST_DUE.order_by(CheckIn.next_touch_at, CheckIn.id)
_ARE_MORE = _LONGEST_DUE.with_only_columns(CheckIn.id).offset(sa.bindparam("few", type_=sa.Integer)).limit(1)
_due = _LONGEST_DUE.limit(MOST).subquery()
_numbered = sa.select(
    _due.c.id,
    _due.c.next_touch_at,
    sa.func.row_number()
    .over(partition_by=(_due.c.kind, _due.c.step), order_by=(_due.c.next_touch_at, _due.c.id))
    .label("turn"),
).subquery()
_IN_TURN = (
    sa.select(_numbered.c.id)
    .order_by(_numbered.c.turn, _numbered.c.next_touch_at, _numbered.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def in_turn(session: Session, now: datetime, few: int, most: int) -> Sequence[int]:
    """At most `most` check-ins whose deadline has passed: the first of each question, then the second of each, and so
    on. None at all while no more than `few` are due: these are moved at once in any case."""
    if session.scalars(_ARE_MORE, {"now": now, "few": few}).first() is None:
        return []
    return session.scalars(_IN_TURN, {"now": now, "most": most}).all()
