"""Hand-offs: cases for a person."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import Base, Key, one_of, refers
from bot.model.people import Member, Staff


class HandOffState(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    RESOLVED = "resolved"


class HandOffReason(StrEnum):
    """`staff`: a colleague wrote first."""

    SILENT = "silent"
    UNREACHABLE = "unreachable"
    STUCK = "stuck"
    ASKED = "asked"
    DISTRESS = "distress"
    STRANGER = "stranger"
    ASSISTANT_DOWN = "assistant_down"
    WRONG_NUMBER = "wrong_number"
    IDENTITY = "identity"
    LEAVING = "leaving"
    COMPLAINT = "complaint"
    PRIVACY = "privacy"
    TECHNICAL = "technical"
    DETRACTOR = "detractor"
    STAFF = "staff"


class Priority(StrEnum):
    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Team(StrEnum):
    MEMBER_SUCCESS = "member_success"
    TECHNICAL_SUPPORT = "technical_support"
    PROFESSIONAL_SERVICES = "professional_services"


class EntryKind(StrEnum):
    NOTE = "note"
    REPLY = "reply"
    MEMBER = "member"
    EVENT = "event"


class HandOff(Base):
    """A case. `channel` and `address` are where the person was last reached, so that a stranger has them too.
    `card_edition` counts the changes that the card in Slack has to show.

    `assignee` of an open case is whom it was given to, of a claimed one whose conversation it is. The clock: the member
    has been waiting for a word of staff since `waiting_since`; `look_at` is when the case has to be looked at next;
    `rung` counts the rungs that were climbed since staff last acted (`acted_at`); `reminded_at` is when the last one
    was, or when a claim ended. The last snooze lasted from `snoozed_at` to `snoozed_until`, which may be to come;
    earlier ones took `paused_seconds` of working time. `follow_up_on` is the next date that staff noted.

    `subject` (``member:42`` or ``sms:+15550100``) has one unresolved case at a time: what comes later is added to it.
    """

    __tablename__ = "hand_off"
    __table_args__ = (
        sa.Index(
            "uq_hand_off_unresolved",
            "subject",
            unique=True,
            sqlite_where=sa.text("state <> 'resolved'"),
            postgresql_where=sa.text("state <> 'resolved'"),
        ),
        refers("hand_off", "check_in_id"),
    )

    id: Mapped[Key]
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str]
    channel: Mapped[str]
    address: Mapped[str]
    reason: Mapped[HandOffReason] = mapped_column(one_of(HandOffReason))
    summary: Mapped[str]
    priority: Mapped[Priority] = mapped_column(one_of(Priority))
    team: Mapped[Team] = mapped_column(one_of(Team))
    state: Mapped[HandOffState] = mapped_column(one_of(HandOffState), default=HandOffState.OPEN)
    check_in_id: Mapped[int | None] = mapped_column(sa.ForeignKey("check_in.id", ondelete="SET NULL"))
    assignee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    opened_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    follow_up_on: Mapped[date | None]
    first_reply_at: Mapped[datetime | None]
    acted_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    snoozed_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    paused_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    reminded_at: Mapped[datetime | None]
    look_at: Mapped[datetime | None] = mapped_column(index=True)
    rung: Mapped[int] = mapped_column(default=0, server_default="0")
    reopened: Mapped[int] = mapped_column(default=0, server_default="0")
    card_edition: Mapped[int] = mapped_column(default=0)

    member: Mapped[Member | None] = relationship()
    assignee: Mapped[Staff | None] = relationship()
    entries: Mapped[list[CaseEntry]] = relationship(back_populates="hand_off", order_by="CaseEntry.id")


class CaseEntry(Base):
    """What was said or done in a case. Only a `reply` was ever meant for the member."""

    __tablename__ = "case_entry"

    id: Mapped[Key]
    hand_off_id: Mapped[int] = mapped_column(sa.ForeignKey("hand_off.id", ondelete="CASCADE"), index=True)
    kind: Mapped[EntryKind] = mapped_column(one_of(EntryKind))
    author: Mapped[str]
    text: Mapped[str]
    dedupe: Mapped[str | None] = mapped_column(unique=True)
    at: Mapped[datetime]

    hand_off: Mapped[HandOff] = relationship(back_populates="entries")
