"""Members with their addresses, for a page that shows the phones of a few of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import ContactPoint, Member, MemberStatus, Staff

MOST = 300


@dataclass(frozen=True)
class Handset:
    """`addresses` by channel; those that may not be written to are in `closed`, with why not."""

    member_id: int
    name: str
    first_name: str
    zone: str
    segment: str
    addresses: Mapping[str, str]
    closed: Mapping[str, str]


def people(session: Session, also: Collection[int] = (), most: int = MOST) -> list[Handset]:
    """The first `most` members in the order in which they came, and those with the ids in `also`."""
    first = sa.select(Member.id).where(Member.status != MemberStatus.MERGED).order_by(Member.id).limit(most)
    wanted = {*session.scalars(first), *also}
    points: dict[int, list[ContactPoint]] = {}
    rows = sa.select(ContactPoint).where(ContactPoint.member_id.in_(wanted)).order_by(ContactPoint.id)
    for point in session.scalars(rows):
        points.setdefault(point.member_id, []).append(point)
    members = session.scalars(sa.select(Member).where(Member.id.in_(wanted)).order_by(Member.id))
    return [_handset(member, points.get(member.id, [])) for member in members]


def names(session: Session) -> dict[str, str]:
    """Members' names by their phone numbers, and those of staff who have one."""
    rows = session.execute(
        sa.select(ContactPoint.address, Member.first_name, Member.last_name)
        .join(Member, Member.id == ContactPoint.member_id)
        .where(ContactPoint.channel == "sms")
        .order_by(ContactPoint.id)
        .limit(MOST)
    )
    staff = session.execute(sa.select(Staff.phone, Staff.name).where(Staff.phone.is_not(None)))
    members = {address: f"{first} {last}".strip() for address, first, last in rows}
    return members | {str(phone): name for phone, name in staff}


def _handset(member: Member, points: Collection[ContactPoint]) -> Handset:
    closed = {point.channel: why for point in points if (why := _closed(point))}
    addresses = {point.channel: point.address for point in points}
    return Handset(
        member.id, member.name, member.first_name, member.time_zone, member.segment, addresses, closed
    )  # fmt: skip


def _closed(point: ContactPoint) -> str:
    if point.opted_out_at is not None:
        return "said stop"
    if point.unusable_at is not None:
        return "does not work"
    if point.unconfirmed_at is not None:
        return "not confirmed yet"
    return "" if point.consented_at is not None else "has not agreed"
