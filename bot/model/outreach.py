"""Check-ins and their touches."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import Base, Key, MemberId, one_of, refers


class CheckInState(StrEnum):
    SCHEDULED = "scheduled"
    OPEN = "open"
    ANSWERED = "answered"
    HANDED_OFF = "handed_off"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


LIVE = (CheckInState.SCHEDULED, CheckInState.OPEN)


class CheckInKind(StrEnum):
    """`celebration` asks nothing: it is over when it was sent."""

    STEP = "step"
    CELEBRATION = "celebration"
    SURVEY = "survey"


class TouchState(StrEnum):
    HELD = "held"
    QUEUED = "queued"
    SENT = "sent"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNKNOWN = "unknown"


class CheckIn(Base):
    """One open question about one step. `next_touch_at` is the only thing that the scheduler looks at.

    `ladder` is the ladder as it was when the climb started, `rung` the index of the rung that comes next. `step` is the
    key of what it is about: a step, a milestone for a celebration, a survey (which belongs to no run). After
    `expires_at` it is not asked any more. `bundled_with_id` is the check-in in whose message this one was asked too.
    """

    __tablename__ = "check_in"
    __table_args__ = (
        sa.UniqueConstraint("run_id", "kind", "step", "round"),
        sa.Index(
            "ix_check_in_due",
            "next_touch_at",
            sqlite_where=sa.text("state in ('scheduled', 'open')"),
            postgresql_where=sa.text("state in ('scheduled', 'open')"),
        ),
        sa.Index(
            "ix_check_in_open",
            "kind",
            "member_id",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
        refers("check_in", "bundled_with_id"),
    )

    id: Mapped[Key]
    member_id: Mapped[MemberId]
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("journey_run.id", ondelete="CASCADE"))
    kind: Mapped[CheckInKind] = mapped_column(one_of(CheckInKind), default=CheckInKind.STEP, server_default="step")
    message_class: Mapped[str] = mapped_column(default="relationship", server_default="relationship")
    step: Mapped[str]
    round: Mapped[int] = mapped_column(default=1)
    state: Mapped[CheckInState] = mapped_column(one_of(CheckInState), default=CheckInState.SCHEDULED)
    ladder: Mapped[dict[str, Any] | None]
    rung: Mapped[int] = mapped_column(default=0)
    next_touch_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    bundled_with_id: Mapped[int | None] = mapped_column(sa.ForeignKey("check_in.id", ondelete="SET NULL"))
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    created_at: Mapped[datetime]

    touches: Mapped[list[Touch]] = relationship(back_populates="check_in", order_by="Touch.rung")

    @property
    def declinable_as(self) -> frozenset[str]:
        """The names of which a member may have said "no more": its class, and surveys of whichever class."""
        return frozenset({self.message_class, "survey"} if self.kind is CheckInKind.SURVEY else {self.message_class})


class Touch(Base):
    """One attempt of one rung and its outcome; `reason` is a named value of the contact policy or of the delivery."""

    __tablename__ = "touch"
    __table_args__ = (
        sa.UniqueConstraint("check_in_id", "rung"),
        sa.Index(
            "ix_touch_held",
            "reason",
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        ),
    )

    id: Mapped[Key]
    check_in_id: Mapped[int] = mapped_column(sa.ForeignKey("check_in.id", ondelete="CASCADE"))
    member_id: Mapped[MemberId]
    rung: Mapped[int]
    channel: Mapped[str]
    sender: Mapped[str]
    state: Mapped[TouchState] = mapped_column(one_of(TouchState))
    reason: Mapped[str | None]
    held_until: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
    changed_at: Mapped[datetime]

    check_in: Mapped[CheckIn] = relationship(back_populates="touches")
