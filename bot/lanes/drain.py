"""Taking a lane and handling its rows in order.

Per row: one transaction that prepares it (and finished the one before), the slow call outside any transaction, one
transaction that settles it. Whoever lost the lease in between writes nothing: the epoch tells.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bot.clock import Clock, Times
from bot.db import Database
from bot.lanes import leases
from bot.lanes.leases import Held
from bot.lanes.retry import CONFLICT_PAUSES, RESULT_PAUSES, backoff, repeat_on_conflict

log = logging.getLogger(__name__)

ROWS_PER_LEASE = 20


@dataclass(frozen=True)
class Park:
    """The lane waits until `until` (elapsed time)."""

    until: datetime


@dataclass(frozen=True)
class Crash:
    """`perform` raised, which it should not: `error` names the exception's type and text."""

    error: str


class Plan(Protocol):
    """What `perform` needs; made in one transaction, settled in the next."""

    @property
    def item_id(self) -> int: ...


class Item(Protocol):
    """A row that a lane handles."""

    id: Any
    attempts: Any
    not_before: Any
    error: Any


class Handler(Protocol):
    """One kind of work. `prepare` and `settle` run inside a transaction that holds the lane, `perform` outside any."""

    @property
    def kind(self) -> str: ...

    def head(self, session: Session, lane: str) -> Item | None:
        """The first row of the lane that has no outcome yet."""

    def prepare(self, session: Session, item: Any, times: Times) -> Any | Park | None:
        """A plan for `perform`; None when the row is finished already; Park when it has to wait."""

    def perform(self, plan: Any) -> Any: ...

    def settle(self, session: Session, plan: Any, result: Any, times: Times) -> None:
        """Writes the row's outcome and its effects; `result` is what `perform` returned, or a Crash."""

    def settle_late(self, session: Session, plan: Any, result: Any, times: Times) -> None:
        """The lease was lost while `perform` ran: keep what is a fact anyway, and nothing else."""

    def bury(self, session: Session, item_id: int, error: str, times: Times) -> None:
        """Sets a row aside that can't be handled, with its reason."""


@dataclass(frozen=True)
class Lease:
    key: str
    epoch: int


Take = Callable[[Session, datetime], Held | None]
"""Takes a lane, at a moment of elapsed time."""


