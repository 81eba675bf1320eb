"""Telling of lanes: one job a lane, written in the transaction that made the lane ready."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import procrastinate
import sqlalchemy as sa
from procrastinate.exceptions import ConnectorException
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.db import KEEPALIVE, Database
from bot.errors import MsbError
from bot.lanes.put import Wake
from bot.model import Urgency

TASK = "drain"
CONNECTIONS = 8
"""Of a worker: each queue listens on one, the others fetch jobs and finish them."""


class NotPostgres(MsbError):
    """Procrastinate keeps its jobs in PostgreSQL: set MSB_DATABASE_URL to one, or MSB_QUEUE to in_process."""


class Lanes(Protocol):
    """Whoever drains lanes of one kind."""

    def run_lane(self, key: str) -> bool: ...


def conninfo(db: Database) -> str:
    """The connection string of libpq for a SQLAlchemy URL.

    Raises:
        NotPostgres: there is none.
    """
    if db.is_sqlite:
        raise NotPostgres
    return db.url.set(drivername="postgresql").render_as_string(hide_password=False)


def make_app(db: Database, drainers: Mapping[str, Lanes]) -> procrastinate.App:
    """Procrastinate's application with its one task; nothing is opened. It logs each job: only its warnings are kept.

    Raises:
        NotPostgres: the database is not PostgreSQL.
    """
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    connector = procrastinate.PsycopgConnector(conninfo=conninfo(db), kwargs=dict(KEEPALIVE), max_size=CONNECTIONS)
    app = procrastinate.App(connector=connector)

    def drain(kind: str, lane: str) -> None:
        drainers[kind].run_lane(lane)

    app.task(name=TASK)(drain)
    return app


class Teller:
    """Writes a job for each lane that a transaction made ready, or parked for a short time.

    It has a connector of its own, never opened: a worker's is asynchronous, and can't write on our connection.
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self.app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=conninfo(db)))
        self.clock = clock

    def tell(self, session: Session, wakes: Mapping[str, Wake]) -> None:
        """`bot.db.Database.before_commit`."""
        connection: Any = session.connection().connection.driver_connection
        wall = self.clock.wall()
        alike: defaultdict[tuple[str, int, datetime | None], list[dict[str, Any]]] = defaultdict(list)
        for lane, one in wakes.items():
            later = one.at if one.at > wall else None
            alike[one.kind, one.urgency, later].append({"kind": one.kind, "lane": lane})
        for (kind, urgency, later), lanes in alike.items():
            jobs = self.app.configure_task(
                TASK, queue=kind, priority=priority(urgency), schedule_at=later, connection=connection
            )
            try:
                jobs.batch_defer(*lanes)
            except ConnectorException as error:  # what the rest of the transaction would have raised
                raise sa.exc.OperationalError(TASK, None, error) from error


def priority(urgency: int) -> int:
    """Procrastinate takes the highest first."""
    return Urgency.BULK - urgency
