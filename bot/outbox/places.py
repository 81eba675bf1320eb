"""When a message may leave: an answer as soon as its provider has a place, everything else when its turn has come.

On the row: `slot_at` alone is a turn in the line; with the same `not_before` it is a real place, which is kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.clock import Times
from bot.lanes.drain import Park
from bot.model import Lane, OutboxMessage, Urgency
from bot.outbox import rates
from bot.outbox.enqueue import urgency_of
from bot.ports import Channel

PATIENCE = timedelta(milliseconds=50)
"""So much too early is early enough."""
LATEST = timedelta(seconds=5)
"""So long a place is good after its time."""
_URGENCY = sa.select(Lane.urgency).where(Lane.key == sa.bindparam("of_lane"))


def wait_for_turn(session: Session, channel: Channel, item: OutboxMessage, times: Times) -> Park | None:
    """Lets wait what nobody waits for; None when it may ask for a place.

    Asked before the policy is, which costs more, and which has to be asked again when the turn has come.
    """
    urgency = urgency_now(session, item)
    if urgency < Urgency.OUTREACH:
        return None
    if item.slot_at is None and item.not_before is None:
        item.slot_at = rates.stand_in_line(session, item.channel, channel.per_second, times.wall, _line(urgency))
    if item.not_before is None and item.slot_at is not None and not _has_come(item.slot_at, times):
        return Park(item.slot_at)
    return None


def take_place(session: Session, channel: Channel, item: OutboxMessage, times: Times) -> Park | None:
    """Takes a place in the provider's rate limit; None when it is there, and the message may leave."""
    place, urgency = _kept(item, times), urgency_now(session, item)
    limit = session, item.channel, channel.per_second, times.wall
    if place is None and urgency < Urgency.OUTREACH:
        place = rates.reserve(*limit)
    elif place is None:
        place = rates.reserve_behind_others(*limit, _line(urgency))
    if place is None:
        item.slot_at, item.not_before = rates.stand_in_line_again(*limit, _line(urgency)), None
        return Park(item.slot_at)
    if _has_come(place, times):
        return None
    item.slot_at = item.not_before = place
    return Park(place)


def urgency_now(session: Session, item: OutboxMessage) -> int:
    """How urgent this message is, or whatever is most urgent of those behind it in its lane."""
    urgency = urgency_of(item.purpose, item.rule)
    if urgency == Urgency.WAITED_FOR:
        return urgency
    behind = session.execute(_URGENCY, {"of_lane": item.lane}).scalar()
    return min(urgency, behind) if behind is not None else urgency


def _line(urgency: int) -> str:
    return rates.BULK if urgency >= Urgency.BULK else rates.LINE


def _kept(item: OutboxMessage, times: Times) -> datetime | None:
    """The real place that it holds. One that passed unused is lost: many of them would make a burst."""
    place = item.slot_at
    return place if place is not None and place == item.not_before and times.wall <= place + LATEST else None


def _has_come(at: datetime, times: Times) -> bool:
    return at <= times.wall + PATIENCE
