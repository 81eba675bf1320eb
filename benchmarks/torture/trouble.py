"""What goes wrong while members write: processes are killed, the database stops, providers fail, days pass."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import sqlalchemy as sa

from benchmarks.torture.events import Events
from benchmarks.torture.outside import Outside
from benchmarks.torture.plan import POSTGRESQL, Plan, Wish
from benchmarks.torture.processes import Supervisor
from benchmarks.torture.script import PUSHES
from benchmarks.torture.server import Server
from benchmarks.torture.watch import look, room
from bot.clock import SharedClock

log = logging.getLogger(__name__)

LONGEST_WAIT = timedelta(hours=23)
"""A message that waits longer in business time can't be answered any more on Messenger, whose window closes."""
FIRST_KILL = 2.0
UP_SECONDS = 60.0
AT_ONCE = 0.2
"""How many of the kills don't wait until the process that was killed before works again."""
LOOK_SECONDS = 0.2


@dataclass
class Killer:
    """Kills one process after the other, and now and then the database. `share` is how much of that is done."""

    plan: Plan
    supervisor: Supervisor
    events: Events
    server: Server | None
    kills: int = 0

    def run(self, stop: threading.Event) -> None:
        wish, chance = self.plan.wish, self.plan.wish.stream("kills")
        victims = self._victims(wish)
        chance.shuffle(victims)
        pause = FIRST_KILL
        for victim in victims:
            if stop.wait(pause):
                return
            self._strike(victim)
            self.kills += 1
            if chance.random() >= AT_ONCE:
                self._wait_until_up(victim, stop)
            pause = wish.every * chance.uniform(0.6, 1.4)
        stop.wait(wish.every)

    def share(self) -> float:
        return (self.kills + 1) / (self.plan.wish.kills + 1)

    def _wait_until_up(self, victim: str, stop: threading.Event) -> None:
        """A machine with other work needs long for a start, and would be killed before it did any work."""
        health = next((spec.health for spec in self.plan.specs if spec.name == victim), None)
        give_up = time.monotonic() + UP_SECONDS
        while health is not None and time.monotonic() < give_up and not stop.wait(LOOK_SECONDS):
            if is_up(health):
                return

    def _victims(self, wish: Wish) -> list[str]:
        """Each of the processes at its weight, and the database."""
        restarts = min(wish.restarts, wish.kills) if self.server is not None else 0
        weights = {spec.name: spec.weight for spec in self.plan.specs if spec.weight}
        deck = [name for name, weight in weights.items() for _ in range(weight)]
        rest = wish.kills - restarts
        drawn = wish.stream("victims").sample(deck * (rest // len(deck) + 1), rest)
        return [*drawn, *[POSTGRESQL] * restarts]

    def _strike(self, victim: str) -> None:
        if victim == POSTGRESQL and self.server is not None:
            self.events.note("restart", victim)
            self.server.restart()
        else:
            self.supervisor.kill(victim)


def is_up(health: str) -> bool:
    try:
        return httpx.get(health, timeout=2, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


@dataclass(frozen=True)
class Fault:
    """A way for a provider to fail: `times` requests in a row."""

    provider: str
    mode: str
    times: int
    seconds: float = 5.0


API = (("429", 4), ("500", 3), ("down", 3), ("slow", 3), ("lost", 1))
RECEIPTS = (("late", 12), ("doubled", 12), ("out_of_order", 12), ("undelivered", 1))
ONLY = {"telegram": ("late", "doubled"), "mail": (), "slack": ()}
"""Which of the faults of receipts a provider knows, where it doesn't know all."""


def faults(wish: Wish) -> tuple[Fault, ...]:
    """Every fault that the providers of this run know."""
    providers = {"sms": "twilio", "telegram": "telegram", "messenger": "messenger"}
    members = [providers[channel] for channel in wish.channels]
    found = [
        Fault(one, mode, times, 3.0)
        for one in [*members, "mail", "slack"]
        for mode, times in API
        if (one, mode) not in wish.without
    ]
    for one in members:
        known = ONLY.get(one, [mode for mode, _ in RECEIPTS])
        found += [Fault(one, mode, times) for mode, times in RECEIPTS if mode in known]
    return tuple(found)


@dataclass
class Saboteur:
    """Switches faults on, one after the other; each ends after so many requests."""

    plan: Plan
    events: Events
    count: int = 0

    def run(self, stop: threading.Event) -> None:
        wish, chance, outside = self.plan.wish, self.plan.wish.stream("faults"), Outside(self.plan.page)
        known, pause = faults(wish), wish.every / 2
        while not stop.wait(pause * chance.uniform(0.5, 1.5)):
            fault = chance.choice(known)
            with_it = {"times": fault.times, "seconds": fault.seconds}
            self.events.note("fault", fault.provider, f"{fault.mode} for {fault.times}")
            outside.fault(fault.provider, fault.mode, **with_it)
            self.count += 1
        for provider in {fault.provider for fault in known}:
            outside.fault(provider, "none")
        outside.close()


@dataclass
class Timekeeper:
    """Moves business time, so that questions come due in waves, some of them at night.

    It waits for touches that are in a provider's hands: what was allowed when it left must not look forbidden because
    the night came in between. It waits for what a provider tells again, too, so that nobody's words come a day late.
    """

    plan: Plan
    events: Events
    db: sa.Engine
    moves: list[tuple[datetime, timedelta]]

    def run(self, stop: threading.Event) -> None:
        chance, outside = self.plan.wish.stream("clock"), Outside(self.plan.page)
        pause = self.plan.wish.every
        while not stop.wait(pause * chance.uniform(0.5, 1.5)):
            wanted = chance.choice(PUSHES)
            while not stop.wait(LOOK_SECONDS):
                if self.push(outside, wanted):
                    break
        outside.close()

    def push(self, outside: Outside, wanted: timedelta) -> bool:
        """Moves on by at most `wanted`; False when this is not the moment."""
        try:
            now = outside.now()
            waiting = look(self.db, now)
            if outside.holds():
                if is_up(f"{self.plan.public}/healthz"):  # or the provider's few attempts would be used up at once
                    outside.flush()
                return False
        except (sa.exc.OperationalError, httpx.HTTPError):
            return False
        by = min(wanted, room(waiting, now, LONGEST_WAIT))
        if waiting.touches or waiting.due or by <= timedelta():
            return False
        moved(self.moves, self.events, self.plan.clock, lambda: outside.push(by.total_seconds()))
        return True


def moved(
    moves: list[tuple[datetime, timedelta]], events: Events, clock: Path, move: Callable[[], datetime]
) -> datetime:
    """Moves business time and notes from when on it is ahead by how much, as the clock's file says."""
    now = move()
    event = events.note("push", "clock", now.isoformat())
    moves.append((event.wall, SharedClock(clock).offset()))
    return now
