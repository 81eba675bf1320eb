"""A run of housekeeping: every class that has had its time, in small batches, as far as the limits of a run go."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot import metrics
from bot.clock import Clock, Times
from bot.db import Database
from bot.housekeeping import batch, lanes
from bot.housekeeping.archive import Archive
from bot.housekeeping.batch import Done
from bot.housekeeping.keeping import Keeping, Kind
from bot.housekeeping.passes import PASSES, Pass
from bot.lanes.retry import repeat_on_conflict

log = logging.getLogger(__name__)

MOST_REMOVED = 50_000
MOST_LOOKED_AT = 500_000
"""Rows of one table in one run."""


@dataclass
class Report:
    """How many rows were emptied or deleted, by class; and how many tables have more that waits for the next run."""

    removed: Counter[Kind] = field(default_factory=Counter)
    unfinished: int = 0

    @property
    def total(self) -> int:
        return sum(self.removed.values())


def tidy(db: Database, keeping: Keeping, clock: Clock, archive_dir: str = "") -> int:
    """The scheduler's tick: a run; returns how many rows were emptied or deleted. Any number may run at once."""
    return run(db, keeping, Times(clock.now(), clock.wall()), archive_dir).total


def run(db: Database, keeping: Keeping, times: Times, archive_dir: str = "", *, most: int = MOST_REMOVED) -> Report:
    """One run. A table that fails does not keep the others from being tidied; the first error is raised at the end.

    What is old is told by business time or by elapsed time, whichever is behind: a clock that was pushed ages nothing.
    """
    now = min(times.now, times.wall)
    archive = Archive(Path(archive_dir), now.date()) if archive_dir else None
    batch.begin(db, PASSES, now)
    lanes.begin(db, times.wall)
    report, failed = Report(), None
    for one, work in _work(db, keeping, times, now, archive):
        try:
            _repeat(one, work, report, most)
        except Exception as error:
            log.exception("housekeeping failed", extra={"table": one.name if isinstance(one, Pass) else str(one)})
            failed = failed or error
    if failed is not None:
        raise failed
    return report


def _work(
    db: Database, keeping: Keeping, times: Times, now: datetime, archive: Archive | None
) -> list[tuple[Pass | Kind, Callable[[], Done]]]:
    """What there is to do, a batch a call."""
    found: list[tuple[Pass | Kind, Callable[[], Done]]] = []
    idle_since = keeping.cutoff(Kind.LANES, times.wall)
    if idle_since is not None:
        found.append((Kind.LANES, lambda: lanes.run(db, idle_since, times.wall)))
    for one in PASSES:
        cutoff = keeping.cutoff(one.kind, now)
        if cutoff is not None:
            found.append((one, _batches(db, one, cutoff, now, archive)))
    return found


def _batches(db: Database, one: Pass, cutoff: datetime, now: datetime, archive: Archive | None) -> Callable[[], Done]:
    return lambda: batch.run(db, one, cutoff, now, archive)


def _repeat(one: Pass | Kind, work: Callable[[], Done], report: Report, most: int) -> None:
    kind = one.kind if isinstance(one, Pass) else one
    looked_at = removed = 0
    while removed < most and looked_at < MOST_LOOKED_AT:
        done = repeat_on_conflict(work)
        looked_at, removed = looked_at + done.looked_at, removed + done.removed
        report.removed[kind] += done.removed
        metrics.tidied.labels(kind).inc(done.removed)
        if done.is_end:
            return
    report.unfinished += 1