class Drainer:
    """Claims and drains the lanes of one kind."""

    def __init__(self, db: Database, handler: Handler, clock: Clock, lease: timedelta, attempts: int = 8) -> None:
        self.db, self.handler, self.clock = db, handler, clock
        self.lease, self.attempts = lease, attempts

    def run_one(self) -> bool:
        """Takes the most urgent ready lane and drains it; says whether there was any."""
        return self._run(self._most_urgent)

    def run_lane(self, key: str) -> bool:
        """The same for this lane; False when there is nothing to do, or somebody does it."""
        return self._run(lambda session, wall: leases.take(session, key, wall, wall + self.lease))

    def is_ready(self) -> bool:
        """Whether there is a lane to take."""
        with self.db.begin() as session:
            return leases.is_ready(session, self.handler.kind, self.clock.wall())

    def claim(self) -> Lease | None:
        """Takes the most urgent ready lane, and does nothing with it yet."""
        with self.db.begin() as session:
            lane = self._most_urgent(session, self.clock.wall())
            return Lease(lane.key, lane.epoch) if lane is not None else None

    def drain(self, lease: Lease) -> None:
        """Handles the rows of a lane that was claimed."""
        self._go_on(lease, self._step(lease, None, None, ROWS_PER_LEASE))

    def _run(self, take: Take) -> bool:
        begun = self._begin(take)
        if begun is None:
            return False
        self._go_on(*begun)
        return True

    def _begin(self, take: Take) -> tuple[Lease, Any | None] | None:
        """Takes a lane and prepares its first row, in one transaction."""
        at: list[int] = []
        try:
            return repeat_on_conflict(lambda: self._begin_once(take, at))
        except Exception:
            if not at:
                raise
            log.exception("row can't be handled", extra={"kind": self.handler.kind, "item": at[-1]})
        with self.db.begin() as session:  # the lane alone, so that the row can be set back while it is held
            lane = take(session, self.clock.wall())
            lease = Lease(lane.key, lane.epoch) if lane is not None else None
        return (lease, self._step(lease, None, None, ROWS_PER_LEASE)) if lease is not None else None

    def _begin_once(self, take: Take, at: list[int]) -> tuple[Lease, Any | None] | None:
        at.clear()
        with self.db.begin() as session:
            times = Times(self.clock.now(), self.clock.wall())
            lane = take(session, times.wall)
            if lane is None:
                return None
            return Lease(lane.key, lane.epoch), self._next(session, lane, times, ROWS_PER_LEASE, at)

    def _go_on(self, lease: Lease, plan: Any | None) -> None:
        for left in range(ROWS_PER_LEASE - 1, -1, -1):
            if plan is None:
                return
            plan = self._step(lease, plan, self._perform(plan), left)

    def _most_urgent(self, session: Session, wall: datetime) -> Held | None:
        return leases.take_most_urgent(session, self.handler.kind, wall, wall + self.lease)

    def _perform(self, plan: Any) -> Any:
        try:
            return self.handler.perform(plan)
        except Exception as error:
            log.exception("work failed", extra={"kind": self.handler.kind, "item": plan.item_id})
            return Crash(f"{type(error).__name__}: {error}"[:300])

    def _step(self, lease: Lease, plan: Any | None, result: Any, left: int) -> Any | None:
        """Settles the row in hand and prepares the next.

        What a provider has done, or a row before has decided, is not forgotten for a deadlock, nor for a later row.
        """
        at: list[int] = []
        try:
            pauses = CONFLICT_PAUSES if plan is None else RESULT_PAUSES
            return repeat_on_conflict(lambda: self._step_once(lease, plan, result, left, at), pauses)
        except Exception as error:
            if not at:
                raise
            log.exception("row can't be handled", extra={"kind": self.handler.kind, "item": at[-1]})
            if len(at) > 1:  # the rows before it are good: they are written without it, and it comes first next time
                return self._step(lease, plan, result, len(at) - 1 - (plan is not None))
            self._set_back(lease, at[-1], f"{type(error).__name__}: {error}"[:300])
            return None

    def _step_once(self, lease: Lease, plan: Any | None, result: Any, left: int, at: list[int]) -> Any | None:
        """`at` tells the rows that were begun, in order; the last is the one in hand when something raises."""
        at[:] = [plan.item_id] if plan is not None else []
        with self.db.begin() as session:
            times = Times(self.clock.now(), self.clock.wall())
            lane = leases.hold(session, lease.key, lease.epoch)
            if lane is None:
                if plan is not None:
                    self.handler.settle_late(session, plan, result, times)
                return None
            if plan is not None:
                self.handler.settle(session, plan, result, times)
            return self._next(session, lane, times, left, at)

    def _next(self, session: Session, lane: Held, times: Times, left: int, at: list[int]) -> Any | None:
        for _ in range(left):
            session.flush()
            item = self.handler.head(session, lane.key)
            if item is None:
                leases.let_go(session, lane)
                return None
            if item.not_before is not None and item.not_before > times.wall:
                leases.park(session, lane, item.not_before, times.wall)
                return None
            at.append(item.id)
            plan = self.handler.prepare(session, item, times)
            if isinstance(plan, Park):
                leases.park(session, lane, plan.until, times.wall)
                return None
            if plan is not None:
                leases.extend(session, lane, times.wall + self.lease)
                return plan
        leases.park(session, lane, times.wall, times.wall)  # to the back of the queue: others wait too
        return None

    def _set_back(self, lease: Lease, item_id: int, error: str) -> None:
        with self.db.begin() as session:
            times = Times(self.clock.now(), self.clock.wall())
            lane = leases.hold(session, lease.key, lease.epoch)
            if lane is None:
                return
            leases.park(session, lane, times.wall, times.wall)
            item = self.handler.head(session, lane.key)
            if item is None or item.id != item_id:
                return
            item.attempts += 1
            item.error = error
            if item.attempts >= self.attempts:
                self.handler.bury(session, item_id, error, times)
            else:
                item.not_before = times.wall + backoff(item.attempts)
