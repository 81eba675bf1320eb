"""Ticks: each runs at its pace, and none is stopped by its own failure."""

from __future__ import annotations

import threading
from datetime import timedelta

from prometheus_client import REGISTRY

from scheduler.ticks import Tick, make_scheduler, run_tick


def counted(tick: str, result: str) -> float:
    return REGISTRY.get_sample_value("msb_ticks_total", {"tick": tick, "result": result}) or 0.0


def test_a_tick_that_works_is_counted() -> None:
    done = counted("good", "done")
    run_tick(Tick("good", 1.0, lambda: None))
    assert counted("good", "done") == done + 1


def test_a_tick_that_fails_is_counted_and_comes_again() -> None:
    failed = counted("bad", "failed")

    def broken() -> None:
        raise RuntimeError("the database is away")

    for _ in range(2):
        run_tick(Tick("bad", 1.0, broken))
    assert counted("bad", "failed") == failed + 2


def test_there_is_one_job_a_tick_that_never_overlaps_itself_and_is_not_made_up_for() -> None:
    scheduler = make_scheduler([Tick("one", 5.0, lambda: None), Tick("two", 30.0, lambda: None)])
    scheduler.start(paused=True)
    try:
        jobs = {job.id: job for job in scheduler.get_jobs()}
        assert jobs.keys() == {"one", "two"}
        assert jobs["one"].trigger.interval == timedelta(seconds=5)
        for job in jobs.values():
            assert (job.max_instances, job.coalesce, job.misfire_grace_time) == (1, True, None)
    finally:
        scheduler.shutdown(wait=False)


def test_a_scheduler_calls_what_it_was_given() -> None:
    called = threading.Event()
    scheduler = make_scheduler([Tick("soon", 0.01, called.set)])
    scheduler.start()
    try:
        assert called.wait(30)
    finally:
        scheduler.shutdown(wait=True)
