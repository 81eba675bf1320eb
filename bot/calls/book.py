"""The book of calls: one row for each call that is placed, found again by each request about it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.errors import Refused
from bot.model import Call, CallState, Member, OutboxMessage, Staff


def place(session: Session, message: OutboxMessage, now: datetime) -> Call:
    """Enters the call that a message asks for; a message that is tried again has its call already.

    Raises:
        Refused: there is nobody to be put through to, or no member whom to call.
    """
    known = session.scalars(sa.select(Call).where(Call.outbox_id == message.id)).first()
    if known is not None:
        return known
    member = session.get(Member, message.member_id) if message.member_id is not None else None
    if member is None:
        raise Refused("Only members are called.")
    msm = _reachable(member)
    call = Call(
        key=f"call-{message.id}",
        outbox_id=message.id,
        member_id=member.id,
        msm_id=msm.id,
        state=CallState.PLACED,
        created_at=now,
        changed_at=now,
    )
    session.add(call)
    session.flush()
    return call


def find(session: Session, key: str, sid: str) -> Call | None:
    """The call, locked, by the key in the address that was called, or else by the provider's id."""
    by_key = session.scalars(sa.select(Call).where(Call.key == key).with_for_update()).first() if key else None
    if by_key is not None or not sid:
        return by_key
    return session.scalars(sa.select(Call).where(Call.sid == sid).with_for_update()).first()


def msm_name(call: Call, otherwise: str) -> str:
    """The name of whom the member is put through to."""
    return call.msm.name if call.msm is not None else otherwise


def _reachable(member: Member) -> Staff:
    if member.msm is None:
        raise Refused("The member has no Member Success Manager to talk to.")
    if not member.msm.phone:
        raise Refused(f"{member.msm.name} has no phone number in the records.")
    return member.msm
