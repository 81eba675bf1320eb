"""A stranger's address given to a member by staff, who know who it is; and taken back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.clock import Times
from bot.errors import Refused
from bot.members import addresses, consent
from bot.members.merge import live
from bot.model import HandOff, InboxMessage, Member, Merge, MergeKind, OutboxMessage, Staff

OF_ADDRESS: dict[str, type[Any]] = {"inbox_message": InboxMessage, "outbox_message": OutboxMessage}


def match(session: Session, member: Member, case: HandOff, staff: Staff, times: Times) -> Merge:
    """Gives the address of a stranger's case to `member`, with what was written there. It is no consent to outreach.

    Raises:
        Refused: the address is another member's.
    """
    point = addresses.attach(session, member, case.channel, case.address, times.now, confirmed=True)
    if point is None:
        raise Refused(f"{case.address} is the address of another member.")
    details: dict[str, Any] = {"case": case.id, "channel": case.channel, "address": case.address}
    for name, model in OF_ADDRESS.items():
        here = (model.channel == case.channel, model.address == case.address, model.member_id.is_(None))
        ids = list(session.scalars(sa.select(model.id).where(*here).order_by(model.id)))
        session.execute(sa.update(model).where(model.id.in_(ids)).values(member_id=member.id))
        details[name] = ids
    record = Merge(kind=MergeKind.MATCH, member_id=member.id, details=details, by=staff.email, at=times.now)
    session.add(record)
    session.flush()
    audit.write(session, times.now, staff.email, "address.matched", member_id=member.id,
                subject=f"{case.channel}:{case.address}")  # fmt: skip
    return record


def of_case(session: Session, case: HandOff) -> Merge | None:
    """The match that made this case a member's; None when there is none that could be undone."""
    made = sa.select(Merge).where(
        Merge.kind == MergeKind.MATCH, Merge.member_id == case.member_id, Merge.undone_at.is_(None)
    )
    for record in session.scalars(made.order_by(Merge.id.desc())):
        if case.id in (record.details["case"], record.details.get("into")):
            return record
    return None


def undo(session: Session, merge_id: int, staff: Staff, times: Times) -> Merge:
    """The address is a stranger's again, and what was moved by the match is nobody's.

    Raises:
        NotFound: there is no such match.
        Refused: it is undone already.
    """
    record = live(session, merge_id, MergeKind.MATCH)
    details = record.details
    point = consent.find(session, details["channel"], details["address"])
    if point is not None and point.member_id == record.member_id:
        addresses.release(session, point)
    for name, model in OF_ADDRESS.items():
        moved = sa.update(model).where(model.id.in_(details[name]), model.member_id == record.member_id)
        session.execute(moved.values(member_id=None))
    record.undone_at, record.undone_by = times.now, staff.email
    audit.write(session, times.now, staff.email, "address.unmatched", member_id=record.member_id,
                subject=f"{details['channel']}:{details['address']}")  # fmt: skip
    return record
