"""A kind of work for tests of the lanes: rows of the inbox, and a memory of what was done with them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.clock import Times
from bot.db import Database
from bot.lanes.drain import Crash, Park
from bot.lanes.put import insert_once, make_ready
from bot.model import InboxMessage, InboxState

KIND = "errand"


@dataclass(frozen=True)
class Errand:
    item_id: int
    text: str


@dataclass
class Errands:
    """Does what the row's text says: ``park``, ``skip`` (finished while preparing), ``poison``, ``crash``, or anything.

    `meanwhile` holds what happens inside the next calls of `perform`.
    """

    kind: str = KIND
    done: list[str] = field(default_factory=list)
    performed: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    meanwhile: deque[Callable[[], object]] = field(default_factory=deque)
    park_for: timedelta = timedelta(minutes=1)
    cured: bool = False

    def head(self, session: Session, lane: str) -> InboxMessage | None:
        waiting = sa.select(InboxMessage).where(InboxMessage.lane == lane, InboxMessage.state == InboxState.PENDING)
        return session.scalars(waiting.order_by(InboxMessage.id).limit(1)).first()

    def prepare(self, session: Session, item: InboxMessage, times: Times) -> Errand | Park | None:
        if item.text == "park" and not self.cured:
            return Park(times.wall + self.park_for)
        if item.text == "poison":
            raise ValueError("this row is poison")
        if item.text == "skip":
            item.state, item.outcome = InboxState.DONE, "skipped"
            return None
        return Errand(item.id, item.text)

    def perform(self, plan: Errand) -> str:
        self.performed.append(plan.text)
        if self.meanwhile:
            self.meanwhile.popleft()()
        if plan.text == "crash":
            raise RuntimeError("the work fell over")
        return plan.text

    def settle(self, session: Session, plan: Errand, result: str | Crash, times: Times) -> None:
        item = session.get_one(InboxMessage, plan.item_id)
        if plan.text == "unsettled" and not self.cured:
            raise ValueError("this can't be written")
        if isinstance(result, Crash):
            self.crashes.append(result.error)
        item.state, item.outcome = InboxState.DONE, "done"
        self.done.append(plan.text)

    def settle_late(self, session: Session, plan: Errand, result: str | Crash, times: Times) -> None:
        self.late.append(plan.text)

    def bury(self, session: Session, item_id: int, error: str, times: Times) -> None:
        item = session.get_one(InboxMessage, item_id)
        item.state, item.error = InboxState.DEAD, error


def put(session: Session, lane: str, text: str, wall: datetime, dedupe: str) -> int | None:
    """One errand into a lane, as `bot/` puts its rows."""
    values: dict[str, Any] = {"channel": "test", "address": lane, "body": {}, "received_at": wall}
    row = insert_once(session, InboxMessage, "dedupe", lane=lane, text=text, dedupe=dedupe, **values)
    if row is not None:
        make_ready(session, lane, KIND, wall)
    return row


def put_all(db: Database, wall: datetime, **lanes: list[str]) -> None:
    """Errands into several lanes, in the order given, each in a transaction of its own."""
    for lane, texts in lanes.items():
        for n, text in enumerate(texts):
            with db.begin() as session:
                put(session, lane, text, wall, f"{lane}-{n}")
