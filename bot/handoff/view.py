"""What a case's card shows, as plain values: the edge that draws it asks nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.handoff import clocks
from bot.handoff.view_member import MemberView, Person, Position, member_view
from bot.handoff.view_reach import phone_of
from bot.handoff.view_story import Line, Question, conversation, question
from bot.members import match as matching
from bot.model import CaseEntry, EntryKind, HandOff, HandOffState
from bot.programme.models import Programme


@dataclass(frozen=True)
class Clock:
    """When a person has to act; times are UTC. `waiting_since`: the member has been waiting for a word of staff.

    `reply_due` is None when nobody waits. While a case is snoozed its clock stands still.
    """

    waiting_since: datetime | None = None
    reply_due: datetime | None = None
    resolve_due: datetime | None = None
    snoozed_until: datetime | None = None
    reminders: int = 0


@dataclass(frozen=True)
class CaseView:
    """Everything on the card at `at` (UTC). `assignee` of an open case is whom it was given to; `zone` is the team's.

    `words` are what the member wrote when the case was opened; `last_messages` leaves them out.
    """

    case_id: int
    state: str
    reason: str
    priority: str
    team: str
    zone: ZoneInfo
    summary: str
    channel: str
    address: str
    opened_at: datetime
    at: datetime
    assignee: str | None = None
    outcome: str | None = None
    resolved_at: datetime | None = None
    follow_up_on: date | None = None
    reopened: int = 0
    clock: Clock = Clock()
    member: MemberView | None = None
    question: Question | None = None
    words: Line | None = None
    last_messages: tuple[Line, ...] = ()
    notes: int = 0
    can_call: bool = False
    is_matched: bool = False
    """Whether staff said who wrote, which can be taken back."""

    @property
    def person(self) -> Person | None:
        return self.member.person if self.member else None

    @property
    def position(self) -> Position | None:
        return self.member.position if self.member else None


def view(session: Session, case: HandOff, programme: Programme, now: datetime) -> CaseView:
    """The case as it is at `now` (UTC). Reads only, in a fixed number of statements."""
    desk = programme.inbox.teams.get(case.team.value)
    lines, words = conversation(session, case, programme)
    return CaseView(
        case_id=case.id,
        state=case.state,
        reason=case.reason,
        priority=case.priority,
        team=desk.name if desk else case.team.replace("_", " "),
        zone=desk.hours.zone if desk else ZoneInfo("UTC"),
        summary=case.summary,
        channel=case.channel,
        address=case.address,
        opened_at=case.opened_at,
        at=now,
        assignee=case.assignee.name if case.assignee else None,
        outcome=case.outcome,
        resolved_at=case.resolved_at,
        follow_up_on=case.follow_up_on,
        reopened=case.reopened or 0,
        clock=_clock(case, programme, now),
        member=member_view(session, case.member, programme, now) if case.member else None,
        question=question(session, case, programme),
        words=words,
        last_messages=lines,
        notes=session.scalars(_NOTES, {"case": case.id}).one(),
        can_call=phone_of(case) is not None,
        is_matched=matching.of_case(session, case) is not None,
    )


_NOTES = sa.select(sa.func.count()).where(
    CaseEntry.hand_off_id == sa.bindparam("case"), CaseEntry.kind == EntryKind.NOTE
)


def _clock(case: HandOff, programme: Programme, now: datetime) -> Clock:
    if case.state is HandOffState.RESOLVED:
        return Clock()
    snoozed = case.snoozed_until if clocks.is_snoozed(case, now) else None
    due = clocks.deadlines(case, programme.inbox)
    return Clock(case.waiting_since, due.first_reply, due.resolve, snoozed, case.rung or 0)
