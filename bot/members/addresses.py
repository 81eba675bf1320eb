"""Giving an address to a member, and taking it back. What consent there was stays in the ledger."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.members import consent
from bot.members.consent import Evidence
from bot.model import ConsentEvent, ConsentKind, ContactPoint, Conversation, Member, MemberStatus

BLOCKED, WRONG, REPLACED = "blocked", "wrong_number", "replaced"
VACANT = "Twilio 30005"
"""In the reason of a failure: nobody has this number, so that its next owner may be somebody else."""


def works(point: ContactPoint | None) -> None:
    """Somebody writes from an address that a provider said does not work: it does, so it may be used again."""
    if point is not None and point.unusable_at is not None and point.unusable_reason not in (WRONG, REPLACED):
        point.unusable_at = point.unusable_reason = None


def attach(
    session: Session, member: Member, channel: str, address: str, now: datetime, *, confirmed: bool
) -> ContactPoint | None:
    """Gives an address to a member; None when it is another member's. A claim that nobody confirmed gives way."""
    point = consent.find(session, channel, address)
    if point is not None and point.member_id != member.id:
        if point.unconfirmed_at is None:
            return None
        release(session, point)
        point = None
    if point is None:
        point = ContactPoint(member_id=member.id, channel=channel, address=address)
        point.unconfirmed_at = None if confirmed else now
        session.add(point)
    elif confirmed:
        point.unconfirmed_at = None
    if point.unusable_reason == BLOCKED:
        point.unusable_at = point.unusable_reason = None
    session.flush()
    session.expire(member, ["contact_points"])
    return point


def confirm(session: Session, point: ContactPoint, evidence: Evidence, now: datetime) -> None:
    """Whoever is behind the address is the member, and may be written to there unless they said stop."""
    point.unconfirmed_at = point.unusable_at = point.unusable_reason = None
    same = [known for known in point.member.contact_points if known.channel == point.channel]
    stopped = any(known.opted_out_at is not None for known in (point, *same))
    if not stopped and point.consented_at is None:
        consent.grant(session, point, evidence, now)
    audit.write(session, now, "member", "address.confirmed", member_id=point.member_id,
                subject=f"{point.channel}:{point.address}", reason=evidence.source)  # fmt: skip


def release(session: Session, point: ContactPoint) -> None:
    """The address belongs to nobody any more."""
    member = point.member
    conversation = session.get(Conversation, point.member_id)
    if conversation is not None and (conversation.channel, conversation.address) == (point.channel, point.address):
        conversation.channel = conversation.address = None
    session.delete(point)
    session.flush()
    session.expire(member, ["contact_points"])


def doubt(point: ContactPoint, reason: str, now: datetime) -> None:
    """After a failure that says that the number was given back: whoever writes from it next is asked who they are."""
    if VACANT in reason:
        point.unconfirmed_at = now


def was_wrong(session: Session, member_id: int, channel: str, address: str) -> bool:
    """Whether somebody at this address said that they are not this member, and nothing was agreed there since."""
    ledger = sa.select(ConsentEvent).where(
        ConsentEvent.member_id == member_id, ConsentEvent.channel == channel, ConsentEvent.address == address
    )
    last = session.scalars(ledger.order_by(ConsentEvent.id.desc()).limit(1)).first()
    return last is not None and last.kind is ConsentKind.WITHDRAWN and last.source == WRONG


def reachable(member: Member, *channels: str) -> ContactPoint | None:
    """The member's best confirmed address among these channels, the first channel first; never one that said stop."""
    fit = [
        point
        for point in member.contact_points
        if point.channel in channels and not (point.opted_out_at or point.unusable_at or point.unconfirmed_at)
    ]
    return min(fit, key=lambda point: (channels.index(point.channel), point.id), default=None)


def by_number(session: Session, number: str) -> Member | None:
    """The active member with this member number."""
    known = sa.select(Member).where(Member.number == number, Member.status == MemberStatus.ACTIVE)
    return session.scalars(known).first()
