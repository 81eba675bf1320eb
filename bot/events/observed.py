"""What events show of the steps of a member's journeys.

An event counts for a run if it happened on or after the day the member joined (stage onboarding), or on or after the
moment the member entered the journey (all other stages): a course of last year shows nothing of this year's renewal.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.conversation.memory import forget_question
from bot.model import Conversation, Member, MemberEvent, Question, RunState, StepState
from bot.outreach.hours import at_local
from bot.programme import navigate
from bot.programme.models import Programme, Step
from bot.progress import runs, steps
from bot.progress.runs import Standing
from bot.progress.steps import Said


def observe(session: Session, programme: Programme, member: Member, seen: MemberEvent, now: datetime) -> int:
    """Completes the steps that the event shows to be done, in every run; returns how many."""
    done = 0
    for standing in runs.all_active(session, member.id):
        if seen.at < counts_from(standing, member):
            continue
        for step in _open_steps(standing):
            if seen.name in step.observed_by:
                _complete(session, programme, standing, step, member, seen, now)
                done += 1
    return done


def done_here(session: Session, programme: Programme, member: Member, name: str, evidence: Said, now: datetime) -> None:
    """Something that happened in the conversation itself, and shows steps to be done that wait for an event `name`."""
    for standing in runs.all_active(session, member.id):
        for step in list(_open_steps(standing)):
            if name in step.observed_by and standing.run.state is RunState.ACTIVE:
                steps.complete(session, programme, standing, step, member, evidence, now)


def catch_up(session: Session, programme: Programme, standing: Standing, member: Member, now: datetime) -> int:
    """Completes the steps that events before the run was entered show to be done; returns how many."""
    done, since = 0, counts_from(standing, member)
    names = set(session.scalars(sa.select(MemberEvent.name).where(MemberEvent.member_id == member.id).distinct()))
    for step in _open_steps(standing):
        seen = _first(session, member, step, since) if names.intersection(step.observed_by) else None
        if seen is not None:
            _complete(session, programme, standing, step, member, seen, now)
            done += 1
    return done


def counts_from(standing: Standing, member: Member) -> datetime:
    """From when on an event counts for the run. What is dated by day alone comes at midnight, here or in UTC."""
    if standing.journey.stage != "onboarding":
        return standing.run.entered_at
    midnight = time(0)
    return min(at_local(member.joined_on, midnight, zone) for zone in (member.zone, ZoneInfo("UTC")))


def said(seen: MemberEvent) -> Said:
    """The event as the evidence of what it shows."""
    return Said(f"event:{seen.source}", f"{seen.name} on {seen.at:%Y-%m-%d %H:%M} UTC (id {seen.dedupe})")


def _open_steps(standing: Standing) -> Iterator[Step]:
    """The steps that aren't done, one by one until the run ends; one that was passed over may still turn out done."""
    for step in navigate.steps(standing.journey):
        if standing.run.state is RunState.ACTIVE and standing.progress[step.key].state is not StepState.DONE:
            yield step


def _complete(
    session: Session,
    programme: Programme,
    standing: Standing,
    step: Step,
    member: Member,
    seen: MemberEvent,
    now: datetime,
) -> None:
    conversation = session.get(Conversation, member.id)
    asked = conversation is not None and conversation.question is Question.CHECK_IN
    if asked and conversation is not None and conversation.data.get("step") == step.key:
        forget_question(session, member.id)  # a "yes" to it would count for the step that comes next
    steps.complete(session, programme, standing, step, member, said(seen), now)


def _first(session: Session, member: Member, step: Step, since: datetime) -> MemberEvent | None:
    shown = sa.select(MemberEvent).where(
        MemberEvent.member_id == member.id, MemberEvent.name.in_(step.observed_by), MemberEvent.at >= since
    )
    return session.scalars(shown.order_by(MemberEvent.at, MemberEvent.id).limit(1)).first()
