"""Taking an address from a member because somebody else is behind it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.clock import Times
from bot.handoff.cases import Need, open_case
from bot.members import addresses, consent
from bot.members.addresses import WRONG
from bot.model import (
    CheckIn,
    CheckInState,
    ContactPoint,
    HandOffReason,
    OutboxMessage,
    OutboxState,
    Priority,
    Purpose,
    Touch,
)
from bot.programme.models import Programme

ANYWHERE = ("sms", "telegram", "messenger", "slack", "email")


def detach(session: Session, programme: Programme, point: ContactPoint, words: str, times: Times) -> None:
    """The address is nobody's, its consent is withdrawn in the ledger, staff are told, and the next rung comes now."""
    member, channel, address = point.member, point.channel, point.address
    for lost in (point, *_same_phone(session, point)):
        lost_on = lost.channel
        consent.revoke(session, lost, consent.Evidence(WRONG, words[:500]), times.now)
        addresses.release(session, lost)
        _call_back(session, member.id, lost_on, address)
    _ask_elsewhere(session, member.id, channel, times)
    other = addresses.reachable(member, *ANYWHERE)
    need = Need(
        reason=HandOffReason.WRONG_NUMBER,
        summary=f"Somebody else is behind {address} ({channel}). It is off the record; please find theirs.",
        channel=other.channel if other else "none",
        address=other.address if other else f"member:{member.id}",
        member=member,
        priority=Priority.NORMAL,
    )
    case = open_case(session, need, programme, now=times.now, wall=times.wall)
    if (case.channel, case.address) == (channel, address):  # staff must not answer the member there
        case.channel, case.address = need.channel, need.address
    audit.write(session, times.now, "bot", "address.detached", member_id=member.id, subject=f"{channel}:{address}",
                reason=WRONG)  # fmt: skip


def _same_phone(session: Session, point: ContactPoint) -> list[ContactPoint]:
    """Whoever gets the texts of a phone also picks it up."""
    called = consent.find(session, "voice", point.address) if point.channel == "sms" else None
    return [called] if called is not None and called.member_id == point.member_id else []


def _call_back(session: Session, member_id: int, channel: str, address: str) -> None:
    """What was meant for the member and has not left yet is not for the ears of somebody else."""
    waiting = sa.update(OutboxMessage).where(
        OutboxMessage.member_id == member_id,
        OutboxMessage.channel == channel,
        OutboxMessage.address == address,
        OutboxMessage.state == OutboxState.PENDING,
        OutboxMessage.purpose.in_([Purpose.REPLY, Purpose.STAFF_REPLY]),
    )
    session.execute(waiting.values(state=OutboxState.REFUSED, error=WRONG))


def _ask_elsewhere(session: Session, member_id: int, channel: str, times: Times) -> None:
    """A question that waits for an answer from there would wait in vain."""
    open_here = (
        sa.select(CheckIn)
        .join(Touch, sa.and_(Touch.check_in_id == CheckIn.id, Touch.rung == CheckIn.rung - 1))
        .where(CheckIn.member_id == member_id, CheckIn.state == CheckInState.OPEN, Touch.channel.in_([channel, "chat"]))
    )
    for check_in in session.scalars(open_here.with_for_update(of=CheckIn)):
        check_in.next_touch_at = times.now
