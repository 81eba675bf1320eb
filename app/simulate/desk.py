"""Made-up colleagues, who claim and resolve cases as far as they come in a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.simulate.agenda import Agenda
from app.simulate.habits import Habits
from app.simulate.people import SOURCE, rng_of
from bot.clock import Times
from bot.handoff import acts
from bot.handoff.acts import Act
from bot.handoff.routing import URGENCY
from bot.members import absences
from bot.members.absences import Days
from bot.model import HandOff, HandOffState, Member, Staff
from bot.outreach.hours import at_local
from bot.programme.models import Programme

OPENS, CLOSES, SATURDAY = 9, 17, 5
FIRST_LEAVE = 14
"""Days after the start on which the first colleague is away; the others follow one after another."""


@dataclass
class Desk:
    """The colleagues at their cases."""

    programme: Programme
    habits: Habits
    agenda: Agenda
    seed: int
    start: date
    colleagues: Sequence[int]
    """Their numbers, in the order of their rows."""
    done: Counter[tuple[int, date]] = field(default_factory=Counter)
    """How many cases each resolved in a day."""
    leave: dict[int, tuple[date, date]] = field(default_factory=dict)
    staff: frozenset[int] = frozenset()
    """The ids of their rows; whom the content names is not made up, and does nothing here."""
    _acts: count[int] = field(default_factory=count)

    def open(self, session: Session, times: Times) -> None:
        """The first day: leave is known, and from now on somebody looks every hour."""
        days, zone = self.habits.colleagues.days_off, self._zone
        people = session.scalars(sa.select(Staff).order_by(Staff.id)).all()
        self.staff = frozenset(person.id for person in people)
        for number, person in zip(self.colleagues, people, strict=True):
            if days:
                first = self.start + timedelta(days=FIRST_LEAVE + (number - 1) * days)
                self.leave[person.id] = first, first + timedelta(days=days - 1)
                starts, ends = Days(*self.leave[person.id]).moments(zone)
                absences.add(session, person, starts, ends, SOURCE, "leave", times.now)
        self._plan_next(times.now)

    def look(self, session: Session, times: Times) -> None:
        """Takes cases over and resolves those that have been worked on long enough."""
        today = times.now.astimezone(self._zone).date()
        staff = {one.id: one for one in session.scalars(sa.select(Staff)) if self._is_in(one.id, today)}
        for case_id, state, opened_at, msm_id in self._waiting(session):
            person = staff.get(msm_id or 0) or self._least_busy(staff, today)
            if person is None:
                break
            rng = rng_of(self.seed, "case", case_id)
            ready_at = opened_at + timedelta(hours=self.habits.colleagues.takes.draw(rng))
            claims, step_done = (rng.random() < likely for likely in self._likely)
            if state is HandOffState.OPEN and claims:
                acts.claim(session, self._act(case_id, person, times))
            if ready_at <= times.now and self.done[person.id, today] < self.habits.colleagues.cases_a_day:
                self.done[person.id, today] += 1
                holder = self._holder(session, case_id) or person
                act = self._act(case_id, holder, times)
                acts.resolve(session, act, "looked after", self.programme, step_done=step_done)
        self._plan_next(times.now)

    @property
    def _likely(self) -> tuple[float, float]:
        return self.habits.colleagues.claims, self.habits.colleagues.step_done

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.habits.colleagues.zone)

    def _waiting(self, session: Session) -> list[tuple[int, HandOffState, datetime, int | None]]:
        """The most urgent first, then the oldest."""
        columns = sa.select(HandOff.id, HandOff.state, HandOff.opened_at, HandOff.priority, Member.msm_id)
        found = session.execute(
            columns.join(Member, Member.id == HandOff.member_id).where(HandOff.state != HandOffState.RESOLVED)
        ).all()
        ordered = sorted(found, key=lambda row: (-URGENCY.index(row.priority), row.id))
        return [(row.id, row.state, row.opened_at, row.msm_id) for row in ordered]

    def _is_in(self, person: int, today: date) -> bool:
        first, last = self.leave.get(person, (date.max, date.min))
        return person in self.staff and not first <= today <= last

    def _least_busy(self, staff: dict[int, Staff], today: date) -> Staff | None:
        return min(staff.values(), key=lambda one: (self.done[one.id, today], one.id), default=None)

    def _holder(self, session: Session, case_id: int) -> Staff | None:
        return session.get_one(HandOff, case_id).assignee

    def _act(self, case_id: int, person: Staff, times: Times) -> Act:
        return Act(case_id, person, f"simulated:{next(self._acts)}", times.now, times.wall)

    def _plan_next(self, now: datetime) -> None:
        local = now.astimezone(self._zone)
        day, hour = local.date(), local.hour + 1
        if hour >= CLOSES:
            day, hour = day + timedelta(days=1), OPENS
        while day.weekday() >= SATURDAY:
            day, hour = day + timedelta(days=1), OPENS
        self.agenda.put(at_local(day, time(max(hour, OPENS)), self._zone).astimezone(UTC), self.look)
