"""How many cases are not resolved, and how long their members have been waiting, in Prometheus' terms."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import metrics
from bot.model import HandOff, HandOffState, Priority, Team


def measure(session: Session, now: datetime) -> None:
    """Sets the gauges of cases by team and priority; each that there can be, so that none keeps an old value."""
    counted = (
        sa.select(HandOff.team, HandOff.priority, sa.func.count(), sa.func.min(HandOff.waiting_since))
        .where(HandOff.state != HandOffState.RESOLVED)
        .group_by(HandOff.team, HandOff.priority)
    )
    found = {(team, priority): (count, since) for team, priority, count, since in session.execute(counted)}
    for team in Team:
        for priority in Priority:
            count, since = found.get((team, priority), (0, None))
            metrics.cases.labels(team, priority).set(count)
            waits = (now - since).total_seconds() if since is not None else 0.0
            metrics.case_wait_seconds.labels(team, priority).set(max(0.0, waits))
