"""Whether a journey that asks nothing should: read from the version that it is pinned to and the progress on it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from bot.auditor.findings import Finding
from bot.auditor.kinds import Kind
from bot.auditor.tools import at
from bot.model import CheckIn, CheckInKind, CheckInState, HandOff, JourneyRun, JourneyVersion, Member, StepState
from bot.programme.models import Journey, Step

OVER = (StepState.DONE, StepState.SKIPPED)
SAID_STOP = "said_stop"
MORNING = time(9)


def judge(session: Session, run_ids: Sequence[int], now: datetime) -> list[Finding]:
    """What is wrong with runs that have neither a live question nor an unresolved case of their member."""
    loaded = sa.select(JourneyRun).where(JourneyRun.id.in_(run_ids)).order_by(JourneyRun.id)
    runs = session.scalars(loaded.options(selectinload(JourneyRun.steps), selectinload(JourneyRun.pinned))).all()
    known = sa.select(Member).where(Member.id.in_({run.member_id for run in runs}))
    members = {one.id: one for one in session.scalars(known.options(selectinload(Member.contact_points)))}
    newest = _newest(session, run_ids)
    found = [_judge(session, run, members[run.member_id], newest.get(run.id), now) for run in runs]
    return [finding for finding in found if finding is not None]


def _judge(session: Session, run: JourneyRun, member: Member, last: CheckIn | None, now: datetime) -> Finding | None:
    step = askable(_parsed(run.pinned), {row.step for row in run.steps if row.state in OVER})
    if step is None or not is_due(step, run, member, now) or _stopped(member, last):
        return None
    if last is not None and last.state is CheckInState.HANDED_OFF and not _had_case(session, last):
        summary = f"Check-in {last.id} about {last.step} was handed to a person {at(last.closed_at)}; there is no case."
        return Finding(Kind.MISSED_CASE, f"run:{run.id}", member.id, summary)
    summary = f"Nothing is asked about {step.key}, the step in hand in the journey {run.journey}, and no case is open."
    return Finding(Kind.NO_NEXT_STEP_JOURNEY, f"run:{run.id}", member.id, summary)


def askable(journey: Journey, over: Collection[str]) -> Step | None:
    """The first step that is not over, that somebody asks about, and whose requirements are over."""
    if journey.complete_when is not None and journey.complete_when in over:
        return None
    every = [step for milestone in journey.milestones for step in milestone.steps]
    for number, step in enumerate(every):
        needed = step.requires if step.requires is not None else tuple(one.key for one in every[:number][-1:])
        if step.key not in over and step.ladder is not None and set(needed) <= set(over):
            return step
    return None


def is_due(step: Step, run: JourneyRun, member: Member, now: datetime) -> bool:
    """False while the date that it counts from is not known, or is to come."""
    match step.due.after:
        case "renewal":
            day = run.anchor_on or member.renews_on
        case "date":
            named = member.dates.get(step.due.date or "")
            day = date.fromisoformat(str(named)) if named else None
        case "joined":
            day = member.joined_on
        case _:
            return True
    return day is not None and datetime.combine(day, MORNING, tzinfo=member.zone) + step.due.offset <= now


def _stopped(member: Member, last: CheckIn | None) -> bool:
    """The member opted out somewhere, and either no address is left or that ended the last question."""
    points = member.contact_points
    if not any(point.opted_out_at for point in points):
        return False
    is_free = any(
        point.consented_at and not (point.opted_out_at or point.unusable_at or point.unconfirmed_at) for point in points
    )
    return not is_free or (last is not None and last.outcome == SAID_STOP)


def _newest(session: Session, run_ids: Sequence[int]) -> dict[int, CheckIn]:
    """The last question of each run."""
    asked = sa.select(CheckIn).where(CheckIn.run_id.in_(run_ids), CheckIn.kind == CheckInKind.STEP)
    return {row.run_id: row for row in session.scalars(asked.order_by(CheckIn.id)) if row.run_id is not None}


def _had_case(session: Session, check_in: CheckIn) -> bool:
    """A case of its own, or one that was open when it was handed over."""
    lasted = sa.or_(HandOff.resolved_at.is_(None), HandOff.resolved_at >= check_in.closed_at)
    was_open = sa.and_(HandOff.opened_at <= check_in.closed_at, lasted)
    cases = sa.select(HandOff.id).where(
        HandOff.member_id == check_in.member_id, sa.or_(HandOff.check_in_id == check_in.id, was_open)
    )
    return session.scalars(cases.limit(1)).first() is not None


_versions: dict[str, Journey] = {}


def _parsed(version: JourneyVersion) -> Journey:
    """A pinned version never changes, so it is parsed once."""
    if version.digest not in _versions:
        _versions[version.digest] = Journey.model_validate(version.body)
    return _versions[version.digest]
