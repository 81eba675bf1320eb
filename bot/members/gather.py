"""The parts of a member's page, read from the tables: each a few statements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bot.handoff import names
from bot.handoff.cases import IS_UNRESOLVED
from bot.handoff.words import REASONS
from bot.members import goals, merge, segments
from bot.members.absences import PAUSE
from bot.members.records import (
    AbsenceLine,
    Address,
    Agreed,
    CaseLine,
    DeclinedLine,
    GoalLine,
    GoalNoteLine,
    MergeLine,
    NoteLine,
    Person,
)
from bot.members.told import told_by
from bot.model import (
    Absence,
    CaseEntry,
    ConsentEvent,
    ConsentKind,
    ContactPoint,
    Conversation,
    Declined,
    EntryKind,
    HandOff,
    Member,
    MemberNote,
    MemberStatus,
    Merge,
    MergeKind,
)
from bot.outreach.reach import is_free
from bot.programme.models import Programme

MOST = 200
Names = Mapping[str, str]
WRONG = {
    "blocked": "they blocked us there",
    "wrong_number": "somebody else is behind it",
    "replaced": "there is a newer one",
}


def person(session: Session, programme: Programme, member: Member, now: datetime) -> Person:
    """Who it is."""
    named = {segment.key: segment.name for segment in programme.segments}
    merged = member.status is MemberStatus.MERGED
    hidden = (segments.TRAIT, segments.CHOSEN)
    return Person(
        member_id=member.id,
        number=member.number,
        first_name=member.first_name,
        last_name=member.last_name,
        name=member.name,
        status=str(member.status),
        segment=member.segment,
        segment_name=named.get(member.segment) or member.segment.replace("_", " "),
        segment_by_staff=segments.TRAIT in member.traits,
        time_zone=member.time_zone,
        local_time=now.astimezone(member.zone),
        language=member.language,
        country=member.country,
        joined_on=member.joined_on,
        renews_on=member.renews_on,
        lapsed_on=member.lapsed_on,
        away_until=member.away_until,
        account=member.account.name if member.account else None,
        account_id=member.account_id,
        msm=member.msm.name if member.msm else None,
        msm_id=member.msm_id,
        msm_email=member.msm.email if member.msm else None,
        traits={name: str(value) for name, value in member.traits.items() if name not in hidden},
        dates={name: str(value) for name, value in (member.dates or {}).items()},
        wishes={name: _wish(value) for name, value in (member.wishes or {}).items()},
        created_at=member.created_at,
        into_id=merge.survivor(session, member) if merged else None,
    )


def _wish(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def addresses(session: Session, member: Member) -> tuple[Address, ...]:
    """Those that may be used first."""
    conversation = session.get(Conversation, member.id)
    last = (conversation.channel, conversation.address) if conversation is not None else None
    found = [_address(point, last) for point in member.contact_points]
    return tuple(sorted(found, key=lambda one: (not one.is_usable, not one.is_last, one.point_id)))


def _address(point: ContactPoint, last: tuple[str | None, str | None] | None) -> Address:
    why_not, since = _hindrance(point)
    return Address(
        point_id=point.id,
        channel=point.channel,
        channel_name=names.channel(point.channel),
        address=point.address,
        is_usable=is_free(point) and point.unconfirmed_at is None,
        why_not=why_not,
        since=since,
        consented_at=point.consented_at,
        is_last=(point.channel, point.address) == last,
    )


def _hindrance(point: ContactPoint) -> tuple[str | None, datetime | None]:
    if point.opted_out_at is not None:
        return "they said STOP there", point.opted_out_at
    if point.unusable_at is not None:
        reason = point.unusable_reason or ""
        return WRONG.get(reason) or f"it does not work{f' ({reason})' if reason else ''}", point.unusable_at
    if point.unconfirmed_at is not None:
        return "nobody has confirmed that it is theirs", point.unconfirmed_at
    return ("they have not agreed to messages there", None) if point.consented_at is None else (None, None)


def goals_of(session: Session, member: Member, staff: Names) -> tuple[GoalLine, ...]:
    """The present goal first."""
    return tuple(
        GoalLine(
            text=told.goal.text,
            source=told_by(told.goal.source, staff) or "",
            set_at=told.goal.set_at,
            ended_at=told.goal.ended_at,
            end=str(told.goal.end) if told.goal.end else None,
            notes=tuple(
                GoalNoteLine(note.at, note.percent, note.text, told_by(note.source, staff) or "")
                for note in reversed(told.notes)
            ),
        )
        for told in reversed(goals.history(session, member.id))
    )


def consents(session: Session, member: Member, staff: Names) -> tuple[Agreed, ...]:
    """The ledger, the newest entry first."""
    rows = sa.select(ConsentEvent).where(ConsentEvent.member_id == member.id)
    return tuple(
        Agreed(
            at=row.at,
            channel=row.channel,
            address=row.address,
            granted=row.kind is ConsentKind.GRANTED,
            source=told_by(row.source, staff) or "",
            wording=row.wording,
            message_class=row.message_class,
        )
        for row in session.scalars(rows.order_by(ConsentEvent.id.desc()).limit(MOST))
    )


def declined(session: Session, member: Member, staff: Names) -> tuple[DeclinedLine, ...]:
    """The classes that the member does not want."""
    rows = sa.select(Declined).where(Declined.member_id == member.id).order_by(Declined.id.desc())
    return tuple(
        DeclinedLine(row.message_class, told_by(row.source, staff) or "", row.wording, row.at)
        for row in session.scalars(rows)
    )


def cases(session: Session, programme: Programme, member: Member) -> tuple[CaseLine, ...]:
    """What is not resolved first, then the newest."""
    rows = sa.select(HandOff).where(HandOff.member_id == member.id).options(joinedload(HandOff.assignee))
    found = session.scalars(rows.order_by(sa.case((IS_UNRESOLVED, 0), else_=1), HandOff.id.desc()).limit(MOST))
    return tuple(_case(programme, row) for row in found)


def _case(programme: Programme, row: HandOff) -> CaseLine:
    desk = programme.inbox.teams.get(row.team.value)
    return CaseLine(
        case_id=row.id,
        reason=REASONS.get(row.reason.value, row.reason.replace("_", " ")),
        summary=row.summary,
        state=str(row.state),
        priority=str(row.priority),
        team=desk.name if desk else row.team.replace("_", " "),
        assignee=row.assignee.name if row.assignee else None,
        opened_at=row.opened_at,
        resolved_at=row.resolved_at,
        outcome=row.outcome,
    )


def absences(session: Session, member: Member, staff: Names, now: datetime) -> tuple[AbsenceLine, ...]:
    """The latest first."""
    rows = sa.select(Absence).where(Absence.member_id == member.id).order_by(Absence.starts_at.desc()).limit(MOST)
    return tuple(
        AbsenceLine(
            absence_id=row.id,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            source=told_by(row.source.removeprefix(PAUSE), staff) or "",
            note=row.note,
            is_pause=row.source.startswith(PAUSE),
            is_now=row.starts_at <= now < row.ends_at,
        )
        for row in session.scalars(rows)
    )


def notes(session: Session, member: Member) -> tuple[NoteLine, ...]:
    """What colleagues noted, in cases and without one, the newest first."""
    alone = sa.select(MemberNote).where(MemberNote.member_id == member.id).order_by(MemberNote.id.desc()).limit(MOST)
    in_cases = (
        sa.select(CaseEntry)
        .join(HandOff, HandOff.id == CaseEntry.hand_off_id)
        .where(HandOff.member_id == member.id, CaseEntry.kind == EntryKind.NOTE)
        .order_by(CaseEntry.id.desc())
        .limit(MOST)
    )
    found = [NoteLine(row.at, row.author, row.text, None) for row in session.scalars(alone)]
    found += [NoteLine(row.at, row.author, row.text, row.hand_off_id) for row in session.scalars(in_cases)]
    return tuple(sorted(found, key=lambda note: note.at, reverse=True)[:MOST])


def merges(session: Session, member: Member, staff: Names) -> tuple[MergeLine, ...]:
    """With which other records this one was made one, the newest first."""
    mine = sa.or_(Merge.member_id == member.id, Merge.other_id == member.id)
    rows = session.scalars(sa.select(Merge).where(Merge.kind == MergeKind.MERGE, mine).order_by(Merge.id.desc())).all()
    found = []
    for row in rows:
        is_into = row.other_id == member.id
        other = session.get(Member, row.member_id if is_into else row.other_id)
        if other is not None:
            said = f"{other.name} ({other.number})" if other.number else other.name
            by = told_by(row.by, staff) or row.by
            found.append(MergeLine(row.id, other.id, said, is_into, by, row.at, row.undone_at))
    return tuple(found)
