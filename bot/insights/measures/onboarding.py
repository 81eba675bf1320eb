"""Onboarding completion: who reached the end of an onboarding journey within 90 days of joining."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.insights.measures.counts import WAITING, Counts
from bot.insights.measures.kinds import Kind, Unit
from bot.insights.measures.sql import iso_day
from bot.insights.measures.windows import Window
from bot.model import JourneyRun, Member, MemberStatus, RunState, StepProgress, StepState
from bot.programme.models import Programme

DAYS = 90
STAGE = "onboarding"
WAYS = {"all": "Every step done", "some": "Some steps passed over"}


def count(session: Session, programme: Programme, window: Window, now: datetime) -> Counts:
    """Of those who joined in the window; who has days left is counted as waiting."""
    keys, segments = _meant(programme)
    done, skipped = _completed(keys, StepState.DONE), _completed(keys, StepState.SKIPPED)
    is_over = Member.joined_on < (now.date() - timedelta(days=DAYS))
    way = sa.case((~done, "no"), (skipped, "some"), else_="all")
    found = sa.select(Member.segment, is_over.label("is_over"), way.label("way"), sa.func.count()).where(
        Member.joined_on >= window.first,
        Member.joined_on < window.until,
        Member.joined_on <= now.date(),
        Member.status != MemberStatus.MERGED,
        Member.segment.in_(segments),
        iso_day(Member.created_at) <= iso_day(Member.joined_on, DAYS),
    )
    counts = Counts()
    for segment, over, how, many in session.execute(found.group_by(Member.segment, "is_over", "way")):
        if not over:
            counts.put(segment, WAITING, n=many)
            continue
        counts.put(segment, n=many, k=many if how != "no" else 0)
        if how != "no":
            counts.put(segment, "way", how, k=many)
    return counts


def _meant(programme: Programme) -> tuple[list[str], list[str]]:
    """The onboarding journeys, and the segments that have one."""
    journeys = {key: one for key, one in programme.journeys.items() if one.stage == STAGE}
    every = [segment.key for segment in programme.segments]
    return list(journeys), [key for key in every if any(not one.segments or key in one.segments
                                                         for one in journeys.values())]  # fmt: skip


def _completed(keys: list[str], state: StepState) -> sa.ColumnElement[bool]:
    """Whether the member completed one in time, with at least one step in that state."""
    return (
        sa.exists()
        .where(
            JourneyRun.member_id == Member.id,
            JourneyRun.journey.in_(keys),
            JourneyRun.state == RunState.COMPLETED,
            iso_day(JourneyRun.ended_at) <= iso_day(Member.joined_on, DAYS),
            iso_day(JourneyRun.ended_at) >= iso_day(Member.joined_on),
            sa.exists().where(StepProgress.run_id == JourneyRun.id, StepProgress.state == state),
        )
        .correlate(Member)
    )


KIND = Kind(
    name="onboarding",
    title="Onboarding completion",
    definition=f"The share of new members who reach the end of their onboarding journey within {DAYS} days of joining.",
    how=(
        (
            f"Counted are members whose {DAYS} days are over, in the month in which they joined. Whoever has days left "
            "counts neither way."
        ),
        (
            f"Completed: an onboarding journey of theirs came to its end on day {DAYS} or before, and at least "
            "one of its "
            "steps was done. A step that the member skipped, or that was passed over in silence, does not hold "
            "it up; how "
            "many ended so stands below."
        ),
        (
            "Who left or lapsed on the way counts as not completed. Who came here (by import) more than "
            f"{DAYS} days after joining, and segments without an onboarding journey, are left out; so are records that "
            "were merged into another."
        ),
        "A member counts in the segment that they belong to now. Who left and joined again counts from the later date.",
    ),
    unit=Unit.SHARE,
    target=Fraction(80, 100),
    count=count,
    things="members whose 90 days are over",
    needs=f"Members who joined, and whose first {DAYS} days are over.",
    breakdowns={"way": "How they completed"},
    share_whole=frozenset({"way"}),
    waiting=f"joined, but their {DAYS} days are not over yet",
    least_months=5,
)
