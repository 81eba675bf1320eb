"""Made-up members by the hundred thousand, written by the database itself: what a scheduler's look is measured on.

Each member has an e-mail address and a phone, both agreed to, a run of the shipped programme's onboarding and a
check-in. Of the first `due` the check-in is due now, on its first rung; the others' are weeks ahead.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from app.migrate import upgrade
from bot.db import Database, Moment
from bot.model import Base, CheckIn, ContactPoint, Conversation, JourneyRun, JourneyVersion, Member, Staff, StepProgress
from bot.programme import navigate
from bot.programme.models import Programme
from bot.progress.entries import rules_digest

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
"""A Tuesday; inside the hours of contact in all `ZONES`."""
ZONES = ("America/New_York", "America/Chicago", "Europe/Berlin", "Europe/London", "Africa/Lagos")
JOURNEY, STEP, SEGMENT = "onboarding", "profile_form", "early_career"
JOINED = NOW - timedelta(days=4)
WITH_HABITS = 3
"""Of every third member a conversation is known, with the hour at which they answer."""
COLLEAGUES = 20


@contextmanager
def crowd(server: str | None, folder: Path, programme: Programme, members: int, due: int) -> Iterator[Database]:
    """A database of its own with that many members: on the PostgreSQL `server`, else an SQLite file in `folder`."""
    with empty(server, folder) as url:
        db = Database(url)
        try:
            upgrade(db)
            fill(db, programme, members, due)
            yield db
        finally:
            db.close()


def fill(db: Database, programme: Programme, members: int, due: int) -> None:
    """Writes the members; a few statements, whose number does not depend on how many they are."""
    journey = programme.journeys[JOURNEY]
    with db.engine.begin() as connection:
        if not db.is_sqlite:
            connection.execute(sa.text("set local statement_timeout = 0"))
        n = _numbers(connection, members)
        _add_people(connection, n, rules_digest(programme))
        pinned = {"digest": journey.version, "journey": JOURNEY, "body": journey.model_dump(mode="json")}
        connection.execute(sa.insert(JourneyVersion), {**pinned, "first_seen_at": JOINED})
        _put(connection, JourneyRun, n, id=n, member_id=n, journey=JOURNEY, occasion="joined", version=journey.version,
             state="active", entered_at=JOINED)  # fmt: skip
        for step in navigate.steps(journey):
            _put(connection, StepProgress, n, n <= due, run_id=n, step=step.key, state="pending", changed_at=JOINED)
        at = sa.case((n <= due, sa.literal(NOW - timedelta(minutes=1), Moment())), else_=NOW + timedelta(days=30))
        _put(connection, CheckIn, n, id=n, member_id=n, run_id=n, kind="step", message_class="relationship", step=STEP,
             round=1, state="scheduled", rung=0, next_touch_at=at, created_at=JOINED)  # fmt: skip
    settle(db, Member, Staff, JourneyRun, CheckIn)


def _add_people(connection: sa.Connection, n: sa.ColumnElement[int], digest: str) -> None:
    staff = [{"id": at, "email": f"msm{at}@example.org", "name": f"Manager {at}"} for at in range(1, COLLEAGUES + 1)]
    connection.execute(sa.insert(Staff), staff)
    text = sa.cast(n, sa.Text)
    zone = sa.case(*((n % len(ZONES) == at, zone) for at, zone in enumerate(ZONES)), else_=ZONES[0])
    _put(connection, Member, n, id=n, number="no-" + text, first_name="Ana", last_name="Made-Up " + text,
         segment=SEGMENT, traits={}, time_zone=zone, language="en", joined_on=JOINED.date(), status="active",
         renews_on=date(2027, 11, 20), dates={}, wishes={}, planned_with=digest, msm_id=n % COLLEAGUES + 1,
         created_at=JOINED)  # fmt: skip
    for channel, address in (("email", "member" + text + "@example.com"), ("sms", "+1555" + text)):
        _put(connection, ContactPoint, n, member_id=n, channel=channel, address=address, consented_at=JOINED)
    _put(connection, Conversation, n, n % WITH_HABITS == 0, member_id=n, question="none", data={}, channel="email",
         last_message_at=JOINED, best_hour=n % 8 + 10, best_channel="email")  # fmt: skip


def _numbers(connection: sa.Connection, count: int) -> sa.ColumnElement[int]:
    """The numbers from 1 to `count`, as a column of a table that goes with the connection."""
    connection.execute(sa.text("create temporary table crowd (n integer primary key)"))
    row = sa.literal(1).label("n")
    series = sa.select(row).cte("series", recursive=True)
    series = series.union_all(sa.select(series.c.n + 1).where(series.c.n < count))
    table = sa.table("crowd", sa.column("n", sa.Integer))
    connection.execute(sa.insert(table).from_select(["n"], sa.select(series.c.n)))
    return table.c.n


def _put(
    connection: sa.Connection,
    model: type[Base],
    n: sa.ColumnElement[int],
    where: sa.ColumnElement[bool] | None = None,
    **values: Any,
) -> None:
    """One row for each number; what is no expression is the same in all."""
    columns = sa.inspect(model).columns
    found = {
        name: value if isinstance(value, sa.ColumnElement) else sa.literal(value, columns[name].type)
        for name, value in values.items()
    }
    rows = sa.select(*found.values()).order_by(n)
    insert = sa.insert(model).from_select(list(found), rows if where is None else rows.where(where))
    connection.execute(insert)


def settle(db: Database, *models: type[Base]) -> None:
    """The numbers of new rows follow those that were written, and the planner knows the tables."""
    if db.is_sqlite:
        with db.engine.begin() as connection:
            connection.execute(sa.text("analyze"))
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("set statement_timeout = 0"))
        for model in models:
            numbers = sa.func.pg_get_serial_sequence(model.__tablename__, "id")
            highest = sa.select(sa.func.max(sa.column("id"))).select_from(model.__table__).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(numbers, highest)))
        connection.execute(sa.text("vacuum analyze"))


@contextmanager
def empty(server: str | None, folder: Path) -> Iterator[str]:
    """The URL of a database with nothing in it, which goes at the end."""
    if server is None:
        yield f"sqlite:///{folder / 'crowd.db'}"
        return
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    name = f"msb_crowd_{uuid4().hex}"
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.execute(sa.text(f'create database "{name}"'))
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text(f'drop database "{name}" with (force)'))
