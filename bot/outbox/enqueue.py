"""The only way for a message to get out: a row in the outbox, written with the decision that caused it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot import bulk, metrics, tracing
from bot.clock import Times
from bot.lanes.put import insert_once, make_ready, make_ready_all
from bot.model import OutboxMessage, Purpose, Urgency

LANE_KIND = "delivery"
URGENCY = {Purpose.STAFF: Urgency.STAFF, Purpose.TOUCH: Urgency.OUTREACH}
"""Of what nobody waits for."""
SURVEY = "survey:"
"""So begins the rule of a survey's question."""


@dataclass(frozen=True)
class Message:
    """What is to be said to whom. `dedupe` names the occasion: enqueued twice, it is sent once."""

    channel: str
    address: str
    purpose: Purpose
    rule: str
    dedupe: str
    text: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    member_id: int | None = None
    reply_to_id: int | None = None
    touch_id: int | None = None
    hand_off_id: int | None = None


def urgency_of(purpose: Purpose, rule: str) -> Urgency:
    """A survey goes to many at once, and loses nothing by an hour."""
    if purpose is Purpose.TOUCH and rule.startswith(SURVEY):
        return Urgency.BULK
    return URGENCY.get(purpose, Urgency.WAITED_FOR)


def enqueue(session: Session, message: Message, *, now: datetime, wall: datetime) -> int | None:
    """Puts a message into its recipient's lane; returns the row's id, or None if that occasion is there already."""
    lane = lane_of(message)
    row = insert_once(session, OutboxMessage, "dedupe", **_columns(message, lane, now))
    if row is not None:
        make_ready(session, lane, LANE_KIND, wall, urgency_of(message.purpose, message.rule))
        metrics.outbox_enqueued.labels(message.channel, message.purpose).inc()
    return row


def enqueue_all(session: Session, messages: Sequence[Message], times: Times) -> int:
    """The same for many at once, in their order; returns how many of the occasions were new."""
    by_dedupe = {message.dedupe: message for message in reversed(messages)}
    rows = [_columns(one, lane_of(one), times.now) for one in messages if by_dedupe[one.dedupe] is one]
    found = bulk.insert(session, OutboxMessage, rows, unique=["dedupe"], returning=["dedupe"])
    new = [by_dedupe[row.dedupe] for row in found]
    lanes = {(lane_of(one), urgency_of(one.purpose, one.rule)) for one in new}
    for urgency in sorted({urgency for _, urgency in lanes}):
        make_ready_all(session, [key for key, of in lanes if of == urgency], LANE_KIND, times.wall, urgency)
    for (channel, purpose), count in Counter((one.channel, one.purpose) for one in new).items():
        metrics.outbox_enqueued.labels(channel, purpose).inc(count)
    return len(new)


def lane_of(message: Message) -> str:
    """Messages to one recipient go out one after another."""
    return f"out:{message.channel}:{message.address}"


def _columns(message: Message, lane: str, now: datetime) -> dict[str, Any]:
    return {
        "lane": lane,
        "dedupe": message.dedupe,
        "channel": message.channel,
        "address": message.address,
        "purpose": message.purpose,
        "rule": message.rule,
        "body": {"text": message.text, **message.body, **tracing.carried()},
        "member_id": message.member_id,
        "reply_to_id": message.reply_to_id,
        "touch_id": message.touch_id,
        "hand_off_id": message.hand_off_id,
        "created_at": now,
    }
