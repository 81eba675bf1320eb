"""How each channel fares: what was last heard of it, and what is set aside or waits there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import InboxMessage, OutboxMessage, OutboxState, Receipt
from bot.model.messages import WAITS

RECENT = 20_000
"""So many of the last messages are looked through: what a channel did before them is not known here."""
_ARRIVED = (OutboxState.SENT, OutboxState.DELIVERED, OutboxState.READ)
_LOST = (OutboxState.DEAD, OutboxState.FAILED, OutboxState.UNKNOWN)


@dataclass(frozen=True)
class Channel:
    """One channel, of the last messages. `heard_at`: something came in, `told_at`: the provider said what became of a
    message. `lost_because` is what was said of the last one that did not go its way, and was set up at `lost_at`;
    `is_failing`: nothing newer did."""

    name: str
    heard_at: datetime | None = None
    sent_at: datetime | None = None
    told_at: datetime | None = None
    lost_at: datetime | None = None
    lost_because: str | None = None
    is_failing: bool = False
    waiting: int = 0


def channels(session: Session, names: Iterable[str]) -> list[Channel]:
    """These channels; in a fixed number of statements, however many messages there are."""
    facts: dict[str, dict[str, Any]] = defaultdict(dict)
    for channel, heard_at in session.execute(_last(InboxMessage, sa.func.max(InboxMessage.received_at))):
        facts[channel]["heard_at"] = heard_at
    for row in session.scalars(_lost_last(session, facts)):
        facts[row.channel] |= {"lost_at": row.created_at, "lost_because": row.error}
    for channel, told_at in session.execute(_told()):
        facts[channel]["told_at"] = told_at
    waiting = sa.select(OutboxMessage.channel, sa.func.count()).where(WAITS).group_by(OutboxMessage.channel)
    for channel, count in session.execute(waiting):
        facts[channel]["waiting"] = count
    return [Channel(name, **facts[name]) for name in names]


def _lost_last(session: Session, facts: dict[str, dict[str, Any]]) -> sa.Select[OutboxMessage]:
    """Notes what went its way; finds the last one of each channel that did not."""
    arrived, lost = OutboxMessage.state.in_(_ARRIVED), OutboxMessage.state.in_(_LOST)
    newest = (
        sa.func.max(sa.case((arrived, OutboxMessage.sent_at))),
        sa.func.max(sa.case((arrived, OutboxMessage.id))),
        sa.func.max(sa.case((lost, OutboxMessage.id))),
    )
    found = []
    for channel, sent_at, arrived_id, lost_id in session.execute(_last(OutboxMessage, *newest)):
        facts[channel] |= {"sent_at": sent_at, "is_failing": (lost_id or 0) > (arrived_id or 0)}
        found.append(lost_id or 0)
    return sa.select(OutboxMessage).where(OutboxMessage.id.in_(found))


def _last(model: Any, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    newest = sa.select(sa.func.max(model.id)).scalar_subquery()
    return sa.select(model.channel, *columns).where(model.id > newest - RECENT).group_by(model.channel)


def _told() -> Any:
    newest = sa.select(sa.func.max(Receipt.id)).scalar_subquery()
    last = sa.select(Receipt.outbox_id, Receipt.at).where(Receipt.id > newest - RECENT // 10).subquery()
    joined = sa.select(OutboxMessage.channel, sa.func.max(last.c.at)).join(last, last.c.outbox_id == OutboxMessage.id)
    return joined.group_by(OutboxMessage.channel)
