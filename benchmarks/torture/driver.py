"""The members who write: as fast as planned, and no faster than the machine can follow."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from benchmarks.torture.outside import Outside, Reference
from benchmarks.torture.plan import Plan
from benchmarks.torture.script import Line
from benchmarks.torture.watch import look

MOST_UNREAD, MOST_UNSENT = 150, 400
"""Messages that wait to be answered, and answers that wait for their providers, before members pause."""
LOOK_EVERY = 10
PAUSE = 0.25


@dataclass
class Driver:
    """`written` is what was written, by the providers' names, in order. `share` tells how much of it may be (0 to 1):
    members write as long as things go wrong."""

    plan: Plan
    db: sa.Engine
    written: list[tuple[Reference, Line]] = field(default_factory=list)

    def run(self, lines: Iterable[Line], share: Callable[[], float], stop: threading.Event) -> None:
        outside, wish = Outside(self.plan.page), self.plan.wish
        for number, line in enumerate(lines):
            while number > share() * wish.messages and not stop.wait(PAUSE):
                pass
            self.written.append((outside.writes(line), line))
            if number % LOOK_EVERY == 0:
                while self._is_full(outside) and not stop.wait(PAUSE):
                    pass
            if stop.wait(1 / wish.rate):
                break
        outside.close()

    def _is_full(self, outside: Outside) -> bool:
        try:
            waiting = look(self.db, outside.now())
        except sa.exc.OperationalError:
            return True
        return waiting.inbox > MOST_UNREAD or waiting.outbox > MOST_UNSENT
