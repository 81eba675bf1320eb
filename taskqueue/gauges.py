"""How many jobs of the task engine wait, in Prometheus' terms."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import metrics

QUEUES = ("turn", "staff", "delivery")
_TABLE = sa.text("select to_regclass('procrastinate_jobs')")
# Procrastinate has an index of the jobs that wait; what is done is deleted at once.
_WAITING = sa.text("select queue_name, count(*) from procrastinate_jobs where status = 'todo' group by queue_name")


def measure(session: Session) -> None:
    """Sets the gauges of jobs that wait, deferred ones included; none where its tables are not made yet."""
    has_tables = session.execute(_TABLE).scalar_one() is not None
    waiting: dict[str, int] = dict(session.execute(_WAITING).tuples().all()) if has_tables else {}
    for queue in QUEUES:
        metrics.jobs.labels(queue).set(waiting.get(queue, 0))
