"""Lanes, rate limits and the audit log."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.model.base import Base, Key


class Urgency(IntEnum):
    """Which lane is taken first: somebody who waits, then staff, then what we begin ourselves, then what is in bulk."""

    WAITED_FOR = 0
    STAFF = 1
    OUTREACH = 2
    BULK = 3


class Lane(Base):
    """The rows of one member, or to one recipient, in order. All times are elapsed time.

    `due_at` empty: idle; past: ready; to come: parked. `epoch` grows with each lease, so that a worker which comes back
    from the dead can be told from the one that took over. `kicked_at` is until when somebody has been told of it.
    """

    __tablename__ = "lane"
    __table_args__ = (
        sa.Index(
            "ix_lane_due",
            "kind",
            "urgency",
            "due_at",
            sqlite_where=sa.text("due_at is not null"),
            postgresql_where=sa.text("due_at is not null"),
        ),
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    urgency: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime | None]
    kicked_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    epoch: Mapped[int] = mapped_column(default=0)


class Rate(Base):
    """When a provider takes the next message (elapsed time). Its lines have rows too (`bot.outbox.rates`)."""

    __tablename__ = "rate"

    provider: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]


class Pause(Base):
    """Something that we hold back ourselves: `what`, since when (business time), and why."""

    __tablename__ = "pause"

    what: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    since: Mapped[datetime]


OF_MEMBERSHIP = sa.text(
    "action in ('membership.renewed', 'membership.lapsed', 'membership.ended', 'membership.joined_again', "
    "'membership.dated')"
)
"""Whether an entry is about a membership. A statement uses the index of those only if it has these very words."""


class AuditEntry(Base):
    """Who did what to whom, and why: decisions of the rules as well as acts of staff."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.Index(
            "ix_audit_entry_membership",
            "member_id",
            "at",
            sqlite_where=OF_MEMBERSHIP,
            postgresql_where=OF_MEMBERSHIP,
        ),
    )

    id: Mapped[Key]
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id", ondelete="SET NULL"), index=True)
    subject: Mapped[str | None]
    reason: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Bookmark(Base):
    """How far a pass over the tables came, by its name.

    One that goes by keys: `place` is the last key that it looked at, `spared` the first one of this round that it has
    to look at again, `at` when the round began. A process that is alive has one too (`bot.queues.alive`).
    """

    __tablename__ = "bookmark"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    place: Mapped[str | None]
    spared: Mapped[str | None]


class AuditFinding(Base):
    """Something that the auditor found wrong; `subject` names the row (``touch:42``). Cleared when it is so no more."""

    __tablename__ = "audit_finding"
    __table_args__ = (sa.UniqueConstraint("kind", "subject"),)

    id: Mapped[Key]
    kind: Mapped[str]
    subject: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id", ondelete="CASCADE"), index=True)
    summary: Mapped[str]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
    alerted_at: Mapped[datetime | None]
