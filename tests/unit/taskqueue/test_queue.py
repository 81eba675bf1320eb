"""Procrastinate carries word of work between processes, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.migrate import upgrade
from bot.clock import Times
from bot.db import Database
from bot.lanes.drain import Drainer
from bot.lanes.put import WAKE_AHEAD
from bot.lanes.sweep import TELL_AGAIN, wake_due
from bot.model import Lane, Urgency
from taskqueue.jobs import NotPostgres, Teller, make_app
from taskqueue.worker import Worker
from tests.support.databases import empty_database
from tests.support.errands import KIND, Errands, put
from tests.support.sandbox_clock import START, StillClock

LEASE = timedelta(seconds=10)
JOBS = "select args->>'lane', priority, scheduled_at from procrastinate_jobs where status = 'todo' order by id"


class Crew:
    """A database, and a worker that is started by hand."""

    def __init__(self, db: Database) -> None:
        self.db, self.clock, self.errands = db, StillClock(), Errands()
        self.drainer = Drainer(db, self.errands, self.clock, LEASE)
        self.app = make_app(db, {KIND: self.drainer})
        db.before_commit = Teller(db, self.clock).tell

    def jobs(self) -> list[tuple[str, int, bool]]:
        """The lanes of the jobs that wait, with their priority and whether they wait for a time."""
        with self.db.begin() as session:
            return [(lane, priority, at is not None) for lane, priority, at in session.execute(sa.text(JOBS))]

    def forget_jobs(self) -> None:
        with self.db.begin() as session:
            session.execute(sa.text("delete from procrastinate_jobs"))

    def work_until(self, done: threading.Event) -> None:
        async def work() -> None:
            worker = Worker(self.app, {KIND: 2})
            running = asyncio.create_task(worker.run())
            assert await asyncio.to_thread(done.wait, 30)
            worker.stop()
            await running

        asyncio.run(work())


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    with empty_database("postgresql", tmp_path) as url:
        db = Database(url)
        upgrade(db)
        yield Crew(db)
        db.close()


def test_a_job_is_written_with_the_row_or_not_at_all(crew: Crew) -> None:
    def failing() -> None:
        with crew.db.begin() as session:
            put(session, "ana", "one", START, "x")
            raise ValueError("rolled back")

    with pytest.raises(ValueError, match="rolled back"):
        failing()
    assert crew.jobs() == []
    put_one(crew, "ana", "one")
    assert crew.jobs() == [("ana", Urgency.BULK, False)]


def test_a_lane_that_is_ready_already_is_told_of_once(crew: Crew) -> None:
    put_one(crew, "ana", "one")
    put_one(crew, "ana", "two")
    assert len(crew.jobs()) == 1


def test_a_worker_hears_of_rows_that_another_process_wrote(crew: Crew) -> None:
    done = threading.Event()
    crew.errands.meanwhile += [lambda: None, lambda: None, done.set]
    for n in range(3):
        put_one(crew, f"lane-{n}", f"row-{n}")
    crew.work_until(done)
    assert sorted(crew.errands.done) == ["row-0", "row-1", "row-2"]
    assert crew.jobs() == []


def test_a_worker_itself_tells_of_what_its_work_made_ready(crew: Crew) -> None:
    done = threading.Event()
    crew.errands.meanwhile += [lambda: put_one(crew, "ben", "caused"), done.set]
    put_one(crew, "ana", "cause")
    crew.work_until(done)
    assert crew.errands.done == ["cause", "caused"]


def test_a_lane_that_is_parked_for_a_short_time_is_told_of_with_that_time(crew: Crew) -> None:
    park(crew, "soon", crew.clock.wall() + WAKE_AHEAD / 2)
    assert ("soon", Urgency.BULK, True) in crew.jobs()


def test_a_lane_that_is_parked_for_long_is_found_by_the_sweep_when_its_time_comes(crew: Crew) -> None:
    park(crew, "late", crew.clock.wall() + WAKE_AHEAD * 2)
    crew.forget_jobs()
    assert swept(crew) == 0
    crew.clock.pass_real(WAKE_AHEAD * 2 + timedelta(seconds=1))
    assert swept(crew) == 1
    assert swept(crew) == 0
    assert crew.jobs() == [("late", Urgency.BULK, False)]


def test_a_job_that_was_lost_is_written_again(crew: Crew) -> None:
    put_one(crew, "ana", "one")
    crew.forget_jobs()
    assert swept(crew) == 0
    crew.clock.pass_real(TELL_AGAIN + timedelta(seconds=1))
    assert swept(crew) == 1
    assert len(crew.jobs()) == 1


def test_a_lane_whose_worker_died_is_found_when_its_lease_is_over(crew: Crew) -> None:
    put_one(crew, "ana", "one")
    assert crew.drainer.claim() is not None
    crew.forget_jobs()
    crew.clock.pass_real(LEASE / 2)
    assert swept(crew) == 0
    crew.clock.pass_real(TELL_AGAIN)
    assert swept(crew) == 1


def test_a_job_that_comes_late_or_twice_does_nothing(crew: Crew) -> None:
    put_one(crew, "ana", "one")
    assert crew.drainer.run_lane("ana")
    assert not crew.drainer.run_lane("ana")
    assert not crew.drainer.run_lane("nobody")
    assert crew.errands.done == ["one"]


def test_sqlite_is_refused_in_plain_words(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'x.db'}")
    with pytest.raises(NotPostgres, match="MSB_DATABASE_URL"):
        make_app(db, {})
    db.close()


def put_one(crew: Crew, lane: str, text: str) -> None:
    with crew.db.begin() as session:
        put(session, lane, text, START, f"{lane}:{text}")


def park(crew: Crew, lane: str, until: object) -> None:
    """By way of a row that may not be handled before then."""
    put_one(crew, lane, "row")
    with crew.db.begin() as session:
        crew.errands.head(session, lane).not_before = until  # type: ignore[union-attr]
    assert crew.drainer.run_lane(lane)
    assert not leased(crew, lane)


def leased(crew: Crew, lane: str) -> bool:
    with crew.db.begin() as session:
        return session.get_one(Lane, lane).lease_until is not None


def swept(crew: Crew) -> int:
    def sweep(session: Session) -> int:
        return wake_due(session, Times(crew.clock.now(), crew.clock.wall()))

    with crew.db.begin() as session:
        return sweep(session)
