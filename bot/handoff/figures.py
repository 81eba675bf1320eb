"""What a team did in a day or a week, in figures. Spans are working time of the team, as its targets are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.handoff import clocks, routing
from bot.handoff.queues import IS_UNRESOLVED
from bot.model import HandOff, HandOffState, JourneyRun, RunState, StepProgress, StepState, Team
from bot.outreach.hours import at_local
from bot.programme.inbox import Inbox

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """From `first` until just before `until` (UTC)."""

    first: datetime
    until: datetime

    def holds(self, moment: datetime | None) -> bool:
        return moment is not None and self.first <= moment < self.until


@dataclass(frozen=True)
class Figures:
    """What happened to cases in a span of time. `first_reply` is the median of the cases that were answered in it.

    `unresolved`, `unclaimed` and `overdue` are as things stand now.
    """

    opened: int
    answered: int
    resolved: int
    first_reply: timedelta | None
    unresolved: int
    unclaimed: int
    overdue: int


@dataclass(frozen=True)
class Progress:
    """What members did: steps that are done, and journeys that were completed."""

    steps: int
    journeys: int


def day_of(moment: datetime, zone: ZoneInfo) -> Span:
    """The local day of `moment`."""
    today = moment.astimezone(zone).date()
    return days(today, today + ONE_DAY, zone)


def days(first: date, until: date, zone: ZoneInfo) -> Span:
    """Local days, from the midnight before `first` until the one before `until`."""
    return Span(at_local(first, time(), zone), at_local(until, time(), zone))


def of(session: Session, inbox: Inbox, teams: Iterable[Team], span: Span, now: datetime) -> Figures:
    """The figures of these teams."""
    cases = _touched(session, teams, span)
    waited = [_to_first_reply(case, inbox).total_seconds() for case in cases if span.holds(case.first_reply_at)]
    left = [case for case in cases if case.state is not HandOffState.RESOLVED]
    return Figures(
        opened=sum(span.holds(case.opened_at) for case in cases),
        answered=len(waited),
        resolved=sum(span.holds(case.resolved_at) for case in cases),
        first_reply=timedelta(seconds=round(median(waited))) if waited else None,
        unresolved=len(left),
        unclaimed=sum(case.state is HandOffState.OPEN for case in left),
        overdue=sum(_is_overdue(case, inbox, now) for case in left),
    )


def by_day(session: Session, teams: Iterable[Team], first: date, until: date, zone: ZoneInfo) -> list[tuple[int, int]]:
    """Cases opened and cases resolved on each local day from `first` until the day before `until`."""
    cases = _touched(session, teams, days(first, until, zone))
    opened = Counter(case.opened_at.astimezone(zone).date() for case in cases)
    resolved = Counter(case.resolved_at.astimezone(zone).date() for case in cases if case.resolved_at is not None)
    ahead = (first + timedelta(days=number) for number in range((until - first).days))
    return [(opened[day], resolved[day]) for day in ahead]


def progress(session: Session, span: Span) -> Progress:
    """What all members did in this time."""
    steps = sa.select(sa.func.count()).where(
        StepProgress.state == StepState.DONE,
        StepProgress.changed_at >= span.first,
        StepProgress.changed_at < span.until,
    )
    journeys = sa.select(sa.func.count()).where(
        JourneyRun.state == RunState.COMPLETED, JourneyRun.ended_at >= span.first, JourneyRun.ended_at < span.until
    )
    return Progress(session.scalars(steps).one(), session.scalars(journeys).one())


def _touched(session: Session, teams: Iterable[Team], span: Span) -> list[HandOff]:
    """Cases that are unresolved, or to which something happened in this time."""
    happened = (
        sa.and_(moment >= span.first, moment < span.until)
        for moment in (HandOff.opened_at, HandOff.first_reply_at, HandOff.resolved_at)
    )
    found = sa.select(HandOff).where(HandOff.team.in_(tuple(teams)), sa.or_(IS_UNRESOLVED, *happened))
    return list(session.scalars(found))


def _to_first_reply(case: HandOff, inbox: Inbox) -> timedelta:
    assert case.first_reply_at is not None
    return routing.time_of(inbox, case.team, case.priority).between(case.opened_at, case.first_reply_at)


def _is_overdue(case: HandOff, inbox: Inbox, now: datetime) -> bool:
    return not clocks.is_snoozed(case, now) and clocks.deadlines(case, inbox).missed_since(now) is not None
