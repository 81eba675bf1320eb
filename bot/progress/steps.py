"""What moves a member on: steps that change, check-ins that are answered, the next question that is scheduled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.model import LIVE, CheckIn, CheckInKind, CheckInState, Member, RunState, StepState, Touch, TouchState
from bot.outreach.policy import Reason
from bot.programme import navigate
from bot.programme.models import Milestone, Programme, Step
from bot.progress import dates
from bot.progress.runs import Standing

# Built once: building a statement costs more than running it.
_LIVE_OF_RUN = (
    sa.select(CheckIn)
    .where(CheckIn.run_id == sa.bindparam("run"), CheckIn.state.in_(LIVE), CheckIn.kind == CheckInKind.STEP)
    .order_by(CheckIn.id.desc())
    .with_for_update()
)
_LATEST = (
    sa.select(CheckIn)
    .where(
        CheckIn.run_id == sa.bindparam("run"),
        CheckIn.step == sa.bindparam("of_step"),
        CheckIn.kind == CheckInKind.STEP,
    )
    .order_by(CheckIn.round.desc())
    .limit(1)
)
WAITS_FOR_PEOPLE = (Reason.OPEN_CASE, Reason.ANOTHER_QUESTION)
"""Holds that end with what somebody does, and not with time."""
_WAITING = sa.select(CheckIn).where(
    CheckIn.member_id == sa.bindparam("member"),
    CheckIn.state.in_(LIVE),
    CheckIn.next_touch_at > sa.bindparam("moment"),
    sa.exists().where(
        Touch.check_in_id == CheckIn.id, Touch.state == TouchState.HELD, Touch.reason.in_(WAITS_FOR_PEOPLE)
    ),
)


@dataclass(frozen=True)
class Said:
    """Who says so (`member:sms`, `staff:Maria`, `event:crm`) and in which words."""

    source: str
    words: str | None = None

    @property
    def in_conversation(self) -> bool:
        """Whether the member said it, and so waits for an answer."""
        return self.source.startswith("member:")


@dataclass(frozen=True)
class Advance:
    """What a step that was done led to."""

    reached: Milestone | None
    ahead: Step | None


def live_check_in(session: Session, run_id: int) -> CheckIn | None:
    """The question of a run that is scheduled or open; there is at most one."""
    return session.scalars(_LIVE_OF_RUN, {"run": run_id}).first()


def set_state(session: Session, standing: Standing, step: Step, state: StepState, said: Said, now: datetime) -> None:
    """Writes how far the member is with a step, with its evidence."""
    progress = standing.progress[step.key]
    progress.state, progress.source, progress.evidence, progress.changed_at = state, said.source, said.words, now
    audit.write(session, now, said.source, f"step.{state}", member_id=standing.run.member_id,
                subject=f"{standing.journey.key}:{step.key}", reason=said.words)  # fmt: skip


def complete(
    session: Session, programme: Programme, standing: Standing, step: Step, member: Member, said: Said, now: datetime
) -> Advance:
    """Marks a step as done, closes its check-in, and schedules the next question or completes the run.

    A question about another step stays open: it has not been answered. A milestone that is reached while the member
    isn't writing with us is celebrated by a message of its own, where the content says how.
    """
    reached = navigate.milestone_reached_by(standing.journey, step.key, standing.done)
    set_state(session, standing, step, StepState.DONE, said, now)
    if reached is not None and not said.in_conversation:
        _celebrate(session, standing, reached, now)
    return Advance(reached, _go_on(session, programme, standing, step, member, CheckInState.ANSWERED, "done", now))


def skip(
    session: Session, programme: Programme, standing: Standing, step: Step, member: Member, said: Said, now: datetime
) -> Step | None:
    """Passes a step over; returns the step in hand then."""
    set_state(session, standing, step, StepState.SKIPPED, said, now)
    return _go_on(session, programme, standing, step, member, CheckInState.CANCELLED, "skipped", now)


def _go_on(
    session: Session,
    programme: Programme,
    standing: Standing,
    over: Step,
    member: Member,
    state: CheckInState,
    outcome: str,
    now: datetime,
) -> Step | None:
    live = live_check_in(session, standing.run.id)
    if live is not None and (live.step == over.key or standing.is_complete):
        close(live, state, outcome, now)
        wake_waiting(session, member.id, now)
        live = None
    if standing.is_complete:
        end(session, standing, member, RunState.COMPLETED, "completed", now)
        return None
    if live is None:
        schedule_next(session, programme, standing, member, previous_at=now, now=now)
    return standing.current


def end(session: Session, standing: Standing, member: Member, state: RunState, outcome: str, now: datetime) -> None:
    """Ends a run; what the member enters next is planned anew by the next tick."""
    standing.run.state, standing.run.ended_at, standing.run.outcome = state, now, outcome
    member.planned_with = None
    audit.write(session, now, "bot", f"journey.{state}", member_id=member.id, subject=standing.journey.key,
                reason=outcome)  # fmt: skip


def answer(session: Session, standing: Standing, outcome: str, now: datetime) -> None:
    """Closes the live check-in of the run: an answer stops the climb."""
    live = live_check_in(session, standing.run.id)
    if live is not None:
        close(live, CheckInState.ANSWERED, outcome, now)
        wake_waiting(session, live.member_id, now)


def close(check_in: CheckIn, state: CheckInState, outcome: str, now: datetime) -> None:
    check_in.state, check_in.outcome, check_in.closed_at, check_in.next_touch_at = state, outcome, now, None


def wake_waiting(session: Session, member_id: int, now: datetime) -> None:
    """What a case or another question held back is looked at now."""
    session.flush()
    for check_in in session.scalars(_WAITING, {"member": member_id, "moment": now}):
        check_in.next_touch_at = now


def schedule_next(
    session: Session,
    programme: Programme,
    standing: Standing,
    member: Member,
    *,
    previous_at: datetime | None,
    now: datetime,
) -> CheckIn | None:
    """Schedules the question about the step in hand for when it is due; steps whose time is over are passed over.

    None when there is nothing to ask, or when it isn't known from which date the step counts.
    """
    starts = dates.starts_of(standing, member, previous_at)
    passed, question = navigate.next_question(standing.journey, standing.done, starts, now)
    for step in passed:
        set_state(session, standing, step, StepState.SKIPPED, Said("bot", "its time is over"), now)
    if question is not None:
        at = dates.first_asked(session, programme, member, question.due_at, now)
        return schedule(session, standing, question.step, at, now, expires=question.expires_at)
    if standing.is_complete:
        end(session, standing, member, RunState.COMPLETED, "completed", now)
    return None


def schedule(
    session: Session, standing: Standing, step: Step, at: datetime, now: datetime, *, expires: datetime | None = None
) -> CheckIn:
    """Schedules a question about a step, in place of the one that is live; it lapses when that one would have."""
    live = live_check_in(session, standing.run.id)
    if live is not None:
        close(live, CheckInState.CANCELLED, "replaced", now)
        wake_waiting(session, live.member_id, now)
    before = _latest(session, standing, step)
    expires = expires or (before.expires_at if before else None)
    check_in = CheckIn(
        member_id=standing.run.member_id, run_id=standing.run.id, kind=CheckInKind.STEP, step=step.key,
        message_class=step.message_class, state=CheckInState.SCHEDULED, round=before.round + 1 if before else 1, rung=0,
        next_touch_at=dates.before_end(at, expires), expires_at=expires, created_at=now,
    )  # fmt: skip
    session.add(check_in)
    session.flush()
    return check_in


def _latest(session: Session, standing: Standing, step: Step) -> CheckIn | None:
    return session.scalars(_LATEST, {"run": standing.run.id, "of_step": step.key}).first()


def _celebrate(session: Session, standing: Standing, milestone: Milestone, now: datetime) -> None:
    """Once a milestone: a step that is opened again and done again is no second one."""
    if milestone.ladder is None:
        return
    known = sa.select(CheckIn.id).where(
        CheckIn.run_id == standing.run.id, CheckIn.step == milestone.key, CheckIn.kind == CheckInKind.CELEBRATION
    )
    if session.scalars(known.limit(1)).first() is None:
        session.add(
            CheckIn(
                member_id=standing.run.member_id, run_id=standing.run.id, kind=CheckInKind.CELEBRATION,
                step=milestone.key, state=CheckInState.SCHEDULED, rung=0, next_touch_at=now, created_at=now,
            )
        )  # fmt: skip
