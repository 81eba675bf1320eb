"""Churn: who left or lapsed, and where in the programme they stood."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.insights.measures import population
from bot.insights.measures.counts import Counts
from bot.insights.measures.kinds import COHORT, OF_COHORT, Kind, Unit
from bot.insights.measures.membership import changed, happened_on
from bot.insights.measures.sql import month_name
from bot.insights.measures.windows import Window
from bot.members.membership import ENDED, LAPSED
from bot.model import AuditEntry, JourneyRun, Member, MemberStatus
from bot.programme.models import Programme
from bot.progress.runs import STAGES

STAGE, WAY, NONE = "stage", "way", "none"
WAYS = {LAPSED: "lapsed", ENDED: "left"}


def count(session: Session, programme: Programme, window: Window, now: datetime) -> Counts:
    """Of those who were members at the beginning of the window, which is a month."""
    counts = Counts()
    if window.first > now.date():
        return counts
    for segment, many in population.members_on(session, window.first).items():
        counts.put(segment, n=many)
    for segment, stage, many in session.execute(_standing(programme, window)):
        counts.put(segment, STAGE, stage, n=many)
    for segment, stage, action, joined, many in session.execute(_gone(programme, window)):
        counts.put(segment, k=many)
        counts.put(segment, STAGE, stage, k=many)
        counts.put(segment, WAY, WAYS[action], k=many)
        counts.put(segment, COHORT, joined, k=many)
    return counts


def _rank(programme: Programme) -> sa.ColumnElement[int]:
    """Of several journeys at once, the stage that a conversation would be about."""
    ranks = {key: STAGES.index(one.stage) for key, one in programme.journeys.items()}
    return sa.case(ranks, value=JourneyRun.journey, else_=len(STAGES))


def _stage(rank: sa.ColumnElement[int] | sa.ScalarSelect[int]) -> sa.ColumnElement[str]:
    return sa.case(dict(enumerate(STAGES)), value=rank, else_=NONE)


def _standing(programme: Programme, window: Window) -> sa.Select[Any]:
    """How many members were in each stage when the window began."""
    each = (
        sa.select(Member.segment, sa.func.min(_rank(programme)).label("rank"))
        .join(Member, Member.id == JourneyRun.member_id)
        .where(
            JourneyRun.entered_at < window.starts,
            sa.or_(JourneyRun.ended_at.is_(None), JourneyRun.ended_at >= window.starts),
            Member.status != MemberStatus.MERGED,
        )
        .group_by(Member.id, Member.segment)
        .subquery()
    )
    stage = _stage(each.c.rank).label("stage")
    return sa.select(each.c.segment, stage, sa.func.count()).group_by(each.c.segment, stage)


def _gone(programme: Programme, window: Window) -> sa.Select[Any]:
    """Who left or lapsed in the window. Runs end in the very moment in which it becomes known."""
    stood = (
        sa.select(sa.func.min(_rank(programme)))
        .where(
            JourneyRun.member_id == AuditEntry.member_id,
            JourneyRun.entered_at < AuditEntry.at,  # what is entered because of it is not where they stood
            sa.or_(JourneyRun.ended_at.is_(None), JourneyRun.ended_at >= AuditEntry.at),
        )
        .correlate(AuditEntry)
        .scalar_subquery()
    )
    each = (
        sa.select(Member.segment, sa.func.coalesce(stood, len(STAGES)).label("rank"), AuditEntry.action,
                  month_name(Member.joined_on).label("joined"))
        .join(Member, Member.id == AuditEntry.member_id)
        .where(
            *changed(),
            AuditEntry.action.in_(tuple(WAYS)),
            happened_on() >= window.first.isoformat(),
            happened_on() < window.until.isoformat(),
            Member.status != MemberStatus.MERGED,
        )
        .subquery()
    )  # fmt: skip
    stage = _stage(each.c.rank).label("stage")
    columns = (each.c.segment, stage, each.c.action, each.c.joined)
    return sa.select(*columns, sa.func.count()).group_by(*columns)


KIND = Kind(
    name="churn",
    title="Churn",
    definition="How many of a hundred members leave or lapse in a month, and at which stage of the programme they "
    "stood.",
    how=(
        (
            "Left or lapsed: a membership that was told to have ended or lapsed (membership.ended, "
            "membership.lapsed), in "
            "the month in which it happened. Somebody who lapses and then leaves counts twice."
        ),
        population.HOW,
        (
            "The stage is that of the journey that the member was in at that moment; of several at once the one "
            "that the "
            "bot would talk about: onboarding before renewal, win-back and engagement. By stage, the share is "
            "that of the "
            "members who were in the stage at the beginning of the month."
        ),
        (
            "Months that are over are counted, so a period ends with the last month. Over several months it is "
            "the mean of the "
            "months, weighed by members. Who left before their record "
            "came here "
            "is not counted; nor are records that were merged into another."
        ),
        "A member counts in the segment that they belong to now, and in the month in which they joined last.",
    ),
    unit=Unit.SHARE,
    reaches=False,
    count=count,
    things="members at the beginning of the months",
    needs="Members, and an event or a file that tells when one of them leaves or lapses.",
    breakdowns={STAGE: "By stage", WAY: "Left or lapsed", **OF_COHORT},
    share_whole=frozenset({WAY, COHORT}),
    whole_months=True,
    least_months=2,
)
