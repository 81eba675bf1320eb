"""Retention: of the memberships that were up for renewal, those that went on."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.insights.measures.counts import WAITING, Counts
from bot.insights.measures.kinds import COHORT, OF_COHORT, Kind, Unit
from bot.insights.measures.membership import changed, happened_on, told
from bot.insights.measures.sql import iso_day, month_name
from bot.insights.measures.windows import Window
from bot.members.membership import DATED, JOINED_AGAIN, RENEWED
from bot.model import AuditEntry, Member, MemberStatus
from bot.programme.models import Programme

GRACE = 30
"""Days after the renewal date: payments are late, and a member who pays a week later never left."""
RENEWS = 28
"""A record whose date moves by so many days or more was renewed; by fewer, it was corrected."""


def count(session: Session, programme: Programme, window: Window, now: datetime) -> Counts:
    """Of the renewal dates in the window; those whose grace is not over are counted as waiting."""
    due = _due(window).subquery("due")
    is_over = iso_day(due.c.day, GRACE) < now.date().isoformat()
    status = _status_on(due.c.member_id, iso_day(due.c.day, GRACE))
    stays = sa.case((status == str(MemberStatus.ACTIVE), 1), else_=0)
    each = (
        sa.select(Member.segment, month_name(Member.joined_on).label("joined"), is_over.label("over"),
                  sa.case((is_over, stays), else_=0).label("stays"))
        .join(Member, Member.id == due.c.member_id)
        .where(Member.status != MemberStatus.MERGED, iso_day(Member.created_at) <= due.c.day)
        .subquery()
    )  # fmt: skip
    counts = Counts()
    columns = (each.c.segment, each.c.joined, each.c.over)
    found = sa.select(*columns, sa.func.count(), sa.func.sum(each.c.stays)).group_by(*columns)
    for segment, joined, over, many, stay in session.execute(found):
        if not over:
            counts.put(segment, WAITING, n=many)
            continue
        counts.put(segment, n=many, k=int(stay))
        counts.put(segment, COHORT, joined, n=many, k=int(stay))
    return counts


def _due(window: Window) -> sa.CompoundSelect[tuple[int, str]]:
    """The renewal dates in the window: those of today's records, and those that a renewal has moved on since."""
    first, until = window.first.isoformat(), window.until.isoformat()
    present = sa.select(Member.id.label("member_id"), iso_day(Member.renews_on).label("day")).where(
        Member.renews_on >= window.first, Member.renews_on < window.until
    )
    before, after = (told(AuditEntry, moment, "renews_on") for moment in ("before", "after"))
    moved_on = sa.or_(
        AuditEntry.action.in_((RENEWED, JOINED_AGAIN)),
        sa.and_(AuditEntry.action == DATED, after >= iso_day(before, RENEWS)),
    )
    past = sa.select(AuditEntry.member_id, before).where(
        *changed(), AuditEntry.member_id.is_not(None), before >= first, before < until, after > before, moved_on
    )
    return sa.union(present, past)


def _status_on(member_id: sa.ColumnElement[int], day: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """What a membership was at the end of a day: by the last change until then, else by the first one after it."""
    last = _told_about(member_id, "after", happened_on() <= day, newest=True)
    following = _told_about(member_id, "before", happened_on() > day, newest=False)
    return sa.func.coalesce(last, following, sa.cast(Member.status, sa.Text))


def _told_about(
    member_id: sa.ColumnElement[int], moment: str, when: sa.ColumnElement[bool], *, newest: bool
) -> sa.ScalarSelect[str]:
    order = (happened_on().desc(), AuditEntry.id.desc()) if newest else (happened_on(), AuditEntry.id)
    return (
        sa.select(told(AuditEntry, moment, "status"))
        .where(*changed(), AuditEntry.member_id == member_id, when)
        .order_by(*order)
        .limit(1)
        .scalar_subquery()
    )


KIND = Kind(
    name="retention",
    title="Retention",
    definition=f"The share of memberships that go on: {GRACE} days after a renewal date, the member is still one.",
    how=(
        (
            "Counted are renewal dates, in the month of the date. Each renewal date of a member counts once, so "
            "somebody "
            "who renews twice in the period counts twice."
        ),
        (
            f"Kept: {GRACE} days after the date (the grace) the membership is active. That it was renewed need "
            "not have "
            "been told: who is neither lapsed nor gone counts as kept. Who was won back later than that was lost."
        ),
        (
            "The renewal date in the member's record and the earlier ones that the audit log tells of are counted "
            f"(membership.renewed, joined again, or a date in the record that moved by {RENEWS} days or more; a "
            "smaller "
            "move is a correction). Dates from before the member's record came here are not known, and not counted."
        ),
        (
            f"Dates whose {GRACE} days of grace are not over count neither way. Who left before the date counts "
            "as lost "
            "in the month of the date. The figure is only as true as the events or files that tell of leaving "
            "are complete."
        ),
        "A member counts in the segment that they belong to now, and in the month in which they joined last.",
    ),
    unit=Unit.SHARE,
    target=Fraction(85, 100),
    count=count,
    things="renewal dates whose grace is over",
    needs=f"Members with a renewal date (`renews_on`) that is {GRACE} days past.",
    breakdowns=OF_COHORT,
    waiting=f"renewal dates whose {GRACE} days of grace are not over yet",
    least_months=3,
)
