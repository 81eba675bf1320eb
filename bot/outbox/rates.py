"""Places in a provider's rate limit, shared by all workers of all machines."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.lanes.put import upsert
from bot.model import OutboxMessage, OutboxState, Rate


def reserve(session: Session, provider: str, per_second: float, wall: datetime) -> datetime:
    """Takes the provider's next free place and returns its time (elapsed time); a place is at least `wall`."""
    interval = timedelta(seconds=1 / per_second)
    row = session.get(Rate, provider, with_for_update=True)
    if row is None:
        session.execute(upsert(session, Rate).values(provider=provider, next_at=wall).on_conflict_do_nothing())
        row = session.get_one(Rate, provider, with_for_update=True)
    place = max(row.next_at, wall)
    row.next_at = place + interval
    return place


def block(session: Session, provider: str, until: datetime) -> None:
    """Nothing more to this provider before `until`: it said so itself. Places taken before then are given back."""
    session.execute(sa.update(Rate).where(Rate.provider == provider, Rate.next_at < until).values(next_at=until))
    waits = OutboxMessage.state.in_([OutboxState.PENDING, OutboxState.SENDING])
    waiting = (OutboxMessage.channel == provider, waits, OutboxMessage.slot_at < until)
    session.execute(sa.update(OutboxMessage).where(*waiting).values(slot_at=None))
