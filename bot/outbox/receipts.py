"""What providers report later about what they took."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import correlation, metrics, tracing
from bot.clock import Times
from bot.lanes.put import insert_once
from bot.model import OutboxMessage, OutboxState, Receipt
from bot.outbox import consequences
from bot.outbox.states import advance
from bot.ports import Failed

log = logging.getLogger(__name__)


# Built once: building a statement costs more than running it.
_MESSAGE = sa.select(OutboxMessage).where(OutboxMessage.provider_id == sa.bindparam("named")).with_for_update()
_EARLY = (
    sa.select(Receipt)
    .where(Receipt.provider_id == sa.bindparam("named"), Receipt.outbox_id.is_(None))
    .order_by(Receipt.id)
)


@dataclass(frozen=True)
class Report:
    """One receipt in our terms. `state` is sent, delivered, read or failed; `failure` says what a failure means."""

    channel: str
    provider_id: str
    state: OutboxState
    dedupe: str
    failure: Failed | None = None


def record(session: Session, report: Report, times: Times) -> None:
    """Keeps a receipt once, and applies it if its message is known; otherwise it waits for the message."""
    message = session.scalars(_MESSAGE, {"named": report.provider_id}).first()
    fresh = insert_once(
        session,
        Receipt,
        "dedupe",
        dedupe=report.dedupe,
        provider_id=report.provider_id,
        outbox_id=message.id if message else None,
        status=report.state,
        error=report.failure.reason if report.failure else None,
        opted_out=report.failure is not None and report.failure.opted_out,
        unusable=report.failure is not None and report.failure.unusable,
        at=times.now,
    )
    if fresh is None:
        return
    metrics.receipts.labels(report.channel, report.state).inc()
    facts = {"channel": report.channel, "state": str(report.state)}
    if message is None:
        log.info("receipt before its message", extra=facts)
        return
    about = correlation.of(session, message)
    correlation.add(about)
    log.info("receipt", extra={**facts, "correlation": about, "item": message.id})
    with tracing.span("receipt", parent=tracing.parent_of(message.body), correlation=about, **facts):
        apply(session, message, report.state, report.failure, times)


def apply_early(session: Session, message: OutboxMessage, times: Times) -> None:
    """Applies the receipts that came before the answer to the send was stored."""
    for receipt in session.scalars(_EARLY, {"named": message.provider_id}):
        _apply_kept(session, receipt, message, times)


def apply_forgotten(session: Session, times: Times, most: int = 500) -> int:
    """Applies receipts that crossed with the answer to their send, in two transactions that did not see each other."""
    forgotten = (
        sa.select(Receipt, OutboxMessage)
        .join(OutboxMessage, OutboxMessage.provider_id == Receipt.provider_id)
        .where(Receipt.outbox_id.is_(None))
        .order_by(Receipt.id)
        .limit(most)
    )
    rows = session.execute(forgotten).all()
    for receipt, message in rows:
        _apply_kept(session, receipt, message, times)
    return len(rows)


def _apply_kept(session: Session, receipt: Receipt, message: OutboxMessage, times: Times) -> None:
    receipt.outbox_id = message.id
    failure = Failed(receipt.error, receipt.opted_out, receipt.unusable) if receipt.error else None
    apply(session, message, OutboxState(receipt.status), failure, times)


def apply(session: Session, message: OutboxMessage, state: OutboxState, failure: Failed | None, times: Times) -> None:
    """Moves a message on by a receipt, if the receipt tells more than is known."""
    reached = advance(message.state, state)
    if reached == message.state:
        return
    message.state = reached
    if failure is not None:
        message.error = failure.reason
        consequences.failed(session, message, failure, times)
    else:
        consequences.reported(session, message, times)
