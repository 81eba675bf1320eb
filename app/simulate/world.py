"""The simulated world: time jumps from one deadline to the next, and everybody does what is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.simulate.agenda import GRAIN, Agenda, PushedClock, on_grain
from app.simulate.carriers import CHANNELS
from app.simulate.desk import Desk
from app.simulate.habits import Habits
from app.simulate.people import Person, hire, make_people, take_in, turnings
from app.simulate.post import Post
from app.simulate.replies import Replies
from app.simulate.wish import Part, Wish
from bot.auditor import audit
from bot.auditor.findings import Finding
from bot.clock import Times
from bot.db import Database
from bot.errors import MsbError
from bot.handoff.due import look_at_due
from bot.handoff.reminders import Means
from bot.model import LIVE, CheckIn, HandOff, JourneyRun, Member, PlannedEntry, RunState
from bot.outreach.due import touch_due
from bot.outreach.reach import Reach
from bot.programme.models import Programme
from bot.progress.entries import enter_due

OUTBOX_LIMIT = 1_000_000
MEANS = Means(slack=True, email=False)
"""Reminders of staff go to Slack, where nobody reads them: made-up colleagues look every hour anyway."""
MOST_ROUNDS = 50
INTAKE = 50
AUDIT_EVERY = timedelta(days=7)
ARRIVE = time(8)


def _literally(values: Sequence[StrEnum]) -> sa.BindParameter[Any]:
    """Written into the statement: only so does SQLite use the partial indexes."""
    return sa.bindparam(None, list(values), expanding=True, literal_execute=True)


DUE = sa.select(
    sa.select(sa.func.min(CheckIn.next_touch_at)).where(CheckIn.state.in_(_literally(LIVE))).scalar_subquery(),
    sa.select(sa.func.min(PlannedEntry.due_at)).scalar_subquery(),
    sa.select(sa.func.min(JourneyRun.lapses_at))
    .where(JourneyRun.state.in_(_literally([RunState.ACTIVE])))
    .scalar_subquery(),
    sa.select(Member.id).where(Member.planned_with.is_(None)).limit(1).scalar_subquery(),
    sa.select(sa.func.min(HandOff.look_at)).scalar_subquery(),
)
"""The first deadlines of the core, and whether somebody's journeys have to be planned anew."""


class NoEnd(MsbError):
    """At one moment there is always more work."""


@dataclass(frozen=True)
class Due:
    """When the core has to look next; None when it waits for nothing."""

    touch: datetime | None
    entry: datetime | None
    case: datetime | None


class World:
    """The core on a database of its own, with made-up people around it. Time is UTC."""

    def __init__(self, db: Database, programme: Programme, habits: Habits, wish: Wish, part: Part) -> None:
        self.db, self.programme, self.habits = db, programme, habits
        self.start = datetime.combine(wish.start, time(), tzinfo=UTC)
        self.clock, self.agenda = PushedClock(self.start), Agenda()
        self.replies = Replies(programme, self.agenda, Reach(CHANNELS))
        colleagues, seed = part.colleagues(habits), part.seed(wish.seed)
        self.post = Post(programme, habits, self.agenda, self.replies, seed)
        self.desk = Desk(programme, habits, self.agenda, seed, wish.start, colleagues)
        self.findings: dict[tuple[str, str], Finding] = {}
        with db.begin() as session:
            hire(session, colleagues)
            self.desk.open(session, self.clock.times())
        everybody = make_people(habits, wish.members, wish.start, wish.seed)
        self.people = [person for person in everybody if person.msm in colleagues]
        self._expect_everybody()
        self.audited = self.start

    def run(self, days: int) -> None:
        """Lets the time pass, and audits each week of it.

        Raises:
            NoEnd: the work at one moment has no end.
        """
        end = self.start + timedelta(days=days)
        while self.audited < end:
            until = min(self.audited + AUDIT_EVERY, end)
            self._pass(until)
            self.clock.moment = until
            self._audit()

    def _pass(self, until: datetime) -> None:
        """Everything that is due until then. A moment may need several rounds: one thing leads to another."""
        rounds, due = 0, self._due()
        while True:
            moments = [at for at in (self.agenda.next_at, due.touch, due.entry, due.case) if at is not None]
            at = max(on_grain(min(moments)), self.clock.moment) if moments else until
            if at >= until:
                return
            rounds = rounds + 1 if at == self.clock.moment else 0
            if rounds > MOST_ROUNDS:
                raise NoEnd(f"{at:%Y-%m-%d %H:%M} UTC")
            self.clock.moment = at
            due = self._step(due)

    def _step(self, due: Due) -> Due:
        """People first, then the core's ticks, then the providers; returns what is due next."""
        now = self.clock.moment
        acts = self.agenda.take(now)
        if acts:
            with self.db.begin() as session:
                for act in acts:
                    act(session, self.clock.times())
                session.flush()
                due = self._read_due(session)
        if due.entry is not None and due.entry <= now:
            enter_due(self.db, self.programme, self.clock)
            due = self._due()
        looked = due.case is not None and due.case <= now
        if looked:
            look_at_due(self.db, self.programme, MEANS, self.clock)
        if due.touch is not None and due.touch <= now:
            touch_due(self.db, self.programme, self.replies.reach, self.clock, outbox_limit=OUTBOX_LIMIT)
        elif not acts and not looked:
            return due  # nothing new to carry
        with self.db.begin() as session:
            self.post.carry_new(session, self.clock.times())
            session.flush()
            return self._read_due(session)

    def _due(self) -> Due:
        with self.db.begin() as session:
            return self._read_due(session)

    def _read_due(self, session: Session) -> Due:
        touch, entry, lapse, member, case = session.execute(DUE).one()
        entries = [at for at in (entry, lapse, self.clock.moment if member is not None else None) if at is not None]
        return Due(touch, min(entries, default=None), case)

    def _expect_everybody(self) -> None:
        """Members are enrolled in the morning (UTC) of the day on which they join."""
        by_day: dict[date, list[Person]] = {}
        for person in self.people:
            by_day.setdefault(person.joins, []).append(person)
        for day, people in sorted(by_day.items()):
            at = datetime.combine(day, ARRIVE, tzinfo=UTC)
            for first in range(0, len(people), INTAKE):
                self.agenda.put(at, partial(self._take_in, people[first : first + INTAKE]))

    def _take_in(self, people: list[Person], session: Session, times: Times) -> None:
        for person in people:
            take_in(session, self.programme, person, times.now)
            self.replies.people[person.member_id] = person
            for turning in turnings(self.habits, person):
                self.replies.turning(person, turning)

    @property
    def _patience(self) -> timedelta:
        """What made-up providers delay on purpose is not overdue."""
        deliveries = self.habits.deliveries
        return max(audit.LATE, timedelta(hours=deliveries.late_hours) + GRAIN if deliveries.late else audit.LATE)

    def _audit(self) -> None:
        """What was sent since the last time is judged, and whether anything was left undone."""
        now = self.clock.moment
        report = audit.run(self.db, self.programme, now, now, since=self.audited, lateness=self._patience)
        self.findings |= {finding.key: finding for finding in report.findings}
        self.audited = now
