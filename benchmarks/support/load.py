"""Load: writers who wait for an answer before they write again, or messages at a fixed rate whatever happens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

Unit = Callable[[], None]
"""Does one thing, and raises if it fails."""
SENDERS = 32


@dataclass
class Load:
    """What came of it: seconds of each unit, and all of them together."""

    elapsed: float = 0.0
    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def closed_loop(unit: Unit, writers: int, seconds: float) -> Load:
    """So many writers, each of whom begins anew as soon as it is done, until the time is over."""
    load, started = Load(), time.perf_counter()
    until = started + seconds

    def write() -> None:
        while (begun := time.perf_counter()) < until:
            _one(unit, load, begun)

    threads = [threading.Thread(target=write, daemon=True) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.elapsed = time.perf_counter() - started
    return load


def open_loop(unit: Unit, per_second: float, seconds: float) -> Load:
    """At a fixed rate. The seconds of a unit count from when it was due: one that had to wait for a sender is late."""
    load, started = Load(), time.perf_counter() + 0.1
    with ThreadPoolExecutor(SENDERS) as pool:
        for number in range(int(per_second * seconds)):
            due = started + number / per_second
            time.sleep(max(0.0, due - time.perf_counter()))
            pool.submit(_one, unit, load, due)
    load.elapsed = time.perf_counter() - started
    return load


def repeated(unit: Unit, times: int) -> Load:
    """One after the other, so many times."""
    load, started = Load(), time.perf_counter()
    for _ in range(times):
        _one(unit, load, time.perf_counter())
    load.elapsed = time.perf_counter() - started
    return load


def wait_until(is_so: Callable[[], bool], seconds: float, look: float = 0.1) -> bool:
    """Whether it came to be so in that time."""
    until = time.perf_counter() + seconds
    while not (found := is_so()) and time.perf_counter() < until:
        time.sleep(look)
    return found


def _one(unit: Unit, load: Load, begun: float) -> None:
    try:
        unit()
    except Exception as error:  # noqa: BLE001 - a failure is counted, whatever it is
        load.failures.append(f"{type(error).__name__}: {error}")
    else:
        load.seconds.append(time.perf_counter() - begun)
