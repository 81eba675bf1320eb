"""Delivering the outbox: check once more, take a place in the rate limit, call the provider, write what it said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import metrics
from bot.clock import Times
from bot.errors import Refused
from bot.lanes.drain import Crash, Park
from bot.lanes.retry import backoff
from bot.model import OutboxMessage, OutboxState
from bot.outbox import checks, consequences, rates, receipts
from bot.outbox.enqueue import LANE_KIND
from bot.outbox.states import advance
from bot.ports import Channel, Failed, RetryLater, SendResult, Sent, Unknown
from bot.programme.models import Programme

PATIENCE = timedelta(milliseconds=50)


@dataclass(frozen=True)
class Delivery:
    """One attempt. `interrupted_at` is set when an earlier attempt has no known outcome."""

    item_id: int
    channel: str
    payload: Any
    interrupted_at: datetime | None = None


class DeliveryHandler:
    """Handles the lanes of the outbox."""

    kind = LANE_KIND

    def __init__(self, channels: dict[str, Channel], programme: Programme, attempts: int) -> None:
        self.channels, self.programme, self.attempts = channels, programme, attempts

    def head(self, session: Session, lane: str) -> OutboxMessage | None:
        waiting = OutboxMessage.state.in_([OutboxState.PENDING, OutboxState.SENDING])
        return session.scalars(
            sa.select(OutboxMessage).where(OutboxMessage.lane == lane, waiting).order_by(OutboxMessage.id).limit(1)
        ).first()

    def prepare(self, session: Session, item: OutboxMessage, times: Times) -> Delivery | Park | None:
        channel = self.channels.get(item.channel)
        if channel is None:
            self._set_aside(session, item, f"channel {item.channel} is not configured", times)
            return None
        if item.state is OutboxState.SENDING:
            return self._interrupted(session, channel, item, times)
        refusal = checks.check(session, self.programme, item, times.now)
        if refusal is not None:
            item.state, item.error = OutboxState.REFUSED, refusal.reason
            metrics.deliveries.labels(item.channel, "refused").inc()
            consequences.refused(session, item, refusal, times)
            return None
        place = self._place(session, channel, item, times)
        if place > times.wall + PATIENCE:
            item.slot_at = item.not_before = place
            return Park(place)
        try:
            payload = channel.prepare(session, item, times.now)
        except Refused as problem:
            self._set_aside(session, item, str(problem), times)
            return None
        item.state, item.slot_at, item.not_before = OutboxState.SENDING, None, times.wall
        item.attempts += 1
        return Delivery(item.id, item.channel, payload)

    def perform(self, plan: Delivery) -> SendResult:
        channel = self.channels[plan.channel]
        if plan.interrupted_at is not None:
            return channel.reconcile(plan.payload, plan.interrupted_at) or Unknown("interrupted")
        return channel.send(plan.payload)

    def settle(self, session: Session, plan: Delivery, result: SendResult | Crash, times: Times) -> None:
        item = session.get_one(OutboxMessage, plan.item_id)
        if isinstance(result, Crash):
            result = Unknown(result.error)
        metrics.deliveries.labels(item.channel, type(result).__name__.lower()).inc()
        match result:
            case Sent():
                self._sent(session, item, result, times)
            case RetryLater():
                self._retry(session, item, result, times)
            case Failed():
                item.state, item.error = OutboxState.FAILED, result.reason
                consequences.failed(session, item, result, times)
            case Unknown():
                item.state, item.error = advance(item.state, OutboxState.UNKNOWN), result.reason
                consequences.unknown(session, item, times)

    def settle_late(self, session: Session, plan: Delivery, result: SendResult | Crash, times: Times) -> None:
        """What the provider did is a fact, whoever holds the lane now."""
        item = session.get(OutboxMessage, plan.item_id, with_for_update=True)
        if item is not None and item.state in (OutboxState.SENDING, OutboxState.UNKNOWN) and isinstance(result, Sent):
            self._sent(session, item, result, times)

    def bury(self, session: Session, item_id: int, error: str, times: Times) -> None:
        self._set_aside(session, session.get_one(OutboxMessage, item_id), error, times)

    def _interrupted(self, session: Session, channel: Channel, item: OutboxMessage, times: Times) -> Delivery | None:
        since = item.not_before or times.wall
        try:
            payload = channel.prepare(session, item, times.now)
        except Refused:
            item.state, item.error = OutboxState.UNKNOWN, "interrupted"
            consequences.unknown(session, item, times)
            return None
        return Delivery(item.id, item.channel, payload, interrupted_at=since)

    def _place(self, session: Session, channel: Channel, item: OutboxMessage, times: Times) -> datetime:
        if item.slot_at is not None:
            return item.slot_at
        return rates.reserve(session, item.channel, channel.per_second, times.wall)

    def _sent(self, session: Session, item: OutboxMessage, result: Sent, times: Times) -> None:
        item.state = advance(item.state, OutboxState.SENT)
        item.provider_id, item.error, item.not_before, item.sent_at = result.provider_id, None, None, times.now
        consequences.sent(session, item, times)
        session.flush()
        receipts.apply_early(session, item, times)

    def _retry(self, session: Session, item: OutboxMessage, result: RetryLater, times: Times) -> None:
        item.state, item.error = OutboxState.PENDING, result.reason
        item.not_before = times.wall + (result.after or backoff(item.attempts))
        if result.whole_provider:
            rates.block(session, item.channel, item.not_before)
        if item.attempts >= self.attempts:
            self._set_aside(session, item, result.reason, times)

    def _set_aside(self, session: Session, item: OutboxMessage, reason: str, times: Times) -> None:
        item.state, item.error = OutboxState.DEAD, reason
        metrics.deliveries.labels(item.channel, "dead").inc()
        consequences.failed(session, item, Failed(reason), times)
