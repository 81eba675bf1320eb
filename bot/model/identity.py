"""How an address came to belong to a member: tokens that link them, and what staff joined by hand."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import Base, Key, MemberId, one_of
from bot.model.people import Member


class LinkPurpose(StrEnum):
    """`link` is pressed by whoever holds it; `code` is sent to an address on file and typed at another."""

    LINK = "link"
    CODE = "code"


class LinkToken(Base):
    """A token that links an address on `channel` to a member, once; only its digest is kept.

    `address` is the one that asked for a code (a link works from any), `used_by` the one that used the token. A code
    without a member was never sent: somebody named a record that does not exist, and must not find that out.
    """

    __tablename__ = "link_token"
    __table_args__ = (sa.Index("ix_link_token_asked", "channel", "address", "created_at"),)

    id: Mapped[Key]
    digest: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[LinkPurpose] = mapped_column(one_of(LinkPurpose))
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str]
    address: Mapped[str | None]
    salt: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[str | None]

    member: Mapped[Member | None] = relationship()


class MergeKind(StrEnum):
    """`merge` made two members one; `match` gave a stranger's address to a member."""

    MERGE = "merge"
    MATCH = "match"


class Merge(Base):
    """What staff joined, and enough to undo it: `details` names every row that was moved.

    `member_id` has them now, `other_id` is the member who had them before a merge.
    """

    __tablename__ = "merge"

    id: Mapped[Key]
    kind: Mapped[MergeKind] = mapped_column(one_of(MergeKind))
    member_id: Mapped[MemberId]
    other_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id", ondelete="CASCADE"), index=True)
    details: Mapped[dict[str, Any]]
    by: Mapped[str]
    at: Mapped[datetime]
    undone_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]
