"""How near deliveries come to what a provider allows, and that they never ask for more.

Replies for different people are put into the outbox all at once, and the provider's end (the sink) notes when each
comes; its limit is the setting of the channel. On PostgreSQL two workers share it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.support import load, plots
from benchmarks.support.figures import most_within
from benchmarks.support.options import Options
from benchmarks.support.report import Bar, Found, Picture, Table
from benchmarks.support.systems import System, running, shapes
from bot.clock import SystemClock
from bot.model import Purpose
from bot.outbox.enqueue import Message, enqueue

LIMITS, LIMITS_QUICK = (1, 20, 100, 500), (20,)
LEAST, SECONDS = 12, 15.0
WITHIN = 10
"""Requests that a window holds at the limit: what is counted in shorter ones is chance."""
REACHES, KEEPS = 0.9, 1.15
PATIENCE = 300.0


@dataclass(frozen=True)
class Drained:
    """What came of it. `used` is the share of the limit; `most` the most in any window, to what the limit allows."""

    limit: int
    messages: int
    per_second: float
    used: float
    most: float
    cpu_ms: Mapping[str, float]


def run(options: Options) -> Found:
    found: dict[str, list[Drained]] = {}
    for limit in options.either(LIMITS, LIMITS_QUICK):
        settings = {"MSB_TWILIO_PER_SECOND": str(limit)}
        for shape in shapes(options.server, (2,), has_engine=False, settings=settings):
            messages = max(LEAST, int(limit * options.either(SECONDS, 2.0)))
            with running(shape, options.folder) as system:
                found.setdefault(system.name, []).append(drain(system, limit, messages))
    return report(found)


def drain(system: System, limit: int, messages: int) -> Drained:
    """Waits until all have come. The rate counts from the first to the last."""
    moments: list[float] = []
    system.sink.taken = lambda to, at: moments.append(at)
    before = system.cpu()
    fill(system, messages)
    if not load.wait_until(lambda: len(moments) >= messages, PATIENCE):
        raise RuntimeError(f"only {len(moments)} of {messages} messages came")
    used = {name: (after - before.get(name, 0.0)) * 1000 / messages for name, after in system.cpu().items()}
    ordered = sorted(moments)
    per_second = (messages - 1) / (ordered[-1] - ordered[0])
    window = max(1.0, WITHIN / limit)
    most = most_within(ordered, window) / (limit * window)
    return Drained(limit, messages, per_second, per_second / limit, most, used)


def fill(system: System, messages: int) -> None:
    """Puts replies into the outbox."""
    clock = SystemClock()
    with system.db.begin() as session:
        for n in range(messages):
            message = Message("sms", f"+1303{5_000_000 + n}", Purpose.REPLY, "benchmark", f"bench:{n}", f"Message {n}.")
            enqueue(session, message, now=clock.now(), wall=clock.wall())


def report(found: Mapping[str, Sequence[Drained]]) -> Found:
    rows = [
        (name, one.limit, one.messages, one.per_second, one.used, one.most, sum(one.cpu_ms.values()))
        for name, drained in found.items()
        for one in drained
    ]
    header = ("system", "limit/s", "messages", "sent/s", "of the limit", "most in a window", "CPU ms of a message")
    figures = {
        name: {str(one.limit): {"per_second": round(one.per_second, 2), "of_limit": round(one.used, 3),
                                "most_in_a_window": round(one.most, 3), "messages": one.messages,
                                "cpu_ms": {process: round(used, 2) for process, used in one.cpu_ms.items()}}
               for one in drained}
        for name, drained in found.items()
    }  # fmt: skip
    result = Found(figures, [Table("The outbox against the limit of a provider", header, rows)])
    for name, drained in found.items():
        slowest, worst = min(drained, key=lambda one: one.used), max(drained, key=lambda one: one.most)
        result.bars += [
            Bar(f"Sent to what the provider allows ({name})", REACHES, round(slowest.used, 2),
                note=f"at {slowest.limit}/s; " + ", ".join(f"{one.limit}/s {one.used:.2f}" for one in drained)),
            Bar(f"Most in any window to what the provider allows ({name})", KEEPS, round(worst.most, 2), at_least=False,
                note=f"at {worst.limit}/s"),
        ]  # fmt: skip
    result.pictures = [Picture("outbox", partial(_draw, found))]
    return result


def _draw(found: Mapping[str, Sequence[Drained]], axes: Any) -> None:
    limits = [one.limit for one in next(iter(found.values()))]
    plots.bars(axes, [f"{limit}/s" for limit in limits],
               {name: [one.used for one in drained] for name, drained in found.items()})  # fmt: skip
    axes.axhline(1.0, color="#b03030", linewidth=1, linestyle="--")
    least = min(one.used for drained in found.values() for one in drained)
    plots.label(axes, f"The outbox sends at least {least:.2f}x what the provider allows", "limit of the provider",
                "share of the limit that is used")  # fmt: skip
