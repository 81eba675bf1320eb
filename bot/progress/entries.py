"""Which journeys a member enters, and when: planned ahead as rows, so that a tick costs what is due."""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.db import Database
from bot.events.observed import catch_up
from bot.model import (
    CheckIn,
    CheckInKind,
    CheckInState,
    JourneyRun,
    Member,
    MemberStatus,
    PlannedEntry,
    RunState,
    StepProgress,
)
from bot.programme import navigate
from bot.programme.models import Programme
from bot.progress import dates, runs, steps
from bot.progress.occasions import Planned, wanted
from bot.progress.runs import Occasion, Standing
from bot.surveys import planning

log = logging.getLogger(__name__)

BATCH = 50


def rules_digest(programme: Programme) -> str:
    """Changes with what decides who enters which journey, and is asked which survey, when."""
    rules: dict[str, object] = {
        key: [journey.stage, journey.segments, journey.entry.model_dump(mode="json"), str(journey.lapses)]
        for key, journey in programme.journeys.items()
    }
    rules |= {
        f"survey {key}": [survey.segments, survey.when.model_dump(mode="json"), str(survey.lapses)]
        for key, survey in programme.surveys.items()
    }
    return hashlib.sha256(json.dumps(rules, sort_keys=True).encode()).hexdigest()[:12]


def replan(session: Session, programme: Programme, member: Member, now: datetime) -> None:
    """Brings a member's journeys in line with what is known of them; call it after anything about them changed.

    Runs that no longer fit end, what is due is entered, what is to come is planned, and a run that had nothing to ask
    because a date was missing is looked at again.
    """
    session.flush()
    if member.status is MemberStatus.MERGED:
        session.execute(sa.delete(PlannedEntry).where(PlannedEntry.member_id == member.id))
        planning.replan(session, programme, member, now)
        member.planned_with = rules_digest(programme)
        return
    for standing in runs.all_active(session, member.id):
        why = _unfit(programme, standing, member)
        if why is not None:
            end_run(session, programme, standing, member, why, now)
    member.planned_with = rules_digest(programme)
    _plan(session, programme, member, now)
    planning.replan(session, programme, member, now)
    for standing in runs.all_active(session, member.id):
        _keep_asking(session, programme, standing, member, now)


def end_run(
    session: Session, programme: Programme, standing: Standing, member: Member, outcome: str, now: datetime
) -> None:
    """Ends a run that is not complete; its open question is cancelled, a celebration still goes out."""
    live = steps.live_check_in(session, standing.run.id)
    if live is not None:
        steps.close(live, CheckInState.CANCELLED, outcome, now)
        steps.wake_waiting(session, member.id, now)
    steps.end(session, standing, member, RunState.ENDED, outcome, now)


def enter_due(db: Database, programme: Programme, clock: Clock, *, batches: int = 200) -> int:
    """The tick: runs that lapse, entries that are due, members whose plan is of older rules; returns how many."""
    digest, moved = rules_digest(programme), 0
    for _ in range(batches):
        with db.begin() as session:
            count = _batch(session, programme, digest, clock.now())
        moved += count
        if not count:
            break
    return moved


def _batch(session: Session, programme: Programme, digest: str, now: datetime) -> int:
    lapsed = sa.select(JourneyRun.member_id).where(JourneyRun.state == RunState.ACTIVE, JourneyRun.lapses_at <= now)
    due = sa.select(PlannedEntry.member_id).where(PlannedEntry.due_at <= now)
    # three ranges of an index instead of "is not", which would read every member
    older = [
        sa.select(Member.id).where(Member.planned_with.is_(None)),
        sa.select(Member.id).where(Member.planned_with < digest),
        sa.select(Member.id).where(Member.planned_with > digest),
    ]
    ids = {found for query in (lapsed, due, *older) for found in session.scalars(query.limit(BATCH))}
    locked = (
        sa.select(Member)
        .where(Member.id.in_(ids))
        .order_by(Member.id)
        .with_for_update(skip_locked=True, key_share=True)
    )
    members = session.scalars(locked).all() if ids else []
    for member in members:
        for standing in runs.all_active(session, member.id):
            if standing.run.lapses_at is not None and standing.run.lapses_at <= now:
                end_run(session, programme, standing, member, "lapsed", now)
        replan(session, programme, member, now)
    return len(members)


