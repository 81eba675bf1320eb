"""Phone calls that connect a member with their Member Success Manager."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import Base, Key, one_of
from bot.model.messages import OutboxMessage
from bot.model.people import Member, Staff


class CallState(StrEnum):
    """How far a call came: `accepted` when the member pressed 1, `connected` when the MSM did too."""

    PLACED = "placed"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    CONNECTED = "connected"
    OVER = "over"


class CallOutcome(StrEnum):
    TALKED = "talked"
    DECLINED = "declined"
    MACHINE = "machine"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    MSM_NOT_REACHED = "msm_not_reached"
    FAILED = "failed"


class Call(Base):
    """One call, between the provider's requests: each is answered from this row.

    It is not in the outbox row because that belongs to whoever delivers it, and requests come while it is delivered.
    `key` names the call in the addresses that we give the provider, which are called before it has told us its `sid`.
    """

    __tablename__ = "call"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(unique=True)
    outbox_id: Mapped[int | None] = mapped_column(sa.ForeignKey("outbox_message.id", ondelete="CASCADE"), unique=True)
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id", ondelete="CASCADE"), index=True)
    msm_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    sid: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[CallState] = mapped_column(one_of(CallState), default=CallState.PLACED)
    outcome: Mapped[CallOutcome | None] = mapped_column(one_of(CallOutcome))
    answered_by: Mapped[str | None]
    msm_status: Mapped[str | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    message: Mapped[OutboxMessage | None] = relationship()
    member: Mapped[Member | None] = relationship()
    msm: Mapped[Staff | None] = relationship()
