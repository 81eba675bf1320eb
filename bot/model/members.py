"""What is known of members beside who they are: absences, goals, notes, what they declined, what was seen of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.model.base import Base, Key, MemberId, one_of


class Absence(Base):
    """When a member or a colleague can't be reached: from `starts_at` until just before `ends_at`.

    `uid` is the calendar's name for it; what came from a calendar (`source`) is replaced when it is read again.
    """

    __tablename__ = "absence"

    id: Mapped[Key]
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    source: Mapped[str]
    uid: Mapped[str | None]
    note: Mapped[str | None]


class Declined(Base):
    """A class of messages that a member does not want; other classes are not touched by it."""

    __tablename__ = "declined"
    __table_args__ = (sa.UniqueConstraint("member_id", "message_class"),)

    id: Mapped[Key]
    member_id: Mapped[MemberId]
    message_class: Mapped[str]
    source: Mapped[str]
    wording: Mapped[str]
    at: Mapped[datetime]


class GoalEnd(StrEnum):
    REACHED = "reached"
    REPLACED = "replaced"
    DROPPED = "dropped"


class Goal(Base):
    """The outcome that a member wants from the membership. Goals change; each stays, with when and how it ended."""

    __tablename__ = "goal"

    id: Mapped[Key]
    member_id: Mapped[MemberId]
    text: Mapped[str]
    source: Mapped[str]
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end: Mapped[GoalEnd | None] = mapped_column(one_of(GoalEnd))


class GoalNote(Base):
    """How far a member is with a goal: `percent` (0 to 100) where it was said, else words alone."""

    __tablename__ = "goal_note"

    id: Mapped[Key]
    goal_id: Mapped[int] = mapped_column(sa.ForeignKey("goal.id", ondelete="CASCADE"), index=True)
    percent: Mapped[int | None]
    text: Mapped[str | None]
    source: Mapped[str]
    at: Mapped[datetime]


class MemberEvent(Base):
    """Something that another system saw: a sign-in, a payment, a course. `dedupe` is that system's own id of it.

    `named` is how it names the member (``member_number:FI-2001``, ``email:...``, ``phone:...``). An event of somebody
    we don't know is kept too, without a member, and says so in its `outcome`.
    """

    __tablename__ = "member_event"
    __table_args__ = (sa.Index(None, "member_id", "at"),)

    id: Mapped[Key]
    dedupe: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id", ondelete="CASCADE"))
    named: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    properties: Mapped[dict[str, Any]] = mapped_column(default=dict)
    source: Mapped[str]
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    outcome: Mapped[str]


class MemberNote(Base):
    """What a colleague noted about a member with whom no case was open. It never leaves the house."""

    __tablename__ = "member_note"

    id: Mapped[Key]
    member_id: Mapped[MemberId]
    author: Mapped[str]
    text: Mapped[str]
    dedupe: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]


class MemberRisk(Base):
    """At which risk a member was when the members were last looked at, so that they can be listed by it; who is at low
    risk has no row. `weight` puts the most endangered first."""

    __tablename__ = "member_risk"
    __table_args__ = (sa.Index(None, "level", "weight"),)

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[str]
    weight: Mapped[int]
    at: Mapped[datetime]
