"""How many members stand where in the journeys: counted once by everything that one may want to filter by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from bot.insights.spans import hours_between
from bot.insights.tally import Slice, Sum
from bot.model import (
    CheckIn,
    CheckInKind,
    CheckInState,
    JourneyRun,
    Member,
    MemberStatus,
    RunState,
    StepProgress,
    StepState,
)

OVERDUE = timedelta(days=7)
"""A question that was first asked so long ago, and has no answer, is overdue."""


class Who(StrEnum):
    """Who said that a step is done or passed over."""

    MEMBER = "member"
    EVENT = "event"
    STAFF = "staff"
    BOT = "bot"


class Place(StrEnum):
    """How it stands with a step that is not over, for somebody who has come as far as to it."""

    COMING = "coming"
    OPEN = "open"
    OVERDUE = "overdue"
    STUCK = "stuck"


class RunCell(NamedTuple):
    """`joined` is a month, ``2026-11``; `days` from entering to the end, of completed runs alone."""

    journey: str
    version: str
    segment: str
    joined: str
    state: RunState
    outcome: str | None
    days: int | None


class OverCell(NamedTuple):
    """A step that is over; `days` from entering the journey until it was done."""

    journey: str
    version: str
    segment: str
    joined: str
    step: str
    state: StepState
    who: Who
    days: int | None


class HereCell(NamedTuple):
    """A step that members have come to and that is not over."""

    journey: str
    version: str
    segment: str
    joined: str
    step: str
    run: RunState
    place: Place


@dataclass
class Steps:
    """Runs, steps that are over, and steps that members stand at; how often each combination occurs."""

    runs: Counter[RunCell] = field(default_factory=Counter)
    over: Counter[OverCell] = field(default_factory=Counter)
    here: Counter[HereCell] = field(default_factory=Counter)

    def add(self, other: Sum) -> None:
        if isinstance(other, Steps):
            self.runs.update(other.runs)
            self.over.update(other.over)
            self.here.update(other.here)


def look(session: Session, of: Slice, now: datetime) -> Steps:
    """Counts the runs of one slice of their ids."""
    return Steps(_runs(session, of), _over(session, of), _here(session, of, now))


_YEAR, _MONTH = sa.extract("year", Member.joined_on), sa.extract("month", Member.joined_on)
_WHOSE = (JourneyRun.journey, JourneyRun.version, Member.segment, _YEAR, _MONTH)
IS_SOMEBODY = Member.status != MemberStatus.MERGED
_DAYS = sa.case(
    (JourneyRun.state == RunState.COMPLETED, hours_between(JourneyRun.entered_at, JourneyRun.ended_at) // 24)
)
WHO = sa.case(
    (StepProgress.source.like("member:%"), Who.MEMBER.value),
    (StepProgress.source.like("event:%"), Who.EVENT.value),
    (StepProgress.source == "bot", Who.BOT.value),
    else_=Who.STAFF.value,
)


def _month(year: int, month: int) -> str:
    return f"{int(year):04d}-{int(month):02d}"


def _runs(session: Session, of: Slice) -> Counter[RunCell]:
    columns = (*_WHOSE, JourneyRun.state, JourneyRun.outcome, _DAYS)
    rows = session.execute(
        sa.select(*columns, sa.func.count())
        .join(Member, Member.id == JourneyRun.member_id)
        .where(of.of(JourneyRun.id), IS_SOMEBODY)
        .group_by(*(sa.literal_column(str(at)) for at in range(1, len(columns) + 1)))
    )
    return Counter(
        {
            RunCell(journey, version, segment, _month(year, month), state, outcome, days): count
            for journey, version, segment, year, month, state, outcome, days, count in rows
        }
    )


def _over(session: Session, of: Slice) -> Counter[OverCell]:
    days = sa.case(
        (StepProgress.state == StepState.DONE, hours_between(JourneyRun.entered_at, StepProgress.changed_at) // 24)
    )
    columns = (*_WHOSE, StepProgress.step, StepProgress.state, WHO, days)
    rows = session.execute(
        sa.select(*columns, sa.func.count())
        .select_from(StepProgress)
        .join(JourneyRun, JourneyRun.id == StepProgress.run_id)
        .join(Member, Member.id == JourneyRun.member_id)
        .where(of.of(StepProgress.run_id), of.of(JourneyRun.id), IS_SOMEBODY)
        .where(StepProgress.state.in_([StepState.DONE, StepState.SKIPPED]))
        .group_by(*(sa.literal_column(str(at)) for at in range(1, len(columns) + 1)))
    )
    return Counter(
        {
            OverCell(journey, version, segment, _month(year, month), step, state, Who(who), days): count
            for journey, version, segment, year, month, step, state, who, days, count in rows
        }
    )


_LATER = aliased(CheckIn)
# Not "not exists": PostgreSQL would answer that by a table of all questions, anew for each slice.
IS_LATEST = (
    CheckIn.round
    == sa.select(sa.func.max(_LATER.round))
    .where(_LATER.run_id == CheckIn.run_id, _LATER.kind == CheckInKind.STEP, _LATER.step == CheckIn.step)
    .correlate(CheckIn)
    .scalar_subquery()
)
"""Of several questions about one step, the last."""
NOT_OVER = StepProgress.state.in_([StepState.PENDING, StepState.IN_PROGRESS, StepState.BLOCKED])
_OF_STEP = sa.and_(StepProgress.run_id == CheckIn.run_id, StepProgress.step == CheckIn.step)


def place(now: datetime) -> sa.Case[str]:
    """How it stands with a step of which `CheckIn` is the latest question, which may be none."""
    stuck = sa.or_(StepProgress.state == StepState.BLOCKED, CheckIn.state == CheckInState.HANDED_OFF)
    waits_long = sa.and_(CheckIn.state == CheckInState.OPEN, CheckIn.opened_at <= now - OVERDUE)
    first = sa.and_(CheckIn.state == CheckInState.SCHEDULED, CheckIn.round == 1)
    return sa.case(
        (stuck, Place.STUCK.value),
        (waits_long, Place.OVERDUE.value),
        (first, Place.COMING.value),
        else_=Place.OPEN.value,
    )


def _here(session: Session, of: Slice, now: datetime) -> Counter[HereCell]:
    whose: tuple[Any, ...] = (*_WHOSE, StepProgress.step, JourneyRun.state)
    asked = (
        sa.select(*whose, place(now), sa.func.count())
        .select_from(CheckIn)
        .join(StepProgress, _OF_STEP)
        .where(of.of(CheckIn.run_id), CheckIn.kind == CheckInKind.STEP, IS_LATEST, NOT_OVER)
    )
    never_asked = ~sa.exists().where(_OF_STEP, CheckIn.kind == CheckInKind.STEP).correlate(StepProgress)
    is_stuck = sa.case((StepProgress.state == StepState.BLOCKED, Place.STUCK.value), else_=Place.OPEN.value)
    told = (
        sa.select(*whose, is_stuck, sa.func.count())
        .select_from(StepProgress)
        .where(of.of(StepProgress.run_id), never_asked)
        .where(StepProgress.state.in_([StepState.IN_PROGRESS, StepState.BLOCKED]))
    )
    found: Counter[HereCell] = Counter()
    for statement in (asked, told):
        grouped = (
            statement.join(JourneyRun, JourneyRun.id == StepProgress.run_id)
            .join(Member, Member.id == JourneyRun.member_id)
            .where(IS_SOMEBODY, of.of(JourneyRun.id))
            .group_by(*(sa.literal_column(str(at)) for at in range(1, len(whose) + 2)))
        )
        rows: Sequence[Any] = session.execute(grouped).all()
        for journey, version, segment, year, month, step, run, where, count in rows:
            found[HereCell(journey, version, segment, _month(year, month), step, run, Place(where))] += count
    return found
