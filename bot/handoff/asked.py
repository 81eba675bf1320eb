"""A colleague asks for a case about a member."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.clock import Times
from bot.errors import Refused
from bot.handoff import cases
from bot.handoff.cases import Need
from bot.model import EntryKind, HandOff, HandOffReason, Member, Staff
from bot.outreach.reach import Reach
from bot.programme.models import Programme

LONGEST = 1000


@dataclass(frozen=True)
class Opened:
    """`is_new`: there was none; else their words were added to the one that was open."""

    case: HandOff
    is_new: bool


def open_for(
    session: Session, programme: Programme, reach: Reach, member: Member, by: Staff, reason: str, times: Times
) -> Opened:
    """Opens a case about `member` for the team that the content names, with the colleague's words as a private note.

    Raises:
        Refused: no reason is given.
    """
    reason = reason.strip()[:LONGEST]
    if not reason:
        raise Refused("Say why, so that whoever takes the case knows what to do.")
    before = cases.unresolved(session, f"member:{member.id}")
    point = reach.in_writing(session, member, times.now)
    need = Need(
        reason=HandOffReason.ASKED,
        summary=f"{by.name} asks: {reason}",
        channel=point.channel if point is not None else "none",
        address=point.address if point is not None else f"member:{member.id}",
        member=member,
    )
    case = cases.open_case(session, need, programme, now=times.now, wall=times.wall)
    if before is not None:  # the card shows the words of the first need alone
        cases.add_entry(session, case, EntryKind.NOTE, by.name, reason, times.now)
    return Opened(case, is_new=before is None)
