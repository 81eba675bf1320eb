"""Turns through the whole pipeline beside the engine alone: ``python -m benchmarks.turns [TURNS]``.

The pipeline: a message is accepted (one transaction), drained by the lanes, answered by the engine, put into the
outbox and handed to a channel that only remembers. The engine alone: the same texts, the same actions against the same
database, straight to the engine's channel. Both take turns in one run, so that the machine's moods hit both alike.
Figures are elapsed milliseconds and turns a second; the ratio is what counts.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.actions_api import create_actions_app
from app.migrate import upgrade
from app.wiring import Application, build
from bot.clock import SystemClock
from bot.config import Settings
from bot.intake.receive import Incoming, accept
from bot.members.enrol import enrol
from bot.members.table import MemberRow
from bot.model import InboxMessage, InboxState, OutboxMessage
from bot.ports import Capabilities, SendResult, Sent, Turn
from tests.support.engine import ACTIONS_TOKEN, ActionsSwitch, running_engine

TEXTS = ("what's next?", "how far am I", "not yet sorry", "hello", "still working on it", "thanks!")
MEMBERS = 40
ROUNDS = 5
PARALLEL = 4


@dataclass
class Sink:
    """A channel that takes everything at once and tells who waits for it."""

    name: str = "sms"
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(1600, "sms"))
    per_second: float = 100_000
    waiting: dict[int, threading.Event] = field(default_factory=dict)

    def prepare(self, session: Session, message: OutboxMessage, now: Any) -> int | None:
        return message.reply_to_id

    def send(self, payload: int | None) -> SendResult:
        if payload in self.waiting:
            self.waiting[payload].set()
        return Sent(f"sink-{time.monotonic_ns()}-{threading.get_ident()}")

    def reconcile(self, payload: int | None, since: Any) -> Sent | None:
        return None


def main() -> None:
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running_engine(folder) as (engine, switch):
            settings = Settings(_env_file=None, database_url=f"sqlite:///{folder / 'bench.db'}", flood_limit=1_000_000)
            application = build(settings, clock=SystemClock(), dialogue=engine)
            figures = run(application, switch, turns)
    show(figures)


def run(application: Application, switch: ActionsSwitch, turns: int) -> dict[str, Any]:
    upgrade(application.db)
    switch.app = create_actions_app(application.performer, ACTIONS_TOKEN)
    sink = Sink()
    application.channels["sms"] = sink
    phones = cast_of(application)
    dispatcher = application.dispatcher()
    dispatcher.start()
    ways: dict[str, Callable[[int], None]] = {
        "pipeline": lambda n: through_pipeline(application, sink, phones, n),
        "engine": lambda n: through_engine(application, phones, n),
    }
    for way in ways.values():
        for n in range(20):
            way(n)
    latency: dict[str, list[float]] = {name: [] for name in ways}
    rate: dict[str, list[float]] = {name: [] for name in ways}
    counter = 1000
    for _ in range(ROUNDS):
        for name, way in ways.items():
            for _ in range(turns // ROUNDS):
                counter += 1
                latency[name].append(timed(way, counter))
        for name, way in ways.items():
            rate[name].append(throughput(way, counter, turns // ROUNDS))
            counter += turns // ROUNDS
    dispatcher.stop()
    return {"turns": turns, "latency_ms": {k: spread(v) for k, v in latency.items()},
            "turns_per_second": {k: round(statistics.median(v), 1) for k, v in rate.items()}}  # fmt: skip


def cast_of(application: Application) -> list[tuple[int, str]]:
    """Members with their phones."""
    cast = []
    with application.db.begin() as session:
        for n in range(MEMBERS):
            row = MemberRow(n, f"B-{n}", "Ana", f"Number{n}", None, f"+1202555{n:04d}", "America/New_York", "en", None,
                            date(2026, 1, 5), True, "benchmark", None, {})  # fmt: skip
            taken = enrol(session, application.programme, row, source="benchmark", now=application.clock.now())
            cast.append((taken.member_id, f"+1202555{n:04d}"))
    return cast


def through_pipeline(application: Application, sink: Sink, phones: list[tuple[int, str]], n: int) -> None:
    """From the webhook's transaction to the provider's hands."""
    _, phone = phones[n % len(phones)]
    done = threading.Event()
    with application.db.begin() as session:
        incoming = Incoming("sms", phone, TEXTS[n % len(TEXTS)], f"bench:{n}")
        row = accept(session, incoming, now=application.clock.now(), wall=application.clock.wall())
        assert row is not None
        sink.waiting[row] = done
    if not done.wait(30):
        raise RuntimeError("no answer came")
    del sink.waiting[row]


def through_engine(application: Application, phones: list[tuple[int, str]], n: int) -> None:
    """The engine's channel only; the row that its actions look up is there already."""
    member_id, phone = phones[n % len(phones)]
    text = TEXTS[n % len(TEXTS)]
    with application.db.begin() as session:
        now = application.clock.now()
        item = InboxMessage(lane="bench", dedupe=f"bare:{n}", channel="sms", address=phone, member_id=member_id,
                            text=text, state=InboxState.PENDING, received_at=now, body={})  # fmt: skip
        session.add(item)
        session.flush()
        row = item.id
    application.dialogue.turn(Turn(f"bare-{member_id}", f"bare-{row}", "sms", text, metadata={"inbox_id": row}))


def timed(way: Callable[[int], None], n: int) -> float:
    started = time.perf_counter()
    way(n)
    return (time.perf_counter() - started) * 1000


def throughput(way: Callable[[int], None], start: int, count: int) -> float:
    """Turns a second with several members writing at the same time."""
    started = time.perf_counter()
    with ThreadPoolExecutor(PARALLEL) as pool:
        list(pool.map(way, range(start + 1, start + 1 + count)))
    return count / (time.perf_counter() - started)


def spread(values: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values, n=20)
    return {"p50": round(statistics.median(values), 1), "p95": round(cuts[18], 1)}


def show(figures: dict[str, Any]) -> None:
    latency, rate = figures["latency_ms"], figures["turns_per_second"]
    for name in latency:
        print(f"{name:10} p50 {latency[name]['p50']:6.1f} ms   p95 {latency[name]['p95']:6.1f} ms   "
              f"{rate[name]:6.1f} turns/s")  # fmt: skip
    figures["ratio_p50"] = round(latency["pipeline"]["p50"] / latency["engine"]["p50"], 2)
    figures["ratio_turns_per_second"] = round(rate["pipeline"] / rate["engine"], 2)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
