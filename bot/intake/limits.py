"""How often the same thing may be said to people we don't know: two bots must not talk to each other for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import InboxMessage, OutboxMessage

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def may_say(session: Session, rule: str, item: InboxMessage, now: datetime, *, a_day: int, an_hour: int) -> bool:
    """Whether `rule` may speak once more: `a_day` times to the sender of `item`, `an_hour` times to everybody."""
    said = sa.select(sa.func.count()).where(OutboxMessage.rule == rule)
    here = said.where(
        OutboxMessage.channel == item.channel,
        OutboxMessage.address == item.address,
        OutboxMessage.created_at > now - DAY,
    )
    everywhere = said.where(OutboxMessage.created_at > now - HOUR)
    return session.execute(here).scalar_one() < a_day and session.execute(everywhere).scalar_one() < an_hour


def said_since(session: Session, rule: str, item: InboxMessage, since: datetime) -> bool:
    """Whether `rule` spoke to the sender of `item` after `since`."""
    said = sa.select(OutboxMessage.id).where(
        OutboxMessage.rule == rule,
        OutboxMessage.channel == item.channel,
        OutboxMessage.address == item.address,
        OutboxMessage.created_at > since,
    )
    return session.scalars(said.limit(1)).first() is not None
