"""Ticks: what is called how often. A tick is idempotent, so any number of schedulers may run side by side."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apscheduler.schedulers.background import BackgroundScheduler

from bot import correlation, metrics, tracing

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tick:
    """`work` is called every `seconds`; a run that is late or still going on is not made up for."""

    name: str
    seconds: float
    work: Callable[[], object]


def run_tick(tick: Tick) -> None:
    """Runs a tick once; a failure is counted and logged, and the next run comes all the same."""
    started, span = time.perf_counter(), tracing.start("tick", tick=tick.name)
    with correlation.scope(f"tick-{tick.name}"), span.stage(""):
        try:
            done = tick.work()
        except Exception:
            log.exception("tick failed", extra={"tick": tick.name})
            metrics.ticks.labels(tick.name, "failed").inc()
            span.end(result="failed")
            return
        seconds = time.perf_counter() - started
        metrics.ticks.labels(tick.name, "done").inc()
        metrics.tick_seconds.labels(tick.name).observe(seconds)
        if done:  # most find nothing to do, and of those nobody has to hear
            log.info("tick", extra={"tick": tick.name, "done": done, "ms": round(seconds * 1000, 1)})
            span.end(result="done")


def make_scheduler(ticks: Sequence[Tick]) -> BackgroundScheduler:
    """A scheduler with one interval job a tick, in memory: stores shared by two schedulers fire twice."""
    scheduler = BackgroundScheduler(timezone="UTC")
    for tick in ticks:
        scheduler.add_job(
            run_tick,
            "interval",
            args=[tick],
            seconds=tick.seconds,
            id=tick.name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    return scheduler
