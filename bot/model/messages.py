"""What came in and what goes out. A row without an outcome is picked up again, whoever died holding it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.model.base import Base, Key, one_of, refers


class InboxState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"


class OutboxState(StrEnum):
    """`refused` was not sent because the contact policy said no at the last moment."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DEAD = "dead"
    REFUSED = "refused"


class Purpose(StrEnum):
    """Why a message goes out, which decides the rules that it must pass."""

    REPLY = "reply"
    TOUCH = "touch"
    STAFF_REPLY = "staff_reply"
    NOTICE = "notice"
    STAFF = "staff"


class WorkItem:
    """The columns by which a lane handles a row; `not_before` is elapsed time, not business time."""

    lane: Mapped[str]
    dedupe: Mapped[str] = mapped_column(unique=True)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    error: Mapped[str | None]


WAITS = sa.text("state in ('pending', 'sending')")
"""Whether a row waits. A statement uses the index of those only if it has these very words, and no parameters."""


def head_index(table: str) -> sa.Index:
    """The index that finds the first waiting row of a lane."""
    return sa.Index(f"ix_{table}_head", "lane", "id", sqlite_where=WAITS, postgresql_where=WAITS)


def aside_index(table: str) -> sa.Index:
    """The index by which rows that were set aside are counted, however many there are that were not."""
    aside = sa.text("state in ('dead', 'failed', 'unknown')")
    return sa.Index(f"ix_{table}_aside", "state", "id", sqlite_where=aside, postgresql_where=aside)


class InboxMessage(WorkItem, Base):
    """Something a member or staff did, as accepted: `address` wrote `text` on `channel`; `body` is channel-specific."""

    __tablename__ = "inbox_message"
    __table_args__ = (
        head_index("inbox_message"),
        aside_index("inbox_message"),
        sa.Index(None, "channel", "address", "id"),
    )

    id: Mapped[Key]
    state: Mapped[InboxState] = mapped_column(one_of(InboxState), default=InboxState.PENDING)
    channel: Mapped[str]
    address: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id", ondelete="SET NULL"), index=True)
    text: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    intent: Mapped[str | None]


class TurnAction(Base):
    """The result of one action of one turn. A turn that is repeated repeats the answer, not the effect."""

    __tablename__ = "turn_action"

    inbox_id: Mapped[int] = mapped_column(sa.ForeignKey("inbox_message.id", ondelete="CASCADE"), primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    replies: Mapped[list[Any]]
    at: Mapped[datetime]


class OutboxMessage(WorkItem, Base):
    """One message to be delivered. `rule` names what sent it, `body` is what the channel renders.

    Elapsed times: `slot_at` is its place in the provider's rate limit or its turn to ask for one (`bot.outbox.places`),
    `tried_at` when the last attempt began. `reconciled` counts the looks at the provider's records since then.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        head_index("outbox_message"),
        aside_index("outbox_message"),
        sa.Index("ix_outbox_message_rule", "rule", "created_at"),
        refers("outbox_message", "reply_to_id"),
        refers("outbox_message", "touch_id"),
    )

    id: Mapped[Key]
    state: Mapped[OutboxState] = mapped_column(one_of(OutboxState), default=OutboxState.PENDING)
    channel: Mapped[str]
    address: Mapped[str]
    purpose: Mapped[Purpose] = mapped_column(one_of(Purpose))
    rule: Mapped[str]
    body: Mapped[dict[str, Any]]
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id", ondelete="SET NULL"), index=True)
    reply_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("inbox_message.id", ondelete="SET NULL"))
    touch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("touch.id", ondelete="SET NULL"))
    hand_off_id: Mapped[int | None] = mapped_column(sa.ForeignKey("hand_off.id", ondelete="SET NULL"), index=True)
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    slot_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    reconciled: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Receipt(Base):
    """What a provider said later about a message; kept as it came, in whatever order it came.

    `opted_out` and `unusable` are what a failure says about the address (`bot.ports.Failed`).
    """

    __tablename__ = "receipt"

    id: Mapped[Key]
    dedupe: Mapped[str] = mapped_column(unique=True)
    outbox_id: Mapped[int | None] = mapped_column(sa.ForeignKey("outbox_message.id", ondelete="CASCADE"), index=True)
    provider_id: Mapped[str] = mapped_column(index=True)
    status: Mapped[str]
    error: Mapped[str | None]
    opted_out: Mapped[bool] = mapped_column(default=False)
    unusable: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
