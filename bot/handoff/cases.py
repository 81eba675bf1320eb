"""Opening cases and finding them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit, metrics
from bot.errors import NotFound
from bot.handoff import clocks, desk, routing
from bot.handoff.routing import URGENCY, Routed
from bot.model import (
    CaseEntry,
    EntryKind,
    HandOff,
    HandOffReason,
    HandOffState,
    InboxMessage,
    Member,
    OutboxMessage,
    Priority,
    Staff,
    Team,
)
from bot.programme.inbox import Inbox
from bot.programme.models import Programme

IS_UNRESOLVED = sa.text("state <> 'resolved'")
"""In the very words of the partial index: only so does SQLite use it."""
_UNRESOLVED = sa.select(HandOff).where(HandOff.subject == sa.bindparam("about"), IS_UNRESOLVED).with_for_update()


@dataclass(frozen=True)
class Need:
    """Why a person is needed. `channel` and `address` are where to reach whom the case is about."""

    reason: HandOffReason
    summary: str
    channel: str
    address: str
    member: Member | None = None
    priority: Priority = Priority.NORMAL
    team: Team = Team.MEMBER_SUCCESS
    check_in_id: int | None = None

    @property
    def subject(self) -> str:
        return f"member:{self.member.id}" if self.member else f"{self.channel}:{self.address}"


def open_case(
    session: Session, need: Need, programme: Programme, *, now: datetime, wall: datetime, by: Staff | None = None
) -> HandOff:
    """Opens a case for the team that the content names and gives it to somebody who is there, or adds the need to the
    case that is open for the same person, which rests no longer. A new one that a colleague opens (`by`) is theirs."""
    case = unresolved(session, need.subject)
    is_new = case is None
    if case is None:
        case = _new(session, need, programme.inbox, now, by)
    else:
        case.priority = max(case.priority, _route(need, programme.inbox).priority, key=URGENCY.index)
        if need.reason is HandOffReason.DISTRESS:  # nothing else on the card may hide it; the history keeps the rest
            case.reason, case.summary = need.reason, need.summary
        clocks.member_wrote(case, now)
    add_entry(session, case, EntryKind.EVENT, by.name if by else "bot", need.summary, now)
    audit.write(session, now, by.email if by else "bot", "hand_off.opened", member_id=case.member_id,
                subject=f"case:{case.id}", reason=need.reason)  # fmt: skip
    metrics.hand_offs.labels("opened", need.reason).inc()
    desk.show(session, case, now=now, wall=wall)
    if is_new and case.assignee is not None and by is None:
        given(session, case, case.assignee, now=now, wall=wall)
    return case


def _route(need: Need, inbox: Inbox) -> Routed:
    segment = need.member.segment if need.member is not None else None
    return routing.route(inbox, need.reason, segment, need.team, need.priority)


def _new(session: Session, need: Need, inbox: Inbox, now: datetime, by: Staff | None) -> HandOff:
    routed = _route(need, inbox)
    case = HandOff(
        subject=need.subject,
        member_id=need.member.id if need.member else None,
        channel=need.channel,
        address=need.address,
        reason=need.reason,
        summary=need.summary,
        priority=routed.priority,
        team=routed.team,
        state=HandOffState.OPEN,
        check_in_id=need.check_in_id,
        opened_at=now,
    )
    clocks.opened(case, now)
    session.add(case)
    session.flush()
    case.assignee = by or routing.choose(session, inbox, case, now)
    return case


def given(session: Session, case: HandOff, person: Staff, *, now: datetime, wall: datetime) -> None:
    """The case was given to a colleague, who hears of it in the thread: a card that changes calls nobody."""
    said = f"This case is for {person.name}."
    add_entry(session, case, EntryKind.EVENT, "bot", said, now)
    audit.write(session, now, "bot", "hand_off.given", member_id=case.member_id, subject=f"case:{case.id}",
                reason=person.email)  # fmt: skip
    metrics.hand_offs.labels("given", case.reason).inc()
    desk.tell(session, case, "event", f"given:{now:%Y%m%dT%H%M%S}", now=now, wall=wall, text=said,
              mention=person.slack_user)  # fmt: skip


def adopt(session: Session, subject: str, member: Member, *, now: datetime, wall: datetime) -> None:
    """A stranger turned out to be `member`: their case is the member's, or ends because nothing else was asked."""
    case = unresolved(session, subject)
    if case is None:
        return
    own = unresolved(session, f"member:{member.id}")
    only_unknown = case.reason is HandOffReason.STRANGER and case.state is HandOffState.OPEN
    case.member_id, case.subject = member.id, f"member:{member.id}"
    if own is not None or only_unknown:
        case.state, case.resolved_at = HandOffState.RESOLVED, now
        clocks.resolved(case, now)
        case.outcome = f"Goes on in case {own.id}." if own else f"It is {member.name}."
    session.flush()
    session.expire(case, ["member"])
    add_entry(session, case, EntryKind.EVENT, "bot", f"The writer showed that they are {member.name}.", now)
    desk.show(session, case, now=now, wall=wall)


def add_entry(
    session: Session,
    case: HandOff,
    kind: EntryKind,
    author: str,
    text: str,
    now: datetime,
    dedupe: str | None = None,
) -> bool:
    """Appends to the case's history; False when that `dedupe` is there already."""
    if dedupe is not None and session.scalars(sa.select(CaseEntry.id).where(CaseEntry.dedupe == dedupe)).first():
        return False
    session.add(CaseEntry(hand_off_id=case.id, kind=kind, author=author, text=text, dedupe=dedupe, at=now))
    return True


def unresolved(session: Session, subject: str) -> HandOff | None:
    """The open or claimed case of a subject."""
    return session.scalars(_UNRESOLVED, {"about": subject}).first()


def held_by_person(session: Session, member_id: int) -> HandOff | None:
    """The case through which a person holds the conversation with this member, if there is one."""
    case = unresolved(session, f"member:{member_id}")
    return case if case is not None and case.state is HandOffState.CLAIMED else None


def get(session: Session, case_id: int) -> HandOff:
    """The case, locked.

    Raises:
        NotFound: there is none.
    """
    case = session.get(HandOff, case_id, with_for_update=True)
    if case is None:
        raise NotFound(f"case {case_id}")
    return case


def by_card(session: Session, provider_id: str) -> HandOff | None:
    """The case whose card is the staff message that the provider calls `provider_id`."""
    card = sa.select(OutboxMessage.hand_off_id).where(OutboxMessage.provider_id == provider_id)
    case_id = session.scalars(card).first()
    return session.get(HandOff, case_id, with_for_update=True) if case_id is not None else None


def member_said(session: Session, case: HandOff, item: InboxMessage, *, now: datetime, wall: datetime) -> None:
    """Puts a member's message into the case and before the eyes of staff; the card tells that they wait."""
    case.channel, case.address = item.channel, item.address
    clocks.member_wrote(case, now)
    author = case.member.name if case.member else item.address
    if add_entry(session, case, EntryKind.MEMBER, author, item.text, now, dedupe=f"inbox:{item.id}"):
        desk.tell(session, case, "member_message", f"inbox:{item.id}", now=now, wall=wall,
                  author=author, text=item.text, via=item.channel, at=item.received_at.isoformat())  # fmt: skip
        desk.show(session, case, now=now, wall=wall)
