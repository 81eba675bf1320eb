"""Steps that an event shows to be done.

An event counts for a run when it happened on or after the day of joining, for onboarding, or else on or after the
moment at which the member entered: what was done in last year's journey is not done in this year's.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import Member, MemberEvent
from bot.programme import navigate
from bot.programme.models import Programme
from bot.progress import dates, runs, steps
from bot.progress.runs import Standing

MOST_LOOKED_BACK_AT = 1000


def observe(session: Session, programme: Programme, member: Member, event: MemberEvent, now: datetime) -> list[str]:
    """Marks every step that this event shows to be done, in all active runs; returns their keys."""
    done: list[str] = []
    for standing in runs.all_active(session, member.id):
        done += _mark(session, programme, standing, member, event, now)
    return done


def catch_up(session: Session, programme: Programme, standing: Standing, member: Member, now: datetime) -> list[str]:
    """Marks what earlier events show to be done in a run that has just begun; returns the keys of the steps."""
    names = {name for step in navigate.steps(standing.journey) for name in step.observed_by}
    if not names:
        return []
    since = _counts_from(standing, member)
    seen = sa.select(MemberEvent).where(
        MemberEvent.member_id == member.id, MemberEvent.name.in_(names), MemberEvent.at >= since
    )
    done: list[str] = []
    for event in session.scalars(seen.order_by(MemberEvent.at).limit(MOST_LOOKED_BACK_AT)).all():
        done += _mark(session, programme, standing, member, event, now)
    return done


def _mark(
    session: Session, programme: Programme, standing: Standing, member: Member, event: MemberEvent, now: datetime
) -> list[str]:
    if event.at < _counts_from(standing, member):
        return []
    done: list[str] = []
    for step in navigate.steps(standing.journey):
        if event.name in step.observed_by and step.key not in standing.done:
            said = steps.Said(f"event:{event.source}", event.name)
            steps.complete(session, programme, standing, step, member, said, now)
            done.append(step.key)
    return done


def _counts_from(standing: Standing, member: Member) -> datetime:
    """A day's events may be dated at midnight: the whole day of joining counts."""
    if standing.journey.stage == "onboarding":
        return dates.moment_of(member, member.joined_on) - timedelta(hours=24)
    return standing.run.entered_at
