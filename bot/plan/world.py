"""A copy of what is known of one member, in which time can be moved: journeys are entered, questions are scheduled.

Nothing here is ever added to the session: rows are copied, and what would be written is written to the copies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import count
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from bot.model import (
    LIVE,
    Base,
    CheckIn,
    CheckInKind,
    CheckInState,
    Conversation,
    JourneyRun,
    Member,
    PlannedEntry,
    RoundState,
    RunState,
    StepProgress,
    StepState,
    SurveyRound,
    Touch,
    TouchState,
)
from bot.outreach import facts
from bot.outreach.facts import ASKED, Asked, Known
from bot.outreach.reach import Reach
from bot.programme.models import Journey, Programme, Step
from bot.progress import dates, runs
from bot.progress.entries import rules_digest
from bot.progress.occasions import Planned, wanted
from bot.progress.runs import Standing
from bot.progress.steps import WAITS_FOR_PEOPLE
from bot.surveys.planning import all_rounds

Row = TypeVar("Row", bound=Base)
BEYOND = 2**62
"""Numbers of rows that are only foreseen come after all that exist."""


@dataclass(frozen=True)
class ReachAhead(Reach):
    """As `Reach`, when the conversation has moved to where a message to come will be sent."""

    spoken: list[str] = field(default_factory=list)

    def answers_on(self, member: Member, conversation: Conversation | None) -> tuple[str | None, str | None]:
        learned, last = super().answers_on(member, conversation)
        return learned, self.spoken[-1] if self.spoken else last


@dataclass
class KnownAhead(Known):
    """What will be known of the member at a moment to come, if they stay silent."""

    standings: dict[int, Standing] = field(default_factory=dict)

    def standing(self, run_id: int) -> Standing:
        return self.standings[run_id]

    def journey(self, run_id: int) -> Journey:
        return self.standings[run_id].journey

    def touches(self, check_in: CheckIn) -> Sequence[Touch]:
        return check_in.touches


@dataclass
class World:
    """The member's live questions, runs and coming journeys, at `known.now`."""

    known: KnownAhead
    reach: ReachAhead
    check_ins: dict[int, CheckIn]
    put: set[int]
    """The check-ins of which a question is on its way to the member, or there."""
    held: dict[int, Touch]
    """The last decision on check-ins that are held back."""
    planned: list[Planned] = field(default_factory=list)
    entered: list[tuple[datetime, Planned]] = field(default_factory=list)
    rounds: list[SurveyRound] = field(default_factory=list)
    """The member's surveys: those that were, and those to come."""
    numbers: Iterator[int] = field(default_factory=lambda: count(BEYOND))

    @property
    def now(self) -> datetime:
        return self.known.now

    @property
    def member(self) -> Member:
        return self.known.member

    @property
    def programme(self) -> Programme:
        return self.known.programme

    def active(self) -> list[Standing]:
        return [one for one in self.known.standings.values() if one.run.state is RunState.ACTIVE]

    def live(self) -> list[CheckIn]:
        return [one for one in self.check_ins.values() if one.state in LIVE]

    def live_of(self, standing: Standing) -> CheckIn | None:
        """The question of a run that is scheduled or open; there is at most one."""
        of_run = (one for one in self.live() if one.run_id == standing.run.id and one.kind is CheckInKind.STEP)
        return next(of_run, None)

    def next_at(self) -> datetime | None:
        """When something is due next; None when nothing is."""
        moments = [one.next_touch_at for one in self.live() if one.next_touch_at is not None]
        moments += [one.run.lapses_at for one in self.active() if one.run.lapses_at is not None]
        moments += [plan.due_at for plan in self.planned]
        moments += [row.look_at for row in surveys_to_come(self.rounds) if row.look_at is not None]
        return min(moments, default=None)

    def move_to(self, now: datetime) -> None:
        """Time passes. Whoever has just written has been answered by then."""
        if now > self.known.now:
            self.known.is_writing = False
        self.known.now = now
        self.known.asked = [
            Asked(one.id, one.message_class, one.opened_at or now, one.bundled_with_id)
            for one in self.live()
            if one.state is CheckInState.OPEN
            and one.kind is not CheckInKind.CELEBRATION
            and (one.id in self.put or one.bundled_with_id is not None)
        ]

    def due(self) -> list[CheckIn]:
        """The check-ins that are due, in the order in which they are looked at."""
        return sorted(
            filter(self.is_due, self.live()),
            key=lambda one: (facts.URGENCY.index(one.message_class), one.next_touch_at, one.id),
        )

    def is_due(self, check_in: CheckIn) -> bool:
        at = check_in.next_touch_at
        return check_in.state in LIVE and at is not None and at <= self.now

    def touch(self, check_in: CheckIn, state: TouchState, reason: str | None = None) -> None:
        """Notes the decision on the rung that is next."""
        touch = next((one for one in check_in.touches if one.rung == check_in.rung), None)
        if touch is None:
            touch = Touch(rung=check_in.rung)
            check_in.touches.append(touch)
        touch.state, touch.reason = state, reason
        touch.sent_at = self.now if state is TouchState.SENT else None
        self.held.pop(check_in.id, None)
        if state is TouchState.HELD:
            self.held[check_in.id] = touch

    def close(self, check_in: CheckIn, state: CheckInState) -> None:
        """The check-in is over."""
        check_in.state, check_in.next_touch_at = state, None
        self.known.over(check_in)

    def wake_waiting(self) -> None:
        """What a case or another question held back is looked at now."""
        for check_in in self.live():
            touch = self.held.get(check_in.id)
            waits = touch is not None and touch.reason in WAITS_FOR_PEOPLE
            if waits and check_in.next_touch_at is not None and check_in.next_touch_at > self.now:
                check_in.next_touch_at = self.now

    def add(self, standing: Standing, step: Step, at: datetime, expires: datetime | None) -> None:
        """Schedules a question that has not been asked before."""
        number = next(self.numbers)
        self.check_ins[number] = CheckIn(
            id=number, member_id=self.member.id, run_id=standing.run.id, kind=CheckInKind.STEP, step=step.key,
            message_class=step.message_class, round=1, state=CheckInState.SCHEDULED, rung=0,
            next_touch_at=dates.before_end(at, expires), expires_at=expires, created_at=self.now,
        )  # fmt: skip


