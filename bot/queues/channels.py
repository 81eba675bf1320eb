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
    message. `lost_because` is what was said of the last one that did not go its way."""

    name: str
    heard_at: datetime | None = None
    sent_at: datetime | None = None
    told_at: datetime | None = None
    lost_at: datetime | None = None
    lost_because: str | None = None
    waiting: int = 0

    @property
    def is_failing(self) -> bool:
        """Whether the last that is known of what was sent is that it did not arrive."""
        return self.lost_at is not None and (self.sent_at is None or self.lost_at > self.sent_at)


def channels(session: Session, names: Iterable[str]) -> list[Channel]:
    """These channels; in a fixed number of statements, however many messages there are."""
    facts: dict[str, dict[str, Any]] = defaultdict(dict)
    for channel, heard_at in session.execute(_last(InboxMessage, sa.func.max(InboxMessage.received_at))):
        facts[channel]["heard_at"] = heard_at
    sent = sa.case((OutboxMessage.state.in_(_ARRIVED), OutboxMessage.sent_at))
    lost = sa.case((OutboxMessage.state.in_(_LOST), OutboxMessage.id))
    last_lost: dict[str, int] = {}
    for channel, sent_at, lost_id in session.execute(_last(OutboxMessage, sa.func.max(sent), sa.func.max(lost))):
        facts[channel]["sent_at"] = sent_at
        if lost_id is not None:
            last_lost[channel] = lost_id
    for row in session.scalars(sa.select(OutboxMessage).where(OutboxMessage.id.in_(list(last_lost.values())))):
        facts[row.channel] |= {"lost_at": row.tried_at or row.created_at, "lost_because": row.error}
    for channel, told_at in session.execute(_told()):
        facts[channel]["told_at"] = told_at
    waiting = sa.select(OutboxMessage.channel, sa.func.count()).where(WAITS).group_by(OutboxMessage.channel)
    for channel, count in session.execute(waiting):
        facts[channel]["waiting"] = count
    return [Channel(name, **facts[name]) for name in names]


def _last(model: Any, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    newest = sa.select(sa.func.max(model.id)).scalar_subquery()
    return sa.select(model.channel, *columns).where(model.id > newest - RECENT).group_by(model.channel)


def _told() -> Any:
    newest = sa.select(sa.func.max(Receipt.id)).scalar_subquery()
    last = sa.select(Receipt.outbox_id, Receipt.at).where(Receipt.id > newest - RECENT // 10).subquery()
    joined = sa.select(OutboxMessage.channel, sa.func.max(last.c.at)).join(last, last.c.outbox_id == OutboxMessage.id)
    return joined.group_by(OutboxMessage.channel)
