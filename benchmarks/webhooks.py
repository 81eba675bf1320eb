"""How fast a webhook is taken while turns run: 100 messages a second, whatever happens.

The messages are turns themselves, more than the engine answers, so everything behind the gateway is busy all the time.
Milliseconds count from when a message was due, so one that waits for another counts in full. Beside it stands what the
machine itself costs: the same number of requests for `/healthz` of the same gateway, while nothing runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import cycle
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from benchmarks.support import load, plots
from benchmarks.support.figures import percentile
from benchmarks.support.load import Load, Unit
from benchmarks.support.options import Options
from benchmarks.support.report import Bar, Found, Picture, Table
from benchmarks.support.systems import System, running, shapes
from benchmarks.support.ways import TEXTS
from benchmarks.support.web import Web
from bot.model import InboxMessage, InboxState

PER_SECOND = 100
MOST_MILLISECONDS = 50.0
MEMBERS, MEMBERS_QUICK = 1000, 60
WARM_UP = 20
AT_FULL_SPEED = 8
SHARES = (0.5, 0.95, 0.99)


@dataclass(frozen=True)
class Taken:
    """What came of it, for one system."""

    idle: Load
    busy: Load
    full: Load
    answered: int
    waiting: int

    def milliseconds(self, share: float) -> float:
        return percentile(self.busy.seconds, share) * 1000


def run(options: Options) -> Found:
    taken = {}
    for shape in shapes(options.server, (1,)):
        with running(shape, options.folder, options.either(MEMBERS, MEMBERS_QUICK)) as system:
            taken[system.name] = measure(system, options.either(20.0, 2.0))
    return found(taken)


def measure(system: System, seconds: float) -> Taken:
    """First the machine alone, then with turns, then as fast as the gateway takes them."""
    send = _sender(system)
    load.repeated(send, WARM_UP)
    _wait_until_idle(system)
    idle = load.open_loop(_health(system), PER_SECOND, max(2.0, seconds / 4))
    before = _count(system, InboxState.DONE)
    busy = load.open_loop(send, PER_SECOND, seconds)
    answered, waiting = _count(system, InboxState.DONE) - before, _count(system, InboxState.PENDING)
    full = load.closed_loop(send, AT_FULL_SPEED, max(1.0, seconds / 4))
    return Taken(idle, busy, full, answered, waiting)


def _sender(system: System) -> Unit:
    """The next member's message, each time it is called. Safe in several threads: a step of `cycle` is one step."""
    webhook, phones, texts = system.webhook(), cycle(phone for _, phone in system.members), cycle(TEXTS)
    return lambda: webhook.send(f"SM{uuid4().hex}", next(phones), next(texts))


def _health(system: System) -> Unit:
    web = Web(system.urls["gateway"])
    return lambda: _done(web.get("/healthz"))


def _done(_: bytes) -> None: ...


def _wait_until_idle(system: System) -> None:
    load.wait_until(lambda: _count(system, InboxState.PENDING) == 0, 60.0)


def _count(system: System, state: InboxState) -> int:
    with system.db.begin() as session:
        wanted = sa.select(sa.func.count()).select_from(InboxMessage).where(InboxMessage.state == state)
        return session.scalars(wanted).one()


def found(taken: dict[str, Taken]) -> Found:
    rows, figures, bars = [], {}, []
    for name, one in taken.items():
        idle, busy = percentile(one.idle.seconds, 0.99) * 1000, one.milliseconds(0.99)
        accepted = len(one.full.seconds) / one.full.elapsed
        turns = one.answered / one.busy.elapsed
        failed = len(one.busy.failures)
        rows.append((name, *(one.milliseconds(share) for share in SHARES), idle, busy / idle, accepted, turns, failed))
        figures[name] = {
            **{f"p{share * 100:.0f}_ms": round(one.milliseconds(share), 2) for share in SHARES},
            "healthz_idle_p99_ms": round(idle, 2), "failures": failed,
            "first_failure": next(iter(one.busy.failures), None), "messages": len(one.busy.seconds),
            "accepted_per_second_at_full_speed": round(accepted, 1), "turns_per_second_meanwhile": round(turns, 1),
            "waiting_afterwards": one.waiting,
        }  # fmt: skip
        text = f"Webhook p99 at {PER_SECOND}/s while turns run ({name})"
        bars.append(Bar(text, MOST_MILLISECONDS, round(busy, 1), at_least=False, unit="ms",
                        note=f"{failed} failed" if failed else ""))  # fmt: skip
    header = (
        "system",
        "p50",
        "p95",
        "p99",
        "idle /healthz p99",
        "ratio",
        "accepted/s at full speed",
        "turns/s",
        "failed",
    )
    table = Table(f"Milliseconds until a webhook is taken, {PER_SECOND} a second", header, rows)
    return Found(figures, [table], bars, [Picture("webhooks", partial(_draw, taken))])


def _draw(taken: dict[str, Taken], axes: Any) -> None:
    groups = [f"p{share * 100:.0f}" for share in SHARES]
    series = {f"{name}, busy": [one.milliseconds(share) for share in SHARES] for name, one in taken.items()}
    series |= {
        f"{name}, idle /healthz": [percentile(one.idle.seconds, share) * 1000 for share in SHARES]
        for name, one in taken.items()
    }
    plots.bars(axes, groups, series)
    axes.axhline(MOST_MILLISECONDS, color="#b03030", linewidth=1, linestyle="--")
    worst = max(one.milliseconds(0.99) for one in taken.values())
    title = f"Webhooks at {PER_SECOND}/s while turns run: p99 {worst:.0f} ms (bar {MOST_MILLISECONDS:.0f} ms)"
    plots.label(axes, title, "share of the webhooks", "milliseconds")
