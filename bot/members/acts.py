"""What staff do about a member, in the console and from the command line. Each act says in words why it is refused."""

from __future__ import annotations

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.errors import NotFound, Refused
from bot.handoff import acts, cases, replies
from bot.handoff.act import Act, check_not_anothers
from bot.handoff.cases import Need
from bot.handoff.replies import Way
from bot.members import absences, progress_by_staff
from bot.members.contact import ContactChange, change_contact
from bot.members.hand import Hand, locked
from bot.members.progress_by_staff import Mark
from bot.model import Conversation, HandOff, HandOffReason, Member, MemberNote
from bot.outreach.hours import at_local
from bot.outreach.reach import Reach
from bot.programme.models import Programme
from bot.progress.steps import Said

__all__ = ["ContactChange", "change_contact", "mark_step", "note", "pause", "resume", "ways", "write"]

LONGEST_NOTE = 5000


def note(session: Session, member_id: int, hand: Hand, text: str, dedupe: str) -> int | None:
    """Keeps a private note: with the case that is open (returns its id), else with the member. Of one `dedupe` one.

    Raises:
        Refused: it is blank or too long.
    """
    words, person = text.strip(), hand.staff(session)
    if not words or "\0" in words:
        raise Refused("The note is empty.")
    if len(words) > LONGEST_NOTE:
        raise Refused(f"The note has {len(words)} characters; write at most {LONGEST_NOTE}.")
    member = locked(session, member_id)
    case = cases.unresolved(session, f"member:{member.id}")
    if case is not None:
        acts.note(session, _act(hand, case.id, session, f"note:{dedupe}"), words)
        return case.id
    known = sa.select(MemberNote.id).where(MemberNote.dedupe == dedupe)
    if session.scalars(known).first() is None:
        session.add(MemberNote(member_id=member.id, author=person.name, text=words, dedupe=dedupe, at=hand.times.now))
        audit.write(session, hand.times.now, hand.actor, "member.noted", member_id=member.id)
    return None


def mark_step(
    session: Session, programme: Programme, member_id: int, hand: Hand, step: str, to: Mark, words: str | None
) -> None:
    """Marks a step as done, passed over, or to be asked again (`Mark.OPEN`); `words`: how they know.

    Raises:
        NotFound: no journey under way has such a step.
        Refused: the journey is over.
    """
    said = Said(hand.actor, (words or "").strip() or None)
    progress_by_staff.mark(session, programme, locked(session, member_id), step, to, said, hand.times.now)


def pause(session: Session, member_id: int, hand: Hand, until: date) -> datetime:
    """Nothing is begun with the member before `until`, a day in their own calendar; returns the moment. The plan says
    what that holds (`away`).

    Raises:
        Refused: the day is not to come, or more than a year ahead.
    """
    member, now = locked(session, member_id), hand.times.now
    if until <= now.astimezone(member.zone).date():
        raise Refused("A pause lasts until a day to come.")
    return absences.pause(session, member, at_local(until, time(), member.zone), hand.actor, now).ends_at


def resume(session: Session, member_id: int, hand: Hand) -> None:
    """Ends the pause.

    Raises:
        Refused: there is none.
    """
    if not absences.resume(session, locked(session, member_id), hand.actor, hand.times.now):
        raise Refused("There is no pause that could be ended.")


def ways(session: Session, reach: Reach, member_id: int, now: datetime) -> tuple[Way, ...]:
    """Where a colleague may write to the member, the best first; `hindrance` and `why_not` say what is in the way.

    Raises:
        NotFound: there is no such member.
    """
    member = session.get(Member, member_id)
    if member is None:
        raise NotFound(f"member {member_id}")
    case = cases.unresolved(session, f"member:{member.id}")
    return (
        replies.ways(session, reach, case or _nothing_yet(member), now) if case else _first(session, reach, member, now)
    )


def write(
    session: Session, programme: Programme, reach: Reach, member_id: int, hand: Hand, text: str, way: str, dedupe: str
) -> int:
    """Sends a colleague's words to the member, by the way with this key. The conversation is the colleague's from then
    on: the case that is open is claimed, else one is opened for them. Returns the id of the case.

    Raises:
        Refused: somebody else has the case, the way is not open, or the text is blank or too long for it.
    """
    if not text.strip():
        raise Refused("The message is empty.")
    member, person, times = locked(session, member_id), hand.staff(session), hand.times
    case = cases.unresolved(session, f"member:{member.id}")
    if case is not None:
        check_not_anothers(case, person)
    channel, address = replies.way_to(session, reach, case or _nothing_yet(member), times.now, way, text=text)
    if case is None:
        need = Need(HandOffReason.STAFF, f"{person.name} wrote first.", channel, address, member)
        case = cases.open_case(session, need, programme, now=times.now, wall=times.wall, by=person)
    replies.reply(session, _act(hand, case.id, session, dedupe), text, to=(channel, address))
    return case.id


def _first(session: Session, reach: Reach, member: Member, now: datetime) -> tuple[Way, ...]:
    """Where the programme and the member last spoke comes first."""
    found = replies.ways(session, reach, _nothing_yet(member), now)
    conversation = session.get(Conversation, member.id)
    last = (conversation.channel, conversation.address) if conversation is not None else None
    return tuple(sorted(found, key=lambda way: (way.hindrance is not None, (way.channel, way.address) != last)))


def _nothing_yet(member: Member) -> HandOff:
    """What a case would be of which nobody has been written to: it is not kept."""
    case = HandOff(channel="none", address=f"member:{member.id}")
    case.member = member
    return case


def _act(hand: Hand, case_id: int, session: Session, dedupe: str) -> Act:
    return Act(case_id, hand.staff(session), dedupe, hand.times.now, hand.times.wall)
