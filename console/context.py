"""What the console needs of the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.clock import Clock, Times
from bot.config import Settings
from bot.db import Database
from bot.outreach.reach import Reach
from bot.programme.models import Programme

T = TypeVar("T")


@dataclass(frozen=True)
class Lent:
    """What only the composition root can do, and lends to pages: each is None where there is no such thing.

    `start_over` brings a demonstration back to its beginning.
    """

    start_over: Callable[[], None] | None = None


@dataclass(frozen=True)
class Console:
    """Everything that pages are made from."""

    settings: Settings
    db: Database
    clock: Clock
    programme: Programme
    reach: Reach
    lent: Lent = field(default_factory=Lent)

    def times(self) -> Times:
        return Times(self.clock.now(), self.clock.wall())

    def within(self, work: Callable[[Session], T]) -> T:
        """Does it in a transaction of its own; what it returns must not need the session any more."""
        with self.db.begin() as session:
            return work(session)
