"""The first page in figures: what needs a person, what happened in the last day, and what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.auditor.findings import open_findings
from bot.clock import Times
from bot.handoff import listing
from bot.handoff.listing import Wanted
from bot.handoff.queues import CaseLine
from bot.insights.tally import Slice, Sum
from bot.model import (
    AuditEntry,
    CheckIn,
    CheckInKind,
    InboxMessage,
    JourneyRun,
    Member,
    MemberStatus,
    OutboxMessage,
    OutboxState,
    Pause,
    PlannedEntry,
    Purpose,
    RunState,
    Staff,
)
from bot.programme.models import Programme
from bot.queues import alive, channels

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SHOWN = 6
"""So many of each list are shown."""
MANY = 10_000
"""So many are counted at most of what is to come."""
_LIVE = sa.text("check_in.state in ('scheduled', 'open')")
_ASIDE = sa.text("state in ('dead', 'failed', 'unknown')")
_GONE_OUT = (OutboxState.SENT, OutboxState.DELIVERED, OutboxState.READ)


@dataclass(frozen=True)
class Needs:
    """What a person has to look at. `failing` and `paused` say what and why; `silent` are processes."""

    cases: int
    overdue: int
    first: tuple[CaseLine, ...]
    unread: int
    unsent: int
    findings: int
    failing: tuple[tuple[str, str], ...]
    paused: tuple[tuple[str, str], ...]
    silent: tuple[str, ...]

    @property
    def has_any(self) -> bool:
        return bool(self.cases or self.unread or self.unsent or self.findings or self.failing or self.paused
                    or self.silent)  # fmt: skip


@dataclass(frozen=True)
class Done:
    """What happened since a moment: messages of members by channel, ours by purpose, and what came of them."""

    heard: Mapping[str, int]
    sent: Mapping[Purpose, int]
    happened: Mapping[str, int]


@dataclass(frozen=True)
class Contact:
    """A question that is looked at next; `about` is the key of a step, a milestone or a survey."""

    member_id: int
    name: str
    kind: CheckInKind
    journey: str | None
    about: str
    at: datetime


@dataclass(frozen=True)
class Coming:
    """What is due within the next hour and the next day."""

    hour: int
    day: int
    entries: int
    first: tuple[Contact, ...]


@dataclass
class People:
    """Members by status, and runs under way by journey. A member may be in journeys of two stages at once."""

    statuses: Counter[MemberStatus] = field(default_factory=Counter)
    journeys: Counter[str] = field(default_factory=Counter)

    def add(self, other: Sum) -> None:
        if isinstance(other, People):
            self.statuses.update(other.statuses)
            self.journeys.update(other.journeys)


def needs(session: Session, programme: Programme, names: Iterable[str], times: Times) -> Needs:
    """`names` are the channels that are switched on."""
    inbox = programme.inbox
    found = listing.find(session, inbox, Wanted(snoozed=False), times.now, skip=0, most=listing.MOST)
    lost = channels.channels(session, names)
    return Needs(
        cases=found.total,
        overdue=sum(one.is_overdue for one in found.lines),
        first=found.lines[:SHOWN],
        unread=_aside(session, InboxMessage),
        unsent=_aside(session, OutboxMessage),
        findings=len(open_findings(session)),
        failing=tuple((one.name, one.lost_because or "") for one in lost if one.is_failing),
        paused=tuple((one.what, one.reason) for one in session.scalars(sa.select(Pause))),
        silent=tuple(f"{one.role} on {one.host}" for one in alive.processes(session, times.wall) if one.is_silent),
    )


def _aside(session: Session, table: type[InboxMessage] | type[OutboxMessage]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table).where(_ASIDE)) or 0


HAPPENED = ("step.done", "step.skipped", "journey.entered", "journey.completed", "hand_off.opened",
            "hand_off.resolved")  # fmt: skip


def done(session: Session, since: datetime) -> Done:
    """Costs what happened since then."""
    heard = _newer(session, InboxMessage.id, InboxMessage.received_at, since)
    sent = _newer(session, OutboxMessage.id, OutboxMessage.created_at, since)
    told = _newer(session, AuditEntry.id, AuditEntry.at, since)
    messages = session.execute(
        sa.select(InboxMessage.channel, sa.func.count())
        .where(heard, InboxMessage.member_id.is_not(None))
        .group_by(InboxMessage.channel)
    )
    ours = session.execute(
        sa.select(OutboxMessage.purpose, sa.func.count())
        .where(sent, OutboxMessage.state.in_(_GONE_OUT), OutboxMessage.purpose != Purpose.STAFF)
        .group_by(OutboxMessage.purpose)
    )
    acts = session.execute(
        sa.select(AuditEntry.action, sa.func.count())
        .where(told, AuditEntry.action.in_(HAPPENED))
        .group_by(AuditEntry.action)
    )
    return Done(dict(messages.tuples().all()), dict(ours.tuples().all()), dict(acts.tuples().all()))


def _newer(
    session: Session, key: InstrumentedAttribute[int], at: InstrumentedAttribute[datetime], since: datetime
) -> sa.ColumnElement[bool]:
    """Rows since a moment, found by their ids, which grow with it: there is no index by the moment alone."""
    low, high = 0, session.scalar(sa.select(sa.func.max(key))) or 0
    while low < high:  # ends: each pass halves what is between them
        middle = (low + high) // 2
        found = session.execute(sa.select(key, at).where(key > middle).order_by(key).limit(1)).first()
        if found is None or found[1] >= since:
            high = middle
        else:
            low = found[0]
    return sa.and_(key > low, at >= since)


def coming(session: Session, now: datetime) -> Coming:
    """What is due counts too, until it is done. No more than `MANY` are counted."""
    hour, day = (_counted(session, CheckIn.id, _LIVE, CheckIn.next_touch_at <= now + span) for span in (HOUR, DAY))
    entries = _counted(session, PlannedEntry.id, PlannedEntry.due_at <= now + DAY)
    next_ones = (
        sa.select(CheckIn.id)
        .where(_LIVE, CheckIn.next_touch_at.is_not(None))
        .order_by(CheckIn.next_touch_at)
        .limit(SHOWN)
        .subquery()
    )
    rows = session.execute(
        sa.select(
            Member.id, Member.first_name, Member.last_name, CheckIn.kind, JourneyRun.journey, CheckIn.step,
            CheckIn.next_touch_at,
        )
        .select_from(CheckIn)
        .join(Member, Member.id == CheckIn.member_id)
        .join(JourneyRun, JourneyRun.id == CheckIn.run_id, isouter=True)
        .where(CheckIn.id.in_(sa.select(next_ones.c.id)))
        .order_by(CheckIn.next_touch_at, CheckIn.id)
    )  # fmt: skip
    first = tuple(
        Contact(number, f"{given} {family}".strip(), kind, journey, about, at)
        for number, given, family, kind, journey, about, at in rows
        if at is not None
    )
    return Coming(hour, day, entries, first)


def _counted(session: Session, key: InstrumentedAttribute[int], *where: sa.ColumnElement[bool] | sa.TextClause) -> int:
    some = sa.select(key).where(*where).limit(MANY).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(some)) or 0


def people(session: Session, of: Slice, _now: datetime) -> People:
    """Counts the members of one slice of their ids, and the runs of them that are under way."""
    statuses = session.execute(
        sa.select(Member.status, sa.func.count()).where(of.of(Member.id)).group_by(Member.status)
    ).tuples()
    runs = session.execute(
        sa.select(JourneyRun.journey, sa.func.count())
        .where(of.of(JourneyRun.member_id), JourneyRun.state == RunState.ACTIVE)
        .group_by(JourneyRun.journey)
    ).tuples()
    return People(Counter(dict(statuses.all())), Counter(dict(runs.all())))


@dataclass(frozen=True)
class Begun:
    """Which of the first steps are done."""

    members: bool
    colleagues: bool
    sent: bool
    heard: bool

    @property
    def is_complete(self) -> bool:
        return self.members and self.colleagues and self.sent and self.heard


def begun(session: Session, visitor: int) -> Begun:
    """Whether there are members, colleagues beside whoever looks, a message that went out, and one that came in."""
    sent = sa.exists().where(OutboxMessage.state.in_(_GONE_OUT), OutboxMessage.purpose != Purpose.STAFF)
    heard = sa.exists().where(InboxMessage.member_id.is_not(None))
    others = sa.exists().where(Staff.id != visitor)
    found = session.execute(sa.select(sa.exists().where(Member.id.is_not(None)), others, sent, heard)).one()
    return Begun(*map(bool, found))
