"""Who there is: accounts, members, staff, the addresses that reach them, and what they consented to."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import Base, Key, MemberId, one_of
from bot.model.folding import folded


class MemberStatus(StrEnum):
    """`lapsed`: not renewed, and may be won back; `merged`: this record and another were one person's, and the other
    one lives on."""

    ACTIVE = "active"
    LAPSED = "lapsed"
    LEFT = "left"
    MERGED = "merged"


class ConsentKind(StrEnum):
    GRANTED = "granted"
    WITHDRAWN = "withdrawn"


class Role(StrEnum):
    """What a colleague may do in the console. Each may do what the ones before it may.

    `viewer` looks and changes nothing; `manager` looks after members: writes, notes, marks steps, tends to cases;
    `admin` imports, merges, exports and erases members, retries what failed, and decides who may do what.
    """

    VIEWER = "viewer"
    MANAGER = "manager"
    ADMIN = "admin"

    def may(self, wanted: Role) -> bool:
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(wanted)


class Account(Base):
    """An employer or a corporate partner, with several members."""

    __tablename__ = "account"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(unique=True)


class Staff(Base):
    """A Member Success Manager or a colleague of theirs; calls are put through to `phone` (E.164).

    `role` is what they may do in the console; without one they can't come in.
    """

    __tablename__ = "staff"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    slack_user: Mapped[str | None] = mapped_column(unique=True)
    phone: Mapped[str | None]
    role: Mapped[Role | None] = mapped_column(one_of(Role))


class Member(Base):
    """A person. `away_until` is the first local day on which contact may begin again.

    `country` is ISO 3166 with an optional region (``US-WA``); without one it is that of the time zone. `dates` are
    other dates that steps may count from, by name, as ISO 8601 days. `goal` is the present goal's text.
    `wishes` is how they would like to be written to: `channel`, `hour` (local), `weekdays` only, `less` often.
    `planned_with` is the digest of the entry rules by which the member's coming journeys were planned.
    `search` is what the member is found and listed by (`bot.model.folding`); whatever writes the names writes it too.
    """

    __tablename__ = "member"
    __table_args__ = (
        # All that lists of members are mostly chosen by, so that they are counted without a look at the rows.
        sa.Index("ix_member_search", "search", "status", "segment", "msm_id", "account_id"),
        sa.Index("ix_member_joined_on", "joined_on", "status"),
    )

    id: Mapped[Key]
    number: Mapped[str | None] = mapped_column(unique=True)
    first_name: Mapped[str]
    last_name: Mapped[str]
    segment: Mapped[str]
    traits: Mapped[dict[str, Any]] = mapped_column(default=dict)
    time_zone: Mapped[str]
    language: Mapped[str]
    joined_on: Mapped[date]
    status: Mapped[MemberStatus] = mapped_column(one_of(MemberStatus), default=MemberStatus.ACTIVE)
    away_until: Mapped[date | None]
    renews_on: Mapped[date | None] = mapped_column(index=True)
    lapsed_on: Mapped[date | None]
    country: Mapped[str | None]
    dates: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    goal: Mapped[str | None]
    wishes: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    planned_with: Mapped[str | None] = mapped_column(index=True)
    search: Mapped[str | None]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    msm_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime]

    account: Mapped[Account | None] = relationship()
    msm: Mapped[Staff | None] = relationship()
    contact_points: Mapped[list[ContactPoint]] = relationship(back_populates="member", order_by="ContactPoint.id")

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@sa.event.listens_for(Member, "before_insert")
@sa.event.listens_for(Member, "before_update")
def _fold_names(_mapper: object, _connection: object, member: Member) -> None:
    member.search = folded(member.last_name, member.first_name, member.number)


class ContactPoint(Base):
    """One address of a member on one channel, and whether it may be used.

    While `unconfirmed_at` is set, whoever is behind it has not yet said that they are this member: a forwarded link, or
    a number that belonged to nobody for a while. Such an address is asked for the name, and gets nothing else.
    """

    __tablename__ = "contact_point"
    __table_args__ = (sa.UniqueConstraint("channel", "address"),)

    id: Mapped[Key]
    member_id: Mapped[MemberId]
    channel: Mapped[str]
    address: Mapped[str]
    consented_at: Mapped[datetime | None]
    opted_out_at: Mapped[datetime | None]
    unusable_at: Mapped[datetime | None]
    unusable_reason: Mapped[str | None]
    unconfirmed_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship(back_populates="contact_points")


class ConsentEvent(Base):
    """One entry of the consent ledger: appended, never changed. `message_class`: it was about that class of messages
    on every channel (`channel` is ``any``)."""

    __tablename__ = "consent_event"

    id: Mapped[Key]
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id", ondelete="SET NULL"), index=True)
    channel: Mapped[str]
    address: Mapped[str]
    kind: Mapped[ConsentKind] = mapped_column(one_of(ConsentKind))
    source: Mapped[str]
    wording: Mapped[str]
    message_class: Mapped[str | None]
    at: Mapped[datetime]


class ApiKey(Base):
    """A key for the programming interface; only its SHA-256 is kept."""

    __tablename__ = "api_key"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
