"""The only way for a message to get out: a row in the outbox, written with the decision that caused it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot import metrics
from bot.lanes.put import insert_once, make_ready
from bot.model import OutboxMessage, Purpose, Urgency

LANE_KIND = "delivery"
URGENCY = {Purpose.STAFF: Urgency.STAFF, Purpose.TOUCH: Urgency.OUTREACH}
"""Of what nobody waits for."""


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


def urgency_of(purpose: Purpose) -> Urgency:
    return URGENCY.get(purpose, Urgency.WAITED_FOR)


def enqueue(session: Session, message: Message, *, now: datetime, wall: datetime) -> int | None:
    """Puts a message into its recipient's lane; returns the row's id, or None if that occasion is there already."""
    lane = f"out:{message.channel}:{message.address}"
    row = insert_once(
        session,
        OutboxMessage,
        "dedupe",
        lane=lane,
        dedupe=message.dedupe,
        channel=message.channel,
        address=message.address,
        purpose=message.purpose,
        rule=message.rule,
        body={"text": message.text, **message.body},
        member_id=message.member_id,
        reply_to_id=message.reply_to_id,
        touch_id=message.touch_id,
        hand_off_id=message.hand_off_id,
        created_at=now,
    )
    if row is not None:
        make_ready(session, lane, LANE_KIND, wall, urgency_of(message.purpose))
        metrics.outbox_enqueued.labels(message.channel, message.purpose).inc()
    return row
