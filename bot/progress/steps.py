"""What moves a member on: steps that change, check-ins that are answered, the next question that is scheduled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.model import LIVE, CheckIn, CheckInState, Member, RunState, StepState
from bot.outreach.hours import at_local
from bot.programme import navigate
from bot.programme.models import Milestone, Step
from bot.progress.runs import Standing

SOON = timedelta(hours=1)


@dataclass(frozen=True)
class Said:
    """Who says so (`member:sms`, `staff:Maria`, `event`) and in which words."""

    source: str
    words: str | None = None


@dataclass(frozen=True)
class Advance:
    """What a step that was done led to."""

    reached: Milestone | None
    ahead: Step | None


def live_check_in(session: Session, run_id: int) -> CheckIn | None:
    """The check-in of a run that is scheduled or open; there is at most one."""
    live = sa.select(CheckIn).where(CheckIn.run_id == run_id, CheckIn.state.in_(LIVE))
    return session.scalars(live.order_by(CheckIn.id.desc()).with_for_update()).first()


def set_state(session: Session, standing: Standing, step: Step, state: StepState, said: Said, now: datetime) -> None:
    """Writes how far the member is with a step, with its evidence."""
    progress = standing.progress[step.key]
    progress.state, progress.source, progress.evidence, progress.changed_at = state, said.source, said.words, now
    audit.write(session, now, said.source, f"step.{state}", member_id=standing.run.member_id,
                subject=f"{standing.journey.key}:{step.key}", reason=said.words)  # fmt: skip


def complete(session: Session, standing: Standing, step: Step, member: Member, said: Said, now: datetime) -> Advance:
    """Marks a step as done, closes its check-in, and schedules the next question or completes the run.

    A question about another step stays open: it has not been answered.
    """
    reached = navigate.milestone_reached_by(standing.journey, step.key, standing.done)
    set_state(session, standing, step, StepState.DONE, said, now)
    live, ahead = live_check_in(session, standing.run.id), standing.current
    if live is not None and (live.step == step.key or ahead is None):
        close(live, CheckInState.ANSWERED, "done", now)
        live = None
    if ahead is None:
        standing.run.state, standing.run.ended_at = RunState.COMPLETED, now
        audit.write(session, now, "bot", "journey.completed", member_id=member.id, subject=standing.journey.key)
    elif live is None:
        schedule_next(session, standing, member, previous_at=now, now=now)
    return Advance(reached, ahead)


def answer(session: Session, standing: Standing, outcome: str, now: datetime) -> None:
    """Closes the live check-in of the run: an answer stops the climb."""
    live = live_check_in(session, standing.run.id)
    if live is not None:
        close(live, CheckInState.ANSWERED, outcome, now)


def close(check_in: CheckIn, state: CheckInState, outcome: str, now: datetime) -> None:
    check_in.state, check_in.outcome, check_in.closed_at, check_in.next_touch_at = state, outcome, now, None


def schedule_next(
    session: Session, standing: Standing, member: Member, *, previous_at: datetime | None, now: datetime
) -> CheckIn | None:
    """Schedules the question about the step in hand for when it is due."""
    step = standing.current
    if step is None:
        return None
    joined = at_local(member.joined_on, time(9), member.zone)
    due = navigate.due_at(step, joined_at=joined, previous_at=previous_at or standing.run.entered_at)
    return schedule(session, standing, step, max(due or now, now), now)


def schedule(session: Session, standing: Standing, step: Step, at: datetime, now: datetime) -> CheckIn:
    """Schedules a question about a step, in place of the one that is live."""
    live = live_check_in(session, standing.run.id)
    if live is not None:
        close(live, CheckInState.CANCELLED, "replaced", now)
    rounds = sa.select(sa.func.coalesce(sa.func.max(CheckIn.round), 0)).where(
        CheckIn.run_id == standing.run.id, CheckIn.step == step.key
    )
    check_in = CheckIn(
        member_id=standing.run.member_id, run_id=standing.run.id, step=step.key, state=CheckInState.SCHEDULED,
        round=session.execute(rounds).scalar_one() + 1, rung=0, next_touch_at=at, created_at=now,
    )  # fmt: skip
    session.add(check_in)
    session.flush()
    return check_in
