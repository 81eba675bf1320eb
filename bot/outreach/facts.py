"""Gathering what the contact policy looks at: for many members in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from bot.bulk import among
from bot.members.said import said_of
from bot.model import (
    LIVE,
    Absence,
    CheckIn,
    CheckInKind,
    CheckInState,
    ContactPoint,
    Conversation,
    Declined,
    HandOff,
    HandOffState,
    InboxMessage,
    InboxState,
    Member,
    MemberStatus,
    Staff,
    Touch,
    TouchState,
)
from bot.outreach import wishes
from bot.outreach.batch import Attempted, Batch
from bot.outreach.holidays import closed_days
from bot.outreach.hours import never
from bot.outreach.policy import WEEK, Facts
from bot.outreach.reach import Point, Reach
from bot.programme.models import ContactHours, Journey, Programme, Rung
from bot.progress import runs
from bot.progress.runs import Standing

URGENCY = ("transactional", "relationship", "promotional")
"""Which question goes first when a member has several."""
ASKED = (TouchState.QUEUED, TouchState.SENT, TouchState.UNKNOWN)


@dataclass(frozen=True)
class Asked:
    """A question that was put to the member and has no answer yet."""

    check_in_id: int
    message_class: str
    opened_at: datetime
    bundled_with_id: int | None


@dataclass
class Known:
    """What outreach knows of one member at `now`. What is planned in the meantime is added by `planned`.

    `batch` is shared with the other members that are looked at in the same transaction.
    """

    session: Session
    programme: Programme
    reach: Reach
    member: Member
    now: datetime
    batch: Batch
    points: list[Point] = field(default_factory=list)
    conversation: Conversation | None = None
    has_open_case: bool = False
    is_writing: bool = False
    sent: list[datetime] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    msm_absences: list[Absence] = field(default_factory=list)
    declined: set[str] = field(default_factory=set)
    asked: list[Asked] = field(default_factory=list)

    @cached_property
    def said(self) -> Mapping[str, str]:
        """The member's values for texts."""
        return said_of(self.programme, self.member)

    def journey(self, run_id: int) -> Journey:
        """The journey of a run, as it was pinned."""
        return self.batch.journey(run_id)

    def touches(self, check_in: CheckIn) -> Sequence[Attempted | Touch]:
        """What was tried so far, in order."""
        by_rung = self.batch.touches(check_in)
        return [by_rung[rung] for rung in sorted(by_rung)]

    def best(self, modality: str) -> Point | None:
        """The member's address for a modality."""
        return self.reach.best(self.session, self.points, self.member, self.conversation, modality, self.now)

    def in_writing(self) -> Point | None:
        """Where a person would write to the member."""
        return self.reach.in_writing_of(self.session, self.points, self.member, self.conversation, self.now)

    def standing(self, run_id: int) -> Standing:
        """Where the member stands in a run."""
        return runs.standing(self.session, run_id)

    def facts(self, check_in: CheckIn, point: Point | None, rung: Rung | None = None) -> Facts:
        """The facts for one touch to `point` at `now`."""
        return Facts(
            zone=self.member.zone,
            hours=wishes.hours(self.programme.hours, self.member),
            caps=wishes.caps(self.programme.caps, self.member),
            is_member=self._is_member(check_in),
            is_open=check_in.state in LIVE,
            declined=not self.declined.isdisjoint(check_in.declinable_as),
            has_open_case=self.has_open_case,
            is_writing=self.is_writing,
            last_heard=self.conversation.last_message_at if self.conversation else None,
            away_until=self.member.away_until,
            absent_until=until(self.absences, self.now),
            another_question=self._waits_for_another(check_in),
            has_address=point is not None,
            consented=point is not None and point.consented_at is not None,
            opted_out=point is not None and point.opted_out_at is not None,
            has_other_address=point is not None and self.reach.elsewhere(self.points, point),
            unusable=point is not None and point.unusable_at is not None,
            window_closed=point is not None and self.reach.window_closed(self.session, point, self.now),
            prefers_other=rung is not None
            and wishes.prefers_other(self.reach, self.member, self.points, check_in, rung),
            msm_away=rung is not None and rung.modality == "voice" and until(self.msm_absences, self.now) is not None,
            is_closed=closed_for(self.programme.hours, self.member),
            sent=tuple(self.sent),
        )

    def planned(self, check_in: CheckIn) -> None:
        """A touch of this check-in is on its way: it counts for the caps, and its question is asked."""
        self.sent.append(self.now)
        if check_in.kind is not CheckInKind.CELEBRATION and all(a.check_in_id != check_in.id for a in self.asked):
            self.asked.append(_asked(check_in, self.now))

    def over(self, check_in: CheckIn) -> None:
        """Nobody waits for an answer to this check-in any more."""
        self.asked = [asked for asked in self.asked if asked.check_in_id != check_in.id]

    def _is_member(self, check_in: CheckIn) -> bool:
        """Those whose membership has lapsed may still be asked to come back, and nothing else."""
        if self.member.status is MemberStatus.LAPSED and check_in.run_id is not None:
            return self.journey(check_in.run_id).stage == "winback"
        return self.member.status is MemberStatus.ACTIVE

    def _waits_for_another(self, check_in: CheckIn) -> bool:
        """One question at a time: a more urgent one goes first, and of equals the one that was asked first."""
        if check_in.kind is CheckInKind.CELEBRATION:
            return False
        own = next((asked for asked in self.asked if asked.check_in_id == check_in.id), None)
        mine = URGENCY.index(check_in.message_class)
        for other in self.asked:
            if other.check_in_id == check_in.id or other.bundled_with_id == check_in.id:
                continue
            theirs = URGENCY.index(other.message_class)
            if theirs < mine:
                return True
            first = own is None or (other.opened_at, other.check_in_id) < (own.opened_at, own.check_in_id)
            if theirs == mine and first:
                return True
        return False