def copy_of(known: Known, reach: Reach) -> World:
    """The world as it is at `known.now`."""
    session, member = known.session, known.member
    ahead_reach = ReachAhead(reach.channels)
    values = {one.name: getattr(known, one.name) for one in fields(known)}
    standings = _standings(session, member)
    ahead = KnownAhead(**{**values, "reach": ahead_reach, "sent": list(known.sent), "asked": []}, standings=standings)
    world = World(ahead, ahead_reach, {}, set(), {})
    for check_in in session.scalars(_live(member)).all():
        _take(world, check_in)
    world.planned = _planned(session, world)
    world.rounds = [_copy(row) for row in all_rounds(session, member)]
    world.move_to(known.now)
    return world


def _take(world: World, check_in: CheckIn) -> None:
    """Copies a live check-in. A celebration that is on its way is over when it arrives."""
    touches = check_in.touches
    is_put = any(touch.state in ASKED for touch in touches)
    if check_in.kind is CheckInKind.CELEBRATION and is_put:
        return
    copied = _copy(check_in)
    copied.touches = [_copy(touch) for touch in touches]
    world.check_ins[copied.id] = copied
    if is_put:
        world.put.add(copied.id)
    held = [touch for touch in copied.touches if touch.state is TouchState.HELD]
    if held:
        world.held[copied.id] = held[-1]


def _standings(session: Session, member: Member) -> dict[int, Standing]:
    of_member = sa.select(JourneyRun).where(JourneyRun.member_id == member.id)
    found = session.scalars(
        of_member.options(selectinload(JourneyRun.steps), selectinload(JourneyRun.pinned)).order_by(JourneyRun.id)
    ).all()
    return {run.id: _standing(runs.standing(session, run.id)) for run in found}


def _standing(real: Standing) -> Standing:
    progress = {key: _copy(step) for key, step in real.progress.items()}
    return Standing(_copy(real.run), real.journey, progress)


def _planned(session: Session, world: World) -> list[Planned]:
    """The journeys that are planned; of older rules, what the next tick will plan."""
    member, programme = world.member, world.programme
    if member.planned_with != rules_digest(programme):
        return plans(world)
    rows = session.scalars(sa.select(PlannedEntry).where(PlannedEntry.member_id == member.id)).all()
    return [
        Planned(programme.journeys[row.journey], row.occasion, row.due_at, row.anchor_on)
        for row in rows
        if row.journey in programme.journeys
    ]


def plans(world: World) -> list[Planned]:
    """The journeys that the member will enter, as things stand."""
    had = [one.run for one in world.known.standings.values()]
    known = {(run.journey, run.occasion) for run in had}
    coming = wanted(world.programme, world.member, had, world.now)
    return [plan for plan in coming if (plan.journey.key, plan.name) not in known]


def surveys_to_come(rounds: Sequence[SurveyRound]) -> list[SurveyRound]:
    """Those that are planned, and when they are looked at."""
    return [row for row in rounds if row.state is RoundState.PLANNED and row.look_at is not None]


def fresh(world: World, plan: Planned, steps: Sequence[Step]) -> Standing:
    """A run that the member enters now."""
    lapses_at = plan.due_at + plan.journey.lapses if plan.journey.lapses is not None else None
    run = JourneyRun(
        id=next(world.numbers), member_id=world.member.id, journey=plan.journey.key, occasion=plan.name,
        version=plan.journey.version, state=RunState.ACTIVE, entered_at=world.now, anchor_on=plan.anchor_on,
        lapses_at=lapses_at,
    )  # fmt: skip
    progress = {step.key: StepProgress(step=step.key, state=StepState.PENDING, changed_at=world.now) for step in steps}
    standing = Standing(run, plan.journey, progress)
    world.known.standings[run.id] = standing
    return standing


def _live(member: Member) -> sa.Select[CheckIn]:
    live = sa.select(CheckIn).where(CheckIn.member_id == member.id, CheckIn.state.in_(LIVE))
    return live.options(selectinload(CheckIn.touches)).order_by(CheckIn.id)


def _copy(row: Row) -> Row:
    """A row that no session knows, with the same values and without relations."""
    columns = sa.inspect(type(row)).column_attrs
    return type(row)(**{column.key: getattr(row, column.key) for column in columns})
