"""More messages of one sender within a minute than anybody means: kept, and read, but not each of them answered.

Two machines that talk to each other end here too. STOP, START, HELP and words of distress are heard before.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.clock import Times
from bot.intake import limits
from bot.intake.say import answer
from bot.members.said import said_of
from bot.model import InboxMessage, Member
from bot.programme.models import Programme
from bot.programme.template import render

LIMIT = 20
"""Messages within WINDOW that are answered."""
WINDOW = timedelta(minutes=1)
ONE_NOTICE_IN = timedelta(minutes=10)
RULE = OUTCOME = "flood"
_inbox = cast("sa.Table", InboxMessage.__table__).c
_ONE_BEFORE = (
    sa.select(_inbox.received_at)
    .where(
        _inbox.channel == sa.bindparam("channel"),
        _inbox.address == sa.bindparam("address"),
        _inbox.id <= sa.bindparam("id"),
    )
    .order_by(_inbox.id.desc())
    .offset(sa.bindparam("back", type_=sa.Integer))
    .limit(1)
)


def comes_close(item: InboxMessage, heard_at: datetime | None) -> bool:
    """Whether it is worth a look: something was heard from this member less than WINDOW before, or is just now."""
    return heard_at is not None and item.received_at - heard_at < WINDOW


def is_flood(session: Session, item: InboxMessage, limit: int) -> bool:
    """Whether `limit` messages came from this address within WINDOW before this one."""
    back = {"channel": item.channel, "address": item.address, "id": item.id, "back": limit}
    first: datetime | None = session.execute(_ONE_BEFORE, back).scalar()
    return first is not None and item.received_at - first < WINDOW


def tell(session: Session, programme: Programme, item: InboxMessage, member: Member, times: Times) -> None:
    """Says once in a burst that not every message is answered."""
    if not limits.said_since(session, RULE, item, times.now - ONE_NOTICE_IN):
        words = render(programme.texts.flood, **said_of(programme, member))
        answer(session, item, words, times, rule=RULE)
