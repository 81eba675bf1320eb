"""Who the stranger of a case is: said by staff, and taken back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.errors import Refused
from bot.handoff import cases, clocks
from bot.handoff.act import Act, check_unresolved, happened
from bot.members import addresses
from bot.members import match as matching
from bot.members.detach import ANYWHERE
from bot.model import HandOff, HandOffState


def match(session: Session, act: Act, member_number: str) -> HandOff:
    """Says who the stranger of this case is; returns the case in which it goes on, which may be one that was open.

    Raises:
        Refused: the case is a member's or resolved, nobody has that number, or the address is another member's.
    """
    case = cases.get(session, act.case_id)
    check_may_match(case)
    member = addresses.by_number(session, member_number.strip())
    if member is None:
        raise Refused(f"There is no active member with the number {member_number.strip()}.")
    record = matching.match(session, member, case, act.staff, act.times)
    own = cases.unresolved(session, f"member:{member.id}")
    said = f"{act.staff.name} matched {case.address} ({case.channel}) to {member.name}."
    if own is None:
        case.subject, case.member_id = f"member:{member.id}", member.id
        session.flush()
        session.expire(case, ["member"])
        happened(session, case, act, "matched", said)
        return case
    record.details = {**record.details, "into": own.id, "closed": str(case.state)}
    case.member_id, case.state, case.resolved_at = member.id, HandOffState.RESOLVED, act.now
    case.subject, case.outcome = f"member:{member.id}", f"Goes on in case {own.id}."
    clocks.resolved(case, act.now)
    clocks.opened(own, act.now)
    session.flush()
    session.expire(case, ["member"])
    for touched in (case, own):
        happened(session, touched, act, "matched", said)
    return own


def unmatch(session: Session, act: Act) -> HandOff:
    """Takes a match back: the address is a stranger's again, with a case of its own; returns that case.

    Raises:
        Refused: nothing was matched in this case, or that stranger has a newer case.
    """
    case = cases.get(session, act.case_id)
    record = matching.of_case(session, case)
    if record is None:
        raise Refused("No address was matched in this case.")
    details = record.details
    subject = f"{details['channel']}:{details['address']}"
    if cases.unresolved(session, subject) is not None:
        raise Refused("The stranger has a newer case.")
    matching.undo(session, record.id, act.staff, act.times)
    own = case if case.id == details["case"] else cases.get(session, details["case"])
    if "closed" in details:
        own.state, own.resolved_at, own.outcome = HandOffState(details["closed"]), None, None
        clocks.opened(own, act.now)
    own.subject, own.member_id, own.channel, own.address = subject, None, details["channel"], details["address"]
    session.flush()
    session.expire(own, ["member"])
    said = f"{act.staff.name} took the match of {own.address} back."
    happened(session, own, act, "unmatched", said)
    if "into" in details:
        members = cases.get(session, details["into"])
        _turn_away(members, own)
        happened(session, members, act, "unmatched", said)
    return own


def check_may_match(case: HandOff) -> None:
    """Raises: Refused: the case is a member's or resolved."""
    check_unresolved(case)
    if case.member_id is not None:
        raise Refused("This case is about a member already.")


def _turn_away(members: HandOff, stranger: HandOff) -> None:
    """A reply in the member's case must not reach the stranger, who may have written in it last."""
    if members.member is None or (members.channel, members.address) != (stranger.channel, stranger.address):
        return
    other = addresses.reachable(members.member, *ANYWHERE)
    members.channel, members.address = (other.channel, other.address) if other else ("none", members.subject)
