"""What staff do with a case. Each act says in a named error why it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot import audit, metrics
from bot.clock import Times
from bot.errors import Refused
from bot.handoff import cases, desk
from bot.members import addresses
from bot.members import match as matching
from bot.members.detach import ANYWHERE
from bot.model import EntryKind, HandOff, HandOffState, Purpose, Staff
from bot.outbox.enqueue import Message, enqueue
from bot.outreach import resume
from bot.programme.models import Programme


@dataclass(frozen=True)
class Act:
    """Who acts on which case, and when. `dedupe` names the act, so that a repeated event does nothing."""

    case_id: int
    staff: Staff
    dedupe: str
    now: datetime
    wall: datetime

    @property
    def times(self) -> Times:
        return Times(self.now, self.wall)


def claim(session: Session, act: Act) -> HandOff:
    """The conversation is this person's from here on.

    Raises:
        Refused: somebody else has it, or it is resolved.
    """
    case = cases.get(session, act.case_id)
    if case.state is HandOffState.CLAIMED and case.assignee_id == act.staff.id:
        return case
    _check_not_resolved(case)
    if case.state is HandOffState.CLAIMED:
        raise Refused(f"{case.assignee.name if case.assignee else 'Somebody'} has this case.")
    case.state, case.assignee, case.claimed_at = HandOffState.CLAIMED, act.staff, act.now
    _happened(session, case, act, "claimed", f"{act.staff.name} claimed the case.")
    return case


def note(session: Session, act: Act, text: str) -> None:
    """Keeps a private note. It never leaves the house."""
    case = cases.get(session, act.case_id)
    cases.add_entry(session, case, EntryKind.NOTE, act.staff.name, text, act.now, dedupe=act.dedupe)


def reply(session: Session, act: Act, text: str) -> HandOff:
    """Sends words of staff to the member, on the channel where the member last was. An open case is claimed by it.

    Raises:
        Refused: somebody else has the case, it is resolved, or the text is empty.
    """
    if not text.strip():
        raise Refused("The reply is empty.")
    case = cases.get(session, act.case_id)
    _check_not_resolved(case)
    if case.assignee_id is not None and case.assignee_id != act.staff.id:
        raise Refused(f"{case.assignee.name if case.assignee else 'Somebody else'} has this case.")
    if not cases.add_entry(session, case, EntryKind.REPLY, act.staff.name, text, act.now, dedupe=act.dedupe):
        return case
    if case.state is HandOffState.OPEN:
        claim(session, act)
    message = Message(
        channel=case.channel,
        address=case.address,
        purpose=Purpose.STAFF_REPLY,
        rule=f"hand_off:reply by {act.staff.name}",
        dedupe=f"staff:{act.dedupe}",
        text=text.strip(),
        member_id=case.member_id,
        hand_off_id=case.id,
    )
    enqueue(session, message, now=act.now, wall=act.wall)
    audit.write(session, act.now, act.staff.email, "hand_off.reply", member_id=case.member_id,
                subject=f"case:{case.id}")  # fmt: skip
    return case


def resolve(session: Session, act: Act, outcome: str, programme: Programme, *, step_done: bool = False) -> HandOff:
    """Closes the case, gives the conversation back to the bot, which says so once, and lets the journey go on.

    Raises:
        Refused: it is resolved already.
    """
    case = cases.get(session, act.case_id)
    _check_not_resolved(case)
    was_claimed = case.state is HandOffState.CLAIMED
    case.state, case.resolved_at, case.outcome = HandOffState.RESOLVED, act.now, outcome.strip() or None
    case.assignee = case.assignee or act.staff
    said = f"{act.staff.name} resolved the case." + (f" Outcome: {case.outcome}" if case.outcome else "")
    _happened(session, case, act, "resolved", said)
    if case.member is not None:
        resume.after_case(session, case, programme, was_claimed=was_claimed, step_done=step_done,
                          by=act.staff.name, now=act.now, wall=act.wall)  # fmt: skip
    return case


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
        _happened(session, case, act, "matched", said)
        return case
    record.details = {**record.details, "into": own.id, "closed": str(case.state)}
    case.member_id, case.state, case.resolved_at = member.id, HandOffState.RESOLVED, act.now
    case.subject, case.outcome = f"member:{member.id}", f"Goes on in case {own.id}."
    session.flush()
    session.expire(case, ["member"])
    for touched in (case, own):
        _happened(session, touched, act, "matched", said)
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
    own.subject, own.member_id, own.channel, own.address = subject, None, details["channel"], details["address"]
    session.flush()
    session.expire(own, ["member"])
    said = f"{act.staff.name} took the match of {own.address} back."
    _happened(session, own, act, "unmatched", said)
    if "into" in details:
        members = cases.get(session, details["into"])
        _turn_away(members, own)
        _happened(session, members, act, "unmatched", said)
    return own


def check_may_match(case: HandOff) -> None:
    """Raises: Refused: the case is a member's or resolved."""
    _check_not_resolved(case)
    if case.member_id is not None:
        raise Refused("This case is about a member already.")


def _turn_away(members: HandOff, stranger: HandOff) -> None:
    """A reply in the member's case must not reach the stranger, who may have written in it last."""
    if members.member is None or (members.channel, members.address) != (stranger.channel, stranger.address):
        return
    other = addresses.reachable(members.member, *ANYWHERE)
    members.channel, members.address = (other.channel, other.address) if other else ("none", members.subject)


def _check_not_resolved(case: HandOff) -> None:
    if case.state is HandOffState.RESOLVED:
        raise Refused("This case is resolved.")


def _happened(session: Session, case: HandOff, act: Act, event: str, words: str) -> None:
    cases.add_entry(session, case, EntryKind.EVENT, act.staff.name, words, act.now)
    audit.write(session, act.now, act.staff.email, f"hand_off.{event}", member_id=case.member_id,
                subject=f"case:{case.id}")  # fmt: skip
    metrics.hand_offs.labels(event, case.reason).inc()
    desk.show(session, case, now=act.now, wall=act.wall)
