"""How a world goes on by itself: journeys that are entered or lapse, steps that are passed over, the next question.

What `bot.progress` does with rows, done with copies.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.events.observed import counts_from
from bot.model import CheckIn, CheckInKind, CheckInState, MemberEvent, RunState, StepState
from bot.plan import world as worlds
from bot.plan.world import World
from bot.programme import navigate
from bot.programme.models import Step
from bot.progress import dates
from bot.progress.occasions import Planned
from bot.progress.runs import OVER, Standing


def pass_time(world: World) -> None:
    """The tick of the journeys: runs that lapse, and entries that are due."""
    lapsing = [one for one in world.active() if one.run.lapses_at is not None and one.run.lapses_at <= world.now]
    for standing in lapsing:
        _end(world, standing, RunState.ENDED, "lapsed")
    if lapsing or any(plan.due_at <= world.now for plan in world.planned):
        world.planned = worlds.plans(world)
    while (plan := next((one for one in world.planned if one.due_at <= world.now), None)) is not None:
        world.planned.remove(plan)
        _enter(world, plan)


def pass_over(world: World, check_in: CheckIn) -> None:
    """A question that ended without an answer: the step is skipped, and the next one is scheduled."""
    if check_in.run_id is None or check_in.kind is not CheckInKind.STEP:
        return
    standing = world.known.standing(check_in.run_id)
    if check_in.step in standing.done:
        return
    standing.progress[check_in.step].state = StepState.SKIPPED
    live = world.live_of(standing)
    if standing.is_complete:
        _end(world, standing, RunState.COMPLETED, "completed")
    elif live is None:
        _ask_next(world, standing, world.now)


def _enter(world: World, plan: Planned) -> None:
    for standing in world.active():
        if standing.journey.key == plan.journey.key:
            _end(world, standing, RunState.ENDED, "next_round")
    world.entered.append((world.now, plan))
    entered = worlds.fresh(world, plan, navigate.steps(plan.journey))
    for key, state in _known_before(world, entered).items():
        entered.progress[key].state = state
    if entered.is_complete:
        _end(world, entered, RunState.COMPLETED, "completed")
    else:
        _ask_next(world, entered, None)


def _known_before(world: World, entered: Standing) -> dict[str, StepState]:
    """Steps that are over when a journey begins: carried over from another segment, or shown by events."""
    found = {
        key: progress.state
        for standing in world.known.standings.values()
        if standing.run.outcome == "segment_changed"
        for key, progress in standing.progress.items()
        if progress.state in OVER and key in entered.progress
    }
    seen = sa.select(MemberEvent.name).where(
        MemberEvent.member_id == world.member.id, MemberEvent.at >= counts_from(entered, world.member)
    )
    names = set(world.known.session.scalars(seen))
    shown = (step for step in navigate.steps(entered.journey) if names & set(step.observed_by))
    return found | {step.key: StepState.DONE for step in shown}


def _end(world: World, standing: Standing, state: RunState, outcome: str) -> None:
    """A run is over; what the member enters next is planned anew."""
    live = world.live_of(standing)
    if live is not None:
        world.close(live, CheckInState.CANCELLED)
        world.wake_waiting()
    standing.run.state, standing.run.ended_at, standing.run.outcome = state, world.now, outcome
    world.planned = worlds.plans(world)


def _ask_next(world: World, standing: Standing, previous_at: datetime | None) -> None:
    """Schedules the question about the step in hand; steps whose time is over are passed over."""
    starts = dates.starts_of(standing, world.member, previous_at)
    passed, question = navigate.next_question(standing.journey, standing.done, starts, world.now)
    for step in passed:
        standing.progress[step.key].state = StepState.SKIPPED
    if question is not None:
        at = dates.first_asked(world.known.session, world.programme, world.member, question.due_at, world.now)
        world.add(standing, question.step, at, question.expires_at)
    elif standing.is_complete:
        _end(world, standing, RunState.COMPLETED, "completed")


def ahead(standing: Standing) -> tuple[Step | None, tuple[Step, ...]]:
    """The step in hand, and those that are neither over nor in hand."""
    in_hand = standing.current
    rest = (step for step in navigate.steps(standing.journey) if step.key not in standing.done and step != in_hand)
    return in_hand, tuple(rest)