def closed_for(hours: ContactHours, member: Member) -> Callable[[date], bool]:
    """The public holidays on which contact with this member may not begin."""
    return never if hours.on_holidays else closed_days(member.country, member.time_zone)


def until(absences: Iterable[Absence], now: datetime) -> datetime | None:
    """The end of the absence that covers `now`, those that follow without a gap included; None when there is none."""
    end: datetime | None = None
    for absence in sorted(absences, key=lambda one: one.starts_at):
        if absence.starts_at <= (end or now) and absence.ends_at > (end or now):
            end = absence.ends_at
    return end


def load(
    session: Session,
    programme: Programme,
    reach: Reach,
    member_ids: Collection[int],
    now: datetime,
    *,
    but: Collection[int] = (),
) -> dict[int, Known]:
    """What is known of each of these members; a fixed number of statements, however many they are.

    `but` are touches that are not counted, because they are the ones that are to be decided.
    """
    if not member_ids:
        return {}
    members = session.scalars(_MEMBERS, {"ids": member_ids}).all()
    return load_of(session, programme, reach, members, now, but=but)


def load_of(
    session: Session,
    programme: Programme,
    reach: Reach,
    members: Collection[Member],
    now: datetime,
    *,
    but: Collection[int] = (),
    batch: Batch | None = None,
) -> dict[int, Known]:
    """The same for members that are read already."""
    ids, batch = {"ids": [member.id for member in members]}, batch or Batch(session)
    known = {member.id: Known(session, programme, reach, member, now, batch) for member in members}
    _add_people(session, known)
    for conversation in session.scalars(_CONVERSATIONS, ids):
        known[conversation.member_id].conversation = conversation
    for member_id in filter(None, session.scalars(_OPEN_CASES, ids)):
        known[member_id].has_open_case = True
    for member_id in filter(None, session.scalars(_UNREAD, ids)):
        known[member_id].is_writing = True
    for touch in session.execute(_SENT, {**ids, "week_ago": now - WEEK}):
        if touch.id not in but:
            known[touch.member_id].sent.append(touch.sent_at or touch.changed_at)
    for declined in session.execute(_DECLINED, ids):
        known[declined.member_id].declined.add(declined.message_class)
    for asked in session.execute(_ASKED, ids):
        known[asked.member_id].asked.append(_asked(asked, now))
    _add_absences(session, known, now)
    return known


