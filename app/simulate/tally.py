"""What is counted in the database of a simulation, in a form that adds up over its parts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from bot.auditor.findings import Finding
from bot.model import (
    AuditEntry,
    CheckIn,
    CheckInKind,
    CheckInState,
    ConsentEvent,
    ConsentKind,
    HandOff,
    JourneyRun,
    Member,
    OutboxMessage,
    OutboxState,
    RunState,
    Staff,
    StepState,
    Touch,
)
from bot.progress import runs

DAY = timedelta(days=1)
NOT_SENT = ("touch.held", "touch.skipped", "touch.cancelled")


@dataclass
class Tally:
    """Counts, and days for those of which the median is told."""

    said: int = 0
    """Messages of members."""
    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By day and channel."""
    cases: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By Member Success Manager and week."""
    case_reasons: Counter[str] = field(default_factory=Counter)
    cases_open: int = 0
    entered: Counter[str] = field(default_factory=Counter)
    """By journey."""
    ends: Counter[str] = field(default_factory=Counter)
    took: dict[str, list[float]] = field(default_factory=dict)
    """By journey: the days that each of those took who completed it."""
    reached: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    """By journey and milestone: the days that each of those took who reached it."""
    rungs: Counter[int] = field(default_factory=Counter)
    answered: Counter[int] = field(default_factory=Counter)
    not_sent: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    opt_outs: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Counts the other's too."""
        for name, value in vars(other).items():
            own = getattr(self, name)
            if isinstance(own, Counter):
                own.update(value)
            elif isinstance(own, dict):
                for key, days in value.items():
                    own.setdefault(key, []).extend(days)
            else:
                setattr(self, name, own + value)


def merged(tallies: Iterable[Tally]) -> Tally:
    """The tally of the whole."""
    whole = Tally()
    for one in tallies:
        whole.add(one)
    return whole


def take(session: Session, said: int, findings: Iterable[Finding]) -> Tally:
    """Reads the database of a part that is over."""
    tally = Tally(said=said, findings=list(findings))
    _count_sent(session, tally)
    _count_cases(session, tally)
    _count_passages(session, tally)
    _count_rungs(session, tally)
    tally.not_sent.update(_not_sent(session))
    tally.refused.update(_refused(session))
    tally.opt_outs.update(_opt_outs(session))
    return tally


def _count_sent(session: Session, tally: Tally) -> None:
    rows = sa.select(Touch.sent_at, Touch.channel).where(Touch.sent_at.is_not(None))
    tally.sent.update((moment.date().isoformat(), channel) for moment, channel in session.execute(rows) if moment)


def _count_cases(session: Session, tally: Tally) -> None:
    rows = (
        sa.select(HandOff, Staff.name)
        .join(Member, Member.id == HandOff.member_id)
        .join(Staff, Staff.id == Member.msm_id)
    )
    for case, name in session.execute(rows):
        tally.cases[name, f"{case.opened_at:%G-W%V}"] += 1
        tally.case_reasons[str(case.reason)] += 1
        tally.cases_open += case.resolved_at is None


def _count_passages(session: Session, tally: Tally) -> None:
    """Of each journey and milestone; and how runs ended."""
    every = sa.select(JourneyRun).options(selectinload(JourneyRun.steps)).order_by(JourneyRun.id)
    for run in session.scalars(every).all():
        tally.entered[run.journey] += 1
        tally.ends[f"{run.journey}: {run.outcome or 'goes on'}"] += 1
        if run.state is RunState.COMPLETED and run.ended_at is not None:
            tally.took.setdefault(run.journey, []).append((run.ended_at - run.entered_at) / DAY)
        done = {step.step: step.changed_at for step in run.steps if step.state is StepState.DONE}
        for milestone in runs.standing(session, run.id).journey.milestones:
            moments = [done[step.key] for step in milestone.steps if step.key in done]
            times = tally.reached.setdefault((run.journey, milestone.key), [])
            if len(moments) == len(milestone.steps):
                times.append((max(moments) - run.entered_at) / DAY)


def _count_rungs(session: Session, tally: Tally) -> None:
    """The rung whose message was the last before the answer; celebrations ask nothing."""
    is_asked = (Touch.sent_at.is_not(None), CheckIn.kind != CheckInKind.CELEBRATION)
    asked = sa.select(CheckIn.id, CheckIn.state, sa.func.max(Touch.rung)).join(Touch, Touch.check_in_id == CheckIn.id)
    for _, state, rung in session.execute(asked.where(*is_asked).group_by(CheckIn.id, CheckIn.state)):
        tally.answered[rung] += state is CheckInState.ANSWERED
    sent = sa.select(Touch.rung).join(CheckIn, CheckIn.id == Touch.check_in_id).where(*is_asked)
    tally.rungs.update(session.scalars(sent))


def _not_sent(session: Session) -> dict[str, int]:
    rows = sa.select(AuditEntry.action, AuditEntry.reason, sa.func.count()).where(AuditEntry.action.in_(NOT_SENT))
    found = session.execute(rows.group_by(AuditEntry.action, AuditEntry.reason))
    return {f"{action.removeprefix('touch.')}: {reason}": count for action, reason, count in found}


def _refused(session: Session) -> dict[str, int]:
    rows = sa.select(OutboxMessage.error, sa.func.count()).where(OutboxMessage.state == OutboxState.REFUSED)
    return {str(error): count for error, count in session.execute(rows.group_by(OutboxMessage.error))}


def _opt_outs(session: Session) -> dict[str, int]:
    rows = sa.select(ConsentEvent.channel, sa.func.count()).where(ConsentEvent.kind == ConsentKind.WITHDRAWN)
    return {str(channel): count for channel, count in session.execute(rows.group_by(ConsentEvent.channel))}


def by_first(counts: Mapping[tuple[str, str], int], firsts: Sequence[str]) -> dict[str, dict[str, int]]:
    """Counts by two names as a table of tables: the first names in the given order, the second in their own."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (first, second), count in sorted(counts.items()):
        found[first][second] = count
    return {first: found[first] for first in firsts}
