"""Delivering the outbox: check once more, take a place in the rate limit, call the provider, write what it said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import metrics
from bot.clock import Times
from bot.errors import Refused, WindowClosed
from bot.handoff import desk
from bot.lanes.drain import Crash, Park
from bot.lanes.retry import backoff
from bot.model import OutboxMessage, OutboxState, Purpose
from bot.model.messages import WAITS
from bot.outbox import checks, consequences, places, rates, receipts
from bot.outbox.enqueue import LANE_KIND
from bot.outbox.states import advance
from bot.outreach.reach import Reach
from bot.ports import Channel, Failed, NoTrace, RetryLater, SendResult, Sent, Unknown
from bot.programme.models import Programme
from bot.rows import change

RECONCILE_AFTER = timedelta(seconds=30)
"""How long a provider has to show in its records what it took; longer than any send may last."""
RECONCILE_TRIES = 4
OUTAGE_PAUSE = timedelta(minutes=1)
"""Longest pause of our own between two tries on a channel that waits for its provider."""
SILENCE_PAUSE = timedelta(seconds=15)
"""How long others wait for a provider that didn't answer, so that they don't keep all workers waiting with them."""
LONGEST_OUTAGE = timedelta(days=7)
"""After that even such a channel gives a message up."""


_HEAD = (
    sa.select(OutboxMessage)
    .where(OutboxMessage.lane == sa.bindparam("of_lane"), WAITS)
    .order_by(OutboxMessage.id)
    .limit(1)
)
"""Built once: building a statement costs more than running it."""


@dataclass(frozen=True)
class Delivery:
    """One attempt to send; or, with `since`, one look for what became of an attempt that began then."""

    item_id: int
    channel: str
    payload: Any
    since: datetime | None = None


class DeliveryHandler:
    """Handles the lanes of the outbox."""

    kind = LANE_KIND

    def __init__(self, channels: dict[str, Channel], programme: Programme, attempts: int) -> None:
        self.channels, self.programme, self.attempts = channels, programme, attempts
        self.reach = Reach(channels)

    def head(self, session: Session, lane: str) -> OutboxMessage | None:
        return session.scalars(_HEAD, {"of_lane": lane}).first()

    def prepare(self, session: Session, item: OutboxMessage, times: Times) -> Delivery | Park | None:
        channel = self.channels.get(item.channel)
        if channel is None:
            self._without_channel(session, item, times)
            return None
        if item.state is OutboxState.SENDING:
            return self._interrupted(session, channel, item, times)
        waits = places.wait_for_turn(session, channel, item, times)
        if waits is not None:
            return waits
        refusal = checks.check(session, self.programme, self.reach, item, times.now)
        if refusal is not None:
            item.state, item.error = OutboxState.REFUSED, refusal.reason
            metrics.deliveries.labels(item.channel, "refused").inc()
            consequences.refused(session, item, refusal, times)
            return None
        waits = places.take_place(session, channel, item, times)
        if waits is not None:
            return waits
        try:
            payload = channel.prepare(session, item, times.now)
        except Refused as problem:
            self._can_not_go(session, item, problem, times)
            return None
        change(session, item, state=OutboxState.SENDING, slot_at=None, not_before=None, tried_at=times.wall,
               reconciled=0, attempts=item.attempts + 1)  # fmt: skip
        return Delivery(item.id, item.channel, payload)

    def perform(self, plan: Delivery) -> SendResult | NoTrace:
        """For a look at the provider's records RetryLater says that they can't be read before it is back."""
        channel = self.channels[plan.channel]
        if plan.since is None:
            return channel.send(plan.payload)
        return channel.reconcile(plan.payload, plan.since) or Unknown("the provider's records could not be read")

    def settle(self, session: Session, plan: Delivery, result: SendResult | NoTrace | Crash, times: Times) -> None:
        item = session.get_one(OutboxMessage, plan.item_id)
        if isinstance(result, Crash):
            result = Unknown(result.error)
        metrics.deliveries.labels(item.channel, type(result).__name__.lower()).inc()
        match result:
            case Sent():
                self._sent(session, item, result, times)
            case RetryLater() if plan.since is not None:
                self._look_later(session, plan, item, result, times)
            case RetryLater():
                self._retry(session, item, result, times)
            case Failed():
                item.state, item.error = OutboxState.FAILED, result.reason
                consequences.failed(session, item, result, times)
            case NoTrace():
                self._not_taken(session, item, times)
            case Unknown():
                self._unknown(session, plan, item, result, times)

    def settle_late(self, session: Session, plan: Delivery, result: SendResult | NoTrace | Crash, times: Times) -> None:
        """What the provider did is a fact, whoever holds the lane now."""
        item = session.get(OutboxMessage, plan.item_id, with_for_update=True)
        if item is not None and item.state in (OutboxState.SENDING, OutboxState.UNKNOWN) and isinstance(result, Sent):
            self._sent(session, item, result, times)

    def bury(self, session: Session, item_id: int, error: str, times: Times) -> None:
        self._set_aside(session, session.get_one(OutboxMessage, item_id), error, times)

    def _interrupted(
        self, session: Session, channel: Channel, item: OutboxMessage, times: Times
    ) -> Delivery | Park | None:
        """The last attempt has no outcome: whoever made it died, or the answer was lost. The provider knows more."""
        if not channel.capabilities.keeps_records:
            self._unknown_for_good(session, item, item.error or "interrupted; the provider can't be asked", times)
            return None
        since = item.tried_at or times.wall
        if times.wall < since + RECONCILE_AFTER:
            item.not_before = since + RECONCILE_AFTER
            return Park(item.not_before)
        waits = places.take_place(session, channel, item, times) if self._waits(item, times) else None
        if waits is not None:
            return waits
        item.slot_at = None
        try:
            payload = channel.prepare(session, item, times.now)
        except Refused as problem:
            self._unknown_for_good(session, item, str(problem), times)
            return None
        item.reconciled += 1
        return Delivery(item.id, item.channel, payload, since)

    def _not_taken(self, session: Session, item: OutboxMessage, times: Times) -> None:
        """A person who waits for an answer gets it after all; a touch is made at most once."""
        if item.purpose is Purpose.TOUCH:
            self._unknown_for_good(session, item, "interrupted; no trace at the provider", times)
        else:
            self._retry(session, item, RetryLater("interrupted; no trace at the provider", timedelta()), times)

    def _unknown(self, session: Session, plan: Delivery, item: OutboxMessage, result: Unknown, times: Times) -> None:
        """First look at the provider's records, then give up: nothing is sent on a guess."""
        item.error = result.reason
        if result.whole_provider:
            rates.block(session, item.channel, times.wall + SILENCE_PAUSE)
        can_be_asked = self.channels[item.channel].capabilities.keeps_records
        if not can_be_asked or (plan.since is not None and item.reconciled >= RECONCILE_TRIES):
            self._unknown_for_good(session, item, result.reason, times)
        else:
            item.not_before = times.wall + (RECONCILE_AFTER if plan.since is None else backoff(item.reconciled + 3))

    def _unknown_for_good(self, session: Session, item: OutboxMessage, reason: str, times: Times) -> None:
        item.state, item.error, item.not_before = advance(item.state, OutboxState.UNKNOWN), reason, None
        consequences.unknown(session, item, times)

    def _sent(self, session: Session, item: OutboxMessage, result: Sent, times: Times) -> None:
        change(session, item, state=advance(item.state, OutboxState.SENT), provider_id=result.provider_id, error=None,
               not_before=None, sent_at=times.now)  # fmt: skip
        consequences.sent(session, item, times)
        receipts.apply_early(session, item, times)

    def _retry(self, session: Session, item: OutboxMessage, result: RetryLater, times: Times) -> None:
        waits, pause = self._waits(item, times), backoff(item.attempts)
        item.state = OutboxState.PENDING
        self._pause(session, item, result, min(pause, OUTAGE_PAUSE) if waits else pause, times)
        if item.attempts >= self.attempts and not waits:
            self._set_aside(session, item, result.reason, times)

    def _look_later(
        self, session: Session, plan: Delivery, item: OutboxMessage, result: RetryLater, times: Times
    ) -> None:
        """The provider is away: what became of the message is asked when it is back, so this look doesn't count."""
        if not self._waits(item, times):
            self._unknown(session, plan, item, Unknown(result.reason), times)
            return
        item.reconciled -= 1
        self._pause(session, item, result, RECONCILE_AFTER, times)

    def _pause(
        self, session: Session, item: OutboxMessage, result: RetryLater, otherwise: timedelta, times: Times
    ) -> None:
        """As long as the provider asks for, `otherwise` when it doesn't."""
        item.error = result.reason
        item.not_before = times.wall + (otherwise if result.after is None else result.after)
        if result.whole_provider:
            rates.block(session, item.channel, item.not_before)

    def _waits(self, item: OutboxMessage, times: Times) -> bool:
        """Whether this message outlasts an outage of its provider, however many tries that takes."""
        patient = self.channels[item.channel].capabilities.patient
        return patient and times.now - item.created_at < LONGEST_OUTAGE

    def _without_channel(self, session: Session, item: OutboxMessage, times: Times) -> None:
        """Without an inbox in Slack nothing is wrong with a card: staff see their cases elsewhere."""
        if item.channel == desk.CHANNEL:
            item.state, item.error = OutboxState.REFUSED, desk.NO_INBOX
        else:
            self._set_aside(session, item, f"channel {item.channel} is not configured", times)

    def _can_not_go(self, session: Session, item: OutboxMessage, problem: Refused, times: Times) -> None:
        """An answer that waited until its provider's window closed is not faulty: like any other, it may not leave."""
        if isinstance(problem, WindowClosed) and item.purpose in (Purpose.REPLY, Purpose.NOTICE):
            item.state, item.error = OutboxState.REFUSED, problem.detail
            metrics.deliveries.labels(item.channel, "refused").inc()
        else:
            self._set_aside(session, item, str(problem), times)

    def _set_aside(self, session: Session, item: OutboxMessage, reason: str, times: Times) -> None:
        item.state, item.error = OutboxState.DEAD, reason
        metrics.deliveries.labels(item.channel, "dead").inc()
        consequences.failed(session, item, Failed(reason), times)
