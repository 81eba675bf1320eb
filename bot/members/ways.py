"""Where a member stands in each journey that they ever entered, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.members.records import MilestoneLine, StepLine, Way
from bot.members.told import told_by
from bot.model import CheckIn, CheckInKind, JourneyRun, Member, RunState, StepState, Touch
from bot.programme import navigate
from bot.programme.models import Milestone, Step
from bot.progress import runs
from bot.progress.runs import Standing

BEGINNING = "The beginning"
MOST = 40
Asked = Mapping[tuple[int, str], tuple[datetime | None, int]]
"""By run and step: since when it was asked, and in how many messages."""


def of(session: Session, member: Member, staff: Mapping[str, str]) -> tuple[Way, ...]:
    """Those that are under way first, then the newest."""
    under_way = sa.case((JourneyRun.state == RunState.ACTIVE, 0), else_=1)
    mine = sa.select(JourneyRun.id).where(JourneyRun.member_id == member.id)
    ids = session.scalars(mine.order_by(under_way, JourneyRun.id.desc()).limit(MOST)).all()
    runs.load(session, ids)
    asked = _asked(session, member)
    return tuple(_way(runs.standing(session, run_id), asked, staff) for run_id in ids)


def _asked(session: Session, member: Member) -> Asked:
    rows = (
        sa.select(CheckIn.run_id, CheckIn.step, sa.func.min(Touch.sent_at), sa.func.count(Touch.id))
        .join(Touch, Touch.check_in_id == CheckIn.id)
        .where(CheckIn.member_id == member.id, CheckIn.kind == CheckInKind.STEP, Touch.sent_at.is_not(None))
        .group_by(CheckIn.run_id, CheckIn.step)
    )
    return {(run_id or 0, step): (first, count) for run_id, step, first, count in session.execute(rows)}


def _way(standing: Standing, asked: Asked, staff: Mapping[str, str]) -> Way:
    run, journey = standing.run, standing.journey
    is_active = run.state is RunState.ACTIVE
    in_hand = standing.current if is_active else None
    milestones = tuple(_milestone(standing, one, in_hand, asked, staff) for one in journey.milestones)
    at = navigate.progress(journey, standing.done)
    reached = [one.name for one in milestones if one.is_reached]
    return Way(
        run_id=run.id,
        journey=journey.key,
        name=journey.name,
        stage=journey.stage,
        occasion=run.occasion,
        state=str(run.state),
        outcome=run.outcome.replace("_", " ") if run.outcome else None,
        entered_at=run.entered_at,
        ended_at=run.ended_at,
        lapses_at=run.lapses_at if is_active else None,
        point_a=reached[-1] if reached else BEGINNING,
        point_b=journey.milestones[-1].name,
        done=at.done,
        total=at.total,
        milestones=milestones,
    )


def _milestone(
    standing: Standing, milestone: Milestone, in_hand: Step | None, asked: Asked, staff: Mapping[str, str]
) -> MilestoneLine:
    steps = tuple(_step(standing, step, in_hand, asked, staff) for step in milestone.steps)
    over = all(step.key in standing.done for step in milestone.steps)
    reached = over and any(step.state == StepState.DONE for step in steps)
    at = max((step.changed_at for step in steps), default=None) if reached else None
    return MilestoneLine(milestone.key, milestone.name, reached, at, steps)


def _step(standing: Standing, step: Step, in_hand: Step | None, asked: Asked, staff: Mapping[str, str]) -> StepLine:
    known = standing.progress.get(step.key)
    since, messages = asked.get((standing.run.id, step.key), (None, 0))
    needed = standing.journey.complete_when
    return StepLine(
        key=step.key,
        name=step.name,
        state=str(known.state if known else StepState.PENDING),
        changed_at=known.changed_at if known else standing.run.entered_at,
        by=told_by(known.source, staff) if known else None,
        evidence=known.evidence if known else None,
        in_hand=in_hand is not None and in_hand.key == step.key,
        is_required=needed is None or needed == step.key,
        asked_at=since,
        messages=messages,
    )