def _add_people(session: Session, known: dict[int, Known]) -> None:
    """The members' addresses, and who looks after them."""
    for member_id, *point in session.execute(_CONTACT_POINTS, {"ids": known}):
        known[member_id].points.append(Point(*point))
    ids = {one.member.msm_id for one in known.values() if one.member.msm_id is not None}
    staff = {one.id: one for one in session.scalars(_STAFF, {"ids": ids})} if ids else {}
    for one in known.values():
        set_committed_value(one.member, "msm", staff.get(one.member.msm_id or 0))


def _add_absences(session: Session, known: dict[int, Known], now: datetime) -> None:
    by_staff: dict[int, list[Known]] = defaultdict(list)
    for one in known.values():
        if one.member.msm_id is not None:
            by_staff[one.member.msm_id].append(one)
    for absence in session.scalars(_ABSENCES, {"ids": list(known), "staff": list(by_staff), "now": now}):
        if absence.member_id is not None:
            known[absence.member_id].absences.append(absence)
        for one in by_staff.get(absence.staff_id or 0, ()):
            one.msm_absences.append(absence)


def _asked(check_in: Any, now: datetime) -> Asked:
    return Asked(check_in.id, check_in.message_class, check_in.opened_at or now, check_in.bundled_with_id)


# Built once: building a statement costs more than running it.
_MEMBERS = sa.select(Member).where(among(Member.id))
_CONTACT_POINTS = (
    sa.select(ContactPoint.member_id, *(sa.inspect(ContactPoint).columns[one.name] for one in fields(Point)))
    .where(among(ContactPoint.member_id))
    .order_by(ContactPoint.id)
)
_STAFF = sa.select(Staff).where(among(Staff.id))
_CONVERSATIONS = sa.select(Conversation).where(among(Conversation.member_id))
_OPEN_CASES = sa.select(HandOff.member_id).where(among(HandOff.member_id), HandOff.state != HandOffState.RESOLVED)
# Whose message waits to be understood: it may be the answer.
_UNREAD = sa.select(InboxMessage.member_id).where(
    among(InboxMessage.member_id), InboxMessage.state == InboxState.PENDING
)
# Touches of the last week; one that is on its way counts from when it was queued.
_WEEK_AGO = sa.bindparam("week_ago", type_=Touch.changed_at.type)
_SENT = (
    sa.select(Touch.id, Touch.member_id, Touch.sent_at, Touch.changed_at)
    .where(
        among(Touch.member_id),
        sa.or_(Touch.sent_at > _WEEK_AGO, sa.and_(Touch.state == TouchState.QUEUED, Touch.changed_at > _WEEK_AGO)),
    )
    .order_by(sa.func.coalesce(Touch.sent_at, Touch.changed_at))
)
_DECLINED = sa.select(Declined.member_id, Declined.message_class).where(among(Declined.member_id))
_PUT = sa.exists().where(Touch.check_in_id == CheckIn.id, Touch.state.in_(ASKED))
_ASKED = sa.select(
    CheckIn.id, CheckIn.member_id, CheckIn.message_class, CheckIn.opened_at, CheckIn.bundled_with_id
).where(
    among(CheckIn.member_id),
    CheckIn.state == CheckInState.OPEN,
    CheckIn.kind != CheckInKind.CELEBRATION,
    sa.or_(_PUT, CheckIn.bundled_with_id.is_not(None)),
)
_ABSENCES = sa.select(Absence).where(
    sa.or_(among(Absence.member_id), among(Absence.staff_id, "staff")),
    Absence.ends_at > sa.bindparam("now"),
)
