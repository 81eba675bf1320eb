"""Moving a member: to another segment, into a journey, out of one, or on to a milestone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.errors import NotFound, Refused
from bot.members import segments
from bot.members.hand import Hand, locked
from bot.members.progress_by_staff import forget_if_asked
from bot.model import JourneyRun, Member, MemberStatus, RunState, StepState
from bot.programme import navigate
from bot.programme.models import Journey, Programme
from bot.progress import entries, occasions, runs, steps
from bot.progress.occasions import Planned
from bot.progress.runs import Standing
from bot.progress.steps import Said

STOPPED = "stopped_by_staff"


@dataclass(frozen=True)
class Option:
    """A journey that a member can enter now, or whose `milestones` (key, name) they can be moved on to."""

    journey: str
    name: str
    stage: str
    run_id: int | None
    milestones: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Options:
    """`segments` are key and name; `under_way` can be stopped or moved on in, `to_start` can be started."""

    segments: tuple[tuple[str, str], ...]
    under_way: tuple[Option, ...]
    to_start: tuple[Option, ...]


def options(session: Session, programme: Programme, member_id: int) -> Options:
    """Where the member can be moved. Reads only.

    Raises:
        NotFound: there is no such member.
    """
    member = session.get(Member, member_id)
    if member is None:
        raise NotFound(f"member {member_id}")
    active = runs.all_active(session, member.id)
    keys = {standing.journey.key for standing in active}
    startable = [one for one in programme.journeys.values() if one.key not in keys and _why_not(one, member) is None]
    return Options(
        segments=tuple((segment.key, segment.name) for segment in programme.segments),
        under_way=tuple(_option(one.journey, one.run.id, _ahead(one)) for one in active),
        to_start=tuple(_option(one, None, ()) for one in startable),
    )


def to_segment(session: Session, programme: Programme, member_id: int, hand: Hand, segment: str | None) -> str:
    """Puts the member into a segment, whatever the rules say; None: as the rules say again. Returns the segment's key.
    Journeys that no longer fit end, and what fits begins. A file that is imported later leaves it so.

    Raises:
        Refused: there is no such segment, or it is theirs already.
    """
    member, now = locked(session, member_id), hand.times.now
    traits = {name: value for name, value in member.traits.items() if name not in (segments.TRAIT, segments.CHOSEN)}
    if segment is not None:
        traits |= {segments.TRAIT: segment, segments.CHOSEN: hand.actor}
    key, before = segments.of(programme, traits), member.segment
    if key == before and (segment is not None) == (segments.TRAIT in member.traits):
        raise Refused(f"{member.name} is in this segment already.")
    member.traits, member.segment = traits, key
    entries.replan(session, programme, member, now)
    audit.write(session, now, hand.actor, "member.moved", member_id=member.id, reason=f"{before} to {key}")
    return key


def start(session: Session, programme: Programme, member_id: int, hand: Hand, journey: str) -> int:
    """The member enters a journey now; returns the id of the run.

    Raises:
        NotFound: there is no such journey.
        Refused: they are in it already, it is for others, or for members with another status.
    """
    member, now = locked(session, member_id), hand.times.now
    wanted = programme.journeys.get(journey)
    if wanted is None:
        raise NotFound(f"a journey {journey}")
    why = _why_not(wanted, member)
    if why is None and any(one.journey.key == journey for one in runs.all_active(session, member.id)):
        why = "they are in it already"
    if why is not None:
        raise Refused(f"{member.name} can't enter {wanted.name}: {why}.")
    entered = entries.enter(session, programme, member, _occasion(session, programme, wanted, member, now), now)
    if entered is None:
        raise Refused(f"{member.name} entered {wanted.name} on this day already.")
    audit.write(session, now, hand.actor, "journey.started", member_id=member.id, subject=wanted.key)
    entries.replan(session, programme, member, now)
    return entered.run.id


def stop(session: Session, programme: Programme, member_id: int, hand: Hand, run_id: int) -> None:
    """Ends a run that is under way: nothing more is asked in it.

    Raises:
        NotFound: the member has no such run.
        Refused: it is over.
    """
    member, now = locked(session, member_id), hand.times.now
    standing = _under_way(session, member, run_id)
    for step in navigate.steps(standing.journey):
        forget_if_asked(session, member, step)
    entries.end_run(session, programme, standing, member, STOPPED, now)
    audit.write(session, now, hand.actor, "journey.stopped", member_id=member.id, subject=standing.journey.key)
    entries.replan(session, programme, member, now)


def skip_to(session: Session, programme: Programme, member_id: int, hand: Hand, run_id: int, milestone: str) -> int:
    """Passes over the steps before a milestone that are not over; returns how many.

    Raises:
        NotFound: there is no such run or milestone.
        Refused: the run is over, or nothing is before it.
    """
    member, now = locked(session, member_id), hand.times.now
    standing = _under_way(session, member, run_id)
    before = list(takewhile(lambda one: one.key != milestone, standing.journey.milestones))
    if len(before) == len(standing.journey.milestones):
        raise NotFound(f"a milestone {milestone} in {standing.journey.name}")
    passed = [step for one in before for step in one.steps if step.key not in standing.done]
    if not passed:
        raise Refused("All that comes before it is over already.")
    live, said = steps.live_check_in(session, run_id), Said(hand.actor, "moved on")
    # The one that is asked comes last: its question ends with it, and what is next is asked once.
    passed.sort(key=lambda step: live is not None and step.key == live.step)
    for step in passed:
        forget_if_asked(session, member, step)
    for step in passed[:-1]:
        steps.set_state(session, standing, step, StepState.SKIPPED, said, now)
    steps.skip(session, programme, standing, passed[-1], member, said, now)
    return len(passed)


def _option(journey: Journey, run_id: int | None, milestones: tuple[tuple[str, str], ...]) -> Option:
    return Option(journey.key, journey.name, journey.stage, run_id, milestones)


def _ahead(standing: Standing) -> tuple[tuple[str, str], ...]:
    """The milestones before which something is not over."""
    found, is_open = [], False
    for milestone in standing.journey.milestones:
        if is_open:
            found.append((milestone.key, milestone.name))
        is_open = is_open or any(step.key not in standing.done for step in milestone.steps)
    return tuple(found)


def _why_not(journey: Journey, member: Member) -> str | None:
    if member.status not in (MemberStatus.ACTIVE, MemberStatus.LAPSED):
        return "they are no member any more"
    if (journey.stage == "winback") is not (member.status is MemberStatus.LAPSED):
        return "it is for members who lapsed" if journey.stage == "winback" else "the membership has lapsed"
    if journey.segments and member.segment not in journey.segments:
        return "it is for other segments; move them first"
    return None


def _occasion(session: Session, programme: Programme, journey: Journey, member: Member, now: datetime) -> Planned:
    """The occasion on which they would have entered, so that they do not enter twice; else one of its own."""
    had = session.scalars(sa.select(JourneyRun).where(JourneyRun.member_id == member.id)).all()
    known = {(run.journey, run.occasion) for run in had}
    for plan in occasions.wanted(programme, member, had, now):
        if plan.journey.key == journey.key and (journey.key, plan.name) not in known:
            return replace(plan, due_at=now)
    anchor = member.renews_on if journey.entry.after == "renewal" else None
    return Planned(journey, f"by staff {now:%Y-%m-%d}", now, anchor)


def _under_way(session: Session, member: Member, run_id: int) -> Standing:
    run = session.get(JourneyRun, run_id)
    if run is None or run.member_id != member.id:
        raise NotFound(f"a journey of {member.name} with the number {run_id}")
    standing = runs.standing(session, run_id)
    if run.state is not RunState.ACTIVE:
        raise Refused(f"{standing.journey.name} is over for {member.name}.")
    return standing
