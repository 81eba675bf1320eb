"""What a lane does, watched from outside: one line in the log, one span and the time for each row.

It wraps any handler, so that the handlers themselves say only what is to be done.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from bot import correlation, metrics, tracing
from bot.clock import Times
from bot.lanes.drain import Crash, Handler, Park, Plan
from bot.model import InboxMessage, OutboxMessage, Purpose

log = logging.getLogger(__name__)

Row = InboxMessage | OutboxMessage


@dataclass(frozen=True)
class WatchedPlan:
    """The handler's own plan, and what is known of its row."""

    item_id: int
    inner: Plan
    model: type[InboxMessage] | type[OutboxMessage]
    about: str
    started: float
    span: tracing.Span


class Watched:
    """A handler that does what `handler` does."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    @property
    def kind(self) -> str:
        return str(self.handler.kind)

    def head(self, session: Session, lane: str) -> Any:
        item = self.handler.head(session, lane)
        if item is None:
            correlation.clear()
        return item

    def prepare(self, session: Session, item: Row, times: Times) -> WatchedPlan | Park | None:
        started, about = time.perf_counter(), correlation.of(session, item)
        correlation.begin(about)
        span = self._span(item, about)
        with self._timed(span, "prepare"):
            plan = self.handler.prepare(session, item, times)
        if isinstance(plan, Park):
            return plan
        if plan is None:
            self._tell(item, started, span)
            return None
        return WatchedPlan(item.id, plan, type(item), about, started, span)

    def perform(self, plan: WatchedPlan) -> Any:
        with self._timed(plan.span, "perform"):
            return self.handler.perform(plan.inner)

    def settle(self, session: Session, plan: WatchedPlan, result: Any, times: Times) -> None:
        correlation.begin(plan.about)
        item = session.get_one(plan.model, plan.item_id)  # the handler finds it there, and asks for it no more
        assert isinstance(item, InboxMessage | OutboxMessage)
        with self._timed(plan.span, "settle"):
            self.handler.settle(session, plan.inner, result, times)
        self._tell(item, plan.started, plan.span, crashed=isinstance(result, Crash))

    def settle_late(self, session: Session, plan: WatchedPlan, result: Any, times: Times) -> None:
        correlation.begin(plan.about)
        self.handler.settle_late(session, plan.inner, result, times)
        log.warning("the lease was lost meanwhile", extra={"kind": self.kind, "item": plan.item_id})
        plan.span.end(outcome="lease_lost")

    def bury(self, session: Session, item_id: int, error: str, times: Times) -> None:
        self.handler.bury(session, item_id, error, times)
        log.error("set aside", extra={"kind": self.kind, "item": item_id})

    def _span(self, item: Row, about: str) -> tracing.Span:
        """A reply belongs to the trace of its message; a touch has its own, or one tick's would hold thousands."""
        origin = tracing.parent_of(item.body)
        is_touch = isinstance(item, OutboxMessage) and item.purpose is Purpose.TOUCH
        parent, link = ("", origin) if is_touch else (origin, "")
        return tracing.start(self.kind, parent=parent, link=link, correlation=about, channel=item.channel, item=item.id)

    @contextmanager
    def _timed(self, span: tracing.Span, stage: str) -> Iterator[None]:
        with span.stage(f"{self.kind}.{stage}"), metrics.work_seconds.labels(self.kind, stage).time():
            yield

    def _tell(self, item: Row, started: float, span: tracing.Span, *, crashed: bool = False) -> None:
        """Names and numbers only: what was written, by whom and to whom is in the database, and nowhere else."""
        state = str(item.state)
        facts: dict[str, tracing.Value] = {
            "item": item.id,
            "channel": item.channel,
            "outcome": (item.outcome or state) if isinstance(item, InboxMessage) else state,
            "attempts": item.attempts,
            "ms": round((time.perf_counter() - started) * 1000, 1),
        }
        if isinstance(item, OutboxMessage):
            facts["purpose"] = str(item.purpose)
        if crashed:
            facts["crashed"] = True
        log.info(self.kind, extra=facts)
        span.end(**facts)
