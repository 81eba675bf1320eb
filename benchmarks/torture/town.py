"""The database at the start of a run: the members, where they can be reached, and that they agreed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app import migrate
from app.wiring import Application, build
from benchmarks.torture.plan import Plan
from benchmarks.torture.script import Person
from bot.clock import SharedClock, SystemClock
from bot.config import Settings
from bot.members import consent
from bot.members.enrol import enrol
from bot.members.table import MemberRow
from bot.model import ContactPoint
from console.sandbox.tour.days import next_working_day

AGREED = consent.Evidence("import", "agreed on the membership form")
CHUNK = 100


def prepare(plan: Plan, people: Sequence[Person]) -> None:
    """Migrates, enrols everybody and sets the shared clock."""
    clock = SharedClock(plan.clock)
    start = clock.set(next_working_day(SystemClock().now()))
    application = application_of(plan.environment)
    try:
        migrate.upgrade(application.db)
        for first in range(0, len(people), CHUNK):
            with application.db.begin() as session:
                for person in people[first : first + CHUNK]:
                    _enrol(session, application, person, start)
    finally:
        application.close()


def application_of(environment: Mapping[str, str]) -> Application:
    """The application as the run's processes are configured, in this one."""
    with _environment(environment):
        return build(Settings(_env_file=None))


def _enrol(session: Session, application: Application, person: Person, now: datetime) -> None:
    taken = enrol(session, application.programme, _row(person, now.date()), source="import", now=now)
    if person.channel == "sms":
        return
    point = ContactPoint(member_id=taken.member_id, channel=person.channel, address=person.address)
    session.add(point)
    session.flush()
    consent.grant(session, point, AGREED, now)


def _row(person: Person, today: date) -> MemberRow:
    return MemberRow(
        line=1, member_number=person.number, first_name="Ana", last_name=person.number, email=person.email,
        phone=person.phone, time_zone=person.zone, language="en", account=None, joined_on=today - timedelta(days=2),
        consent_sms=True, consent_source="form", msm="maria.okafor@example.org", traits={"career_stage": person.stage},
        consent_email=True, country="US",
    )  # fmt: skip


@contextmanager
def _environment(environment: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
