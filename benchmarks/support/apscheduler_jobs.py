"""APScheduler with one job a check-in in its SQLAlchemy store: what a scheduler without our tables would be."""

from __future__ import annotations

import pickle
import threading
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from apscheduler.events import EVENT_JOB_EXECUTED, EVENT_JOB_REMOVED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from benchmarks.support import systems
from bot.db import Database

ROWS_AT_ONCE = 10_000
PATIENCE = 1800.0
AHEAD = timedelta(days=30)


def no_work(check_in: int) -> None:
    """What each job does."""


def database(server: str | None, folder: Path) -> AbstractContextManager[Database]:
    """An empty one, with the settings of ours."""
    return systems.database(server, folder)


def fill(db: Database, jobs: int, due: int) -> None:
    """Writes the jobs as its store would: the first `due` are due, the others' time comes weeks later."""
    scheduler, store = BackgroundScheduler(timezone="UTC"), _store(db)
    store.start(scheduler, "default")  # makes the table
    now = datetime.now(UTC)
    for first in range(0, jobs, ROWS_AT_ONCE):
        numbers = range(first, min(jobs, first + ROWS_AT_ONCE))
        rows = [_row(scheduler, n, now - timedelta(seconds=1) if n < due else now + AHEAD) for n in numbers]
        with db.engine.begin() as connection:
            connection.execute(sa.insert(store.jobs_t), rows)


def run_due(db: Database, due: int) -> None:
    """Lets it run what is due, until all of it has run and is gone from the store."""
    scheduler, done, left = _scheduler(db), threading.Event(), [2 * due]

    def one_less(_event: Any) -> None:
        with lock:
            left[0] -= 1
        if left[0] <= 0:
            done.set()

    lock = threading.Lock()
    scheduler.add_listener(one_less, EVENT_JOB_EXECUTED | EVENT_JOB_REMOVED)
    scheduler.start()
    try:
        if not done.wait(PATIENCE):
            raise RuntimeError(f"{left[0]} jobs did not run")
    finally:
        scheduler.shutdown(wait=True)


def _store(db: Database) -> SQLAlchemyJobStore:
    return SQLAlchemyJobStore(engine=db.engine)


def _scheduler(db: Database) -> BackgroundScheduler:
    one_thread = {"default": ThreadPoolExecutor(1)}
    return BackgroundScheduler(timezone="UTC", jobstores={"default": _store(db)}, executors=one_thread)


def _row(scheduler: BackgroundScheduler, number: int, at: datetime) -> dict[str, Any]:
    job = Job(scheduler, id=f"check-in-{number}", func=no_work, args=(number,), kwargs={}, trigger=DateTrigger(at),
              executor="default", name="no_work", misfire_grace_time=None, coalesce=True, max_instances=1,
              next_run_time=at)  # fmt: skip
    return {"id": job.id, "next_run_time": at.timestamp(),
            "job_state": pickle.dumps(job.__getstate__(), pickle.HIGHEST_PROTOCOL)}  # fmt: skip
