"""What a simulation showed: read from its database, as tables and as JSON."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

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
from bot.programme.models import Programme
from bot.progress import runs

DAY = timedelta(days=1)
NOT_SENT = ("touch.held", "touch.skipped", "touch.cancelled")


@dataclass(frozen=True)
class Passage:
    """How many came how far on a journey, or to one of its milestones; `days` is the median from entering."""

    what: str
    entered: int
    reached: int
    days: float | None


@dataclass(frozen=True)
class Rung:
    """The messages of one rung of all ladders, and how many of them were the last before an answer."""

    rung: int
    sent: int
    answered: int


@dataclass(frozen=True)
class Report:
    """Everything that is told; the same for the same seed. Days are UTC, weeks are those of ISO 8601."""

    members: int
    days: int
    seed: int
    start: str
    touches: int
    touches_by_day: dict[str, dict[str, int]]
    """By day, then by channel."""
    messages_of_members: int
    hand_offs: dict[str, dict[str, int]]
    """By Member Success Manager, then by week."""
    hand_off_reasons: dict[str, int]
    cases_open: int
    journeys: list[Passage]
    ends: dict[str, int]
    """How runs ended, or that they go on."""
    milestones: list[Passage]
    rungs: list[Rung]
    not_sent: dict[str, int]
    """Decisions of the policy when a touch was planned: ``held: quiet_hours``."""
    refused: dict[str, int]
    """Messages that were refused at the moment of sending, by reason."""
    opt_outs: dict[str, int]
    findings: list[dict[str, str]]
    """What the auditor found; there must be none."""

    @property
    def is_clean(self) -> bool:
        return not self.findings

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Frame:
    """What the report is about."""

    members: int
    days: int
    seed: int
    start: date
    said: int


def make(session: Session, programme: Programme, frame: Frame, findings: Iterable[Finding]) -> Report:
    """Reads the database of a simulation that is over."""
    sent = _sent(session)
    cases, reasons, still_open = _cases(session)
    journeys, ends, milestones = _passages(session)
    return Report(
        members=frame.members, days=frame.days, seed=frame.seed, start=frame.start.isoformat(),
        touches=sum(sum(day.values()) for day in sent.values()), touches_by_day=sent,
        messages_of_members=frame.said, hand_offs=cases, hand_off_reasons=reasons, cases_open=still_open,
        journeys=journeys, ends=ends, milestones=milestones, rungs=_rungs(session), not_sent=_not_sent(session),
        refused=_refused(session), opt_outs=_opt_outs(session),
        findings=[{"kind": str(one.kind), "subject": one.subject, "summary": one.summary} for one in findings],
    )  # fmt: skip


def _sent(session: Session) -> dict[str, dict[str, int]]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    rows = sa.select(Touch.sent_at, Touch.channel).where(Touch.sent_at.is_not(None)).order_by(Touch.sent_at)
    for moment, channel in session.execute(rows):
        if moment is not None:
            counts[moment.date().isoformat()][channel] += 1
    return {day: dict(sorted(channels.items())) for day, channels in counts.items()}


def _cases(session: Session) -> tuple[dict[str, dict[str, int]], dict[str, int], int]:
    """By colleague and week, by reason, and how many are open."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    rows = (
        sa.select(HandOff, Staff.name)
        .join(Member, Member.id == HandOff.member_id)
        .join(Staff, Staff.id == Member.msm_id)
        .order_by(Staff.id, HandOff.opened_at)
    )
    found = session.execute(rows).all()
    for case, name in found:
        counts[name][f"{case.opened_at:%G-W%V}"] += 1
    reasons = Counter(str(case.reason) for case, _ in found)
    return _plain(counts), dict(reasons.most_common()), sum(case.resolved_at is None for case, _ in found)


def _passages(session: Session) -> tuple[list[Passage], dict[str, int], list[Passage]]:
    """Of each journey and milestone; and how runs ended."""
    entered: Counter[str] = Counter()
    took: defaultdict[str, list[float]] = defaultdict(list)
    reached: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    ends: Counter[str] = Counter()
    every = sa.select(JourneyRun).options(selectinload(JourneyRun.steps)).order_by(JourneyRun.id)
    for run in session.scalars(every).all():
        entered[run.journey] += 1
        ends[f"{run.journey}: {run.outcome or 'goes on'}"] += 1
        if run.state is RunState.COMPLETED and run.ended_at is not None:
            took[run.journey].append((run.ended_at - run.entered_at) / DAY)
        done = {step.step: step.changed_at for step in run.steps if step.state is StepState.DONE}
        for milestone in runs.standing(session, run.id).journey.milestones:
            moments = [done[step.key] for step in milestone.steps if step.key in done]
            times = reached[run.journey, milestone.key]
            if len(moments) == len(milestone.steps):
                times.append((max(moments) - run.entered_at) / DAY)
    journeys = [_passage(key, count, took[key]) for key, count in sorted(entered.items())]
    milestones = [_passage(f"{key}.{name}", entered[key], times) for (key, name), times in sorted(reached.items())]
    return journeys, dict(sorted(ends.items())), milestones


def _passage(what: str, entered: int, days: Sequence[float]) -> Passage:
    return Passage(what, entered, len(days), round(median(days), 1) if days else None)


def _rungs(session: Session) -> list[Rung]:
    """The rung whose message was the last before the answer; celebrations ask nothing."""
    sent, answered = Counter[int](), Counter[int]()
    last = sa.func.max(Touch.rung)
    asked = (
        sa.select(CheckIn.id, CheckIn.state, last)
        .join(Touch, Touch.check_in_id == CheckIn.id)
        .where(Touch.sent_at.is_not(None), CheckIn.kind != CheckInKind.CELEBRATION)
        .group_by(CheckIn.id, CheckIn.state)
    )
    for _, state, rung in session.execute(asked):
        answered[rung] += state is CheckInState.ANSWERED
    counted = (
        sa.select(Touch.rung, sa.func.count())
        .join(CheckIn, CheckIn.id == Touch.check_in_id)
        .where(Touch.sent_at.is_not(None), CheckIn.kind != CheckInKind.CELEBRATION)
        .group_by(Touch.rung)
    )
    for rung, count in session.execute(counted):
        sent[rung] = count
    return [Rung(rung + 1, sent[rung], answered[rung]) for rung in sorted(sent)]


def _not_sent(session: Session) -> dict[str, int]:
    rows = sa.select(AuditEntry.action, AuditEntry.reason, sa.func.count()).where(AuditEntry.action.in_(NOT_SENT))
    found = session.execute(rows.group_by(AuditEntry.action, AuditEntry.reason)).all()
    counts = {f"{action.removeprefix('touch.')}: {reason}": count for action, reason, count in found}
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _refused(session: Session) -> dict[str, int]:
    rows = sa.select(OutboxMessage.error, sa.func.count()).where(OutboxMessage.state == OutboxState.REFUSED)
    return {str(error): count for error, count in session.execute(rows.group_by(OutboxMessage.error))}


def _opt_outs(session: Session) -> dict[str, int]:
    rows = sa.select(ConsentEvent.channel, sa.func.count()).where(ConsentEvent.kind == ConsentKind.WITHDRAWN)
    found = session.execute(rows.group_by(ConsentEvent.channel).order_by(ConsentEvent.channel))
    return {str(channel): count for channel, count in found}


def _plain(counts: Mapping[str, Counter[str]]) -> dict[str, dict[str, int]]:
    return {name: dict(sorted(weeks.items())) for name, weeks in counts.items()}