def _unfit(programme: Programme, standing: Standing, member: Member) -> str | None:
    """Why the member can't go on with this run; None when they can."""
    journey = programme.journeys.get(standing.journey.key, standing.journey)
    wins_back = standing.journey.stage == "winback"
    if member.status is MemberStatus.LEFT:
        return str(member.status)
    if (member.status is MemberStatus.LAPSED) is not wins_back:
        return "returned" if wins_back else "membership_lapsed"
    if journey.segments and member.segment not in journey.segments:
        return "segment_changed"
    moved = standing.run.anchor_on is not None and standing.run.anchor_on != member.renews_on
    return "renewal_moved" if moved and journey.entry.after == "renewal" else None


def _plan(session: Session, programme: Programme, member: Member, now: datetime) -> None:
    every_run = session.scalars(sa.select(JourneyRun).where(JourneyRun.member_id == member.id)).all()
    known = {(run.journey, run.occasion) for run in every_run}
    planned = {
        (row.journey, row.occasion): row
        for row in session.scalars(sa.select(PlannedEntry).where(PlannedEntry.member_id == member.id))
    }
    coming = [plan for plan in wanted(programme, member, every_run, now) if (plan.journey.key, plan.name) not in known]
    for plan in coming:
        row = planned.pop((plan.journey.key, plan.name), None)
        if plan.due_at <= now:
            if row is not None:
                session.delete(row)
            enter(session, programme, member, plan, now)
        elif row is not None:
            row.due_at, row.anchor_on = plan.due_at, plan.anchor_on
        else:
            session.add(
                PlannedEntry(
                    member_id=member.id, journey=plan.journey.key, occasion=plan.name, anchor_on=plan.anchor_on,
                    due_at=plan.due_at,
                )
            )  # fmt: skip
    for row in planned.values():
        session.delete(row)
    session.flush()


def enter(session: Session, programme: Programme, member: Member, plan: Planned, now: datetime) -> Standing | None:
    """The member enters a journey now; None when they entered it on this occasion before."""
    for standing in runs.all_active(session, member.id):
        if standing.journey.key == plan.journey.key:
            end_run(session, programme, standing, member, "next_round", now)
    lapses_at = plan.due_at + plan.journey.lapses if plan.journey.lapses is not None else None
    entered = runs.enter(session, member, plan.journey, Occasion(plan.name, plan.anchor_on, lapses_at), now)
    if entered is None:
        return None
    _carry_over(session, entered, member, now)
    catch_up(session, programme, entered, member, now)
    if entered.is_complete:
        steps.end(session, entered, member, RunState.COMPLETED, "completed", now)
    elif steps.live_check_in(session, entered.run.id) is None:
        steps.schedule_next(session, programme, entered, member, previous_at=None, now=now)
    return entered


def _carry_over(session: Session, entered: Standing, member: Member, now: datetime) -> None:
    """What was done in a journey that ended because the segment changed is done in the one that takes its place."""
    before = (
        sa.select(StepProgress)
        .join(JourneyRun, JourneyRun.id == StepProgress.run_id)
        .where(
            JourneyRun.member_id == member.id,
            JourneyRun.outcome == "segment_changed",
            StepProgress.state.in_(runs.OVER),
            JourneyRun.id != entered.run.id,
        )
    )
    for done in session.scalars(before).all():
        progress = entered.progress.get(done.step)
        if progress is not None and progress.state not in runs.OVER:
            progress.state, progress.source, progress.evidence = done.state, done.source, done.evidence
            progress.changed_at = now


def _keep_asking(session: Session, programme: Programme, standing: Standing, member: Member, now: datetime) -> None:
    """Asks what could not be asked before for want of a date, and moves what a changed date moved."""
    step = standing.current
    if step is None:
        return
    asked = sa.select(CheckIn).where(
        CheckIn.run_id == standing.run.id, CheckIn.step == step.key, CheckIn.kind == CheckInKind.STEP
    )
    rows = session.scalars(asked).all()
    live = steps.live_check_in(session, standing.run.id)
    if not rows and live is None:
        steps.schedule_next(session, programme, standing, member, previous_at=None, now=now)
    elif (
        len(rows) == 1
        and live is rows[0]
        and live.state is CheckInState.SCHEDULED
        and step.due.after != "previous_step"
    ):
        question = navigate.question_about(step, dates.starts_of(standing, member, None))
        if question is not None and question.due_at > now:
            at = dates.at_best(session, programme, member, question.due_at)
            live.expires_at, live.next_touch_at = question.expires_at, dates.before_end(at, question.expires_at)
