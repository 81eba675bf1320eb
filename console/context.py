"""What the console needs of the composition root."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.clock import Clock, Times
from bot.config import Settings
from bot.db import Database
from bot.insights.measures.chart import Chart
from bot.outreach.reach import Reach
from bot.programme.models import Programme
from console.access.tries import Tries

T = TypeVar("T")


@dataclass(frozen=True)
class Checked:
    """What the doctor says of one thing: `state` is ok, warning, broken or skipped; what to do unless it is well."""

    check: str
    state: str
    words: str
    remedy: str = ""


@dataclass(frozen=True)
class Lent:
    """What only the composition root can do, and lends to pages: each is None where there is no such thing.

    `start_over` brings a demonstration back to its beginning. `parts`: how many text messages a text takes, and in
    which encoding. `examine`: what the doctor finds; it asks the providers too when told so. `engine_is_ready`: whether
    the dialogue engine answers. `jobs`: those of the task engine by queue and status. `mask`: a text without addresses
    and secrets. `measure_png` draws a measure month by month.
    `programme_loaded_at` (UTC, elapsed time): when this process read the content.
    """

    parts: Callable[[str], tuple[int, str]] | None = None
    examine: Callable[[bool], Sequence[Checked]] | None = None
    engine_is_ready: Callable[[], bool] | None = None
    jobs: Callable[[], Mapping[str, int]] | None = None
    mask: Callable[[str], str] | None = None
    start_over: Callable[[], None] | None = None
    measure_png: Callable[[Chart], bytes] | None = None
    programme_loaded_at: datetime | None = None


@dataclass(frozen=True)
class Console:
    """Everything that pages are made from."""

    settings: Settings
    db: Database
    clock: Clock
    programme: Programme
    reach: Reach
    lent: Lent = field(default_factory=Lent)
    tries: Tries = field(default_factory=Tries)

    def times(self) -> Times:
        return Times(self.clock.now(), self.clock.wall())

    def within(self, work: Callable[[Session], T]) -> T:
        """Does it in a transaction of its own; what it returns must not need the session any more."""
        with self.db.begin() as session:
            return work(session)
