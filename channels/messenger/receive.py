"""Storing what a notification tells, all of it in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.clock import Times
from bot.intake.receive import accept
from bot.lanes.retry import repeated
from bot.model import OutboxMessage, OutboxState
from bot.outbox import rates
from bot.outbox.receipts import Report, record
from channels.edge import Context
from channels.messenger import codes
from channels.messenger.echoes import echoed, keep
from channels.messenger.fields import Json, named
from channels.messenger.parse import CHANNEL, Seen, Stopped, notification
from channels.webhook import check_room

log = logging.getLogger(__name__)

MOST_AT_ONCE = 500
BEFORE = {
    OutboxState.DELIVERED: (OutboxState.SENDING, OutboxState.UNKNOWN, OutboxState.SENT),
    OutboxState.READ: (OutboxState.SENDING, OutboxState.UNKNOWN, OutboxState.SENT, OutboxState.DELIVERED),
}


@repeated
def store(context: Context, payload: Json) -> str:
    """Stores a notification; returns what became of it.

    Raises:
        Unacceptable: 400 when it isn't one, 503 while there is no room for messages.
    """
    settings = context.settings
    found = notification(payload, settings.messenger_page_id, settings.messenger_app_id)
    if found.is_empty:
        return "ignored"
    check_room(context, found.incoming)
    times = Times(context.clock.now(), context.clock.wall())
    with context.db.begin() as session:
        rows = [accept(session, incoming, now=times.now, wall=times.wall) for incoming in found.incoming]
        for echo in found.echoes:
            keep(session, echo, times)
        for seen in found.seen:
            _report(session, seen, times)
        _stop(session, found.stopped, times)
    return "duplicate" if rows and not any(rows) else "accepted"


def _report(session: Session, seen: Seen, times: Times) -> None:
    """Receipts for our own messages among those that were seen; others' in the thread are none of ours."""
    for mid in _known(session, seen):
        name = named(mid, str(seen.state))
        record(session, Report(CHANNEL, mid, seen.state, name), times)


def _known(session: Session, seen: Seen) -> list[str]:
    """Ids of our messages that were seen: those that are named, and those that were written before the watermark.

    Both bounds are needed: names may be missing, and a message whose send has no outcome yet has no id but its echo's.
    A message that was just written may share its thread with a send under way, whose id is kept until it has an owner.
    """
    by_time = OutboxMessage.created_at <= seen.watermark if seen.watermark else sa.false()
    mine = sa.select(OutboxMessage).where(OutboxMessage.channel == CHANNEL, OutboxMessage.address == seen.address)
    open_rows = mine.where(OutboxMessage.state.in_(BEFORE[seen.state])).order_by(OutboxMessage.id.desc())
    rows = session.scalars(
        open_rows.where(sa.or_(by_time, OutboxMessage.provider_id.in_(seen.mids))).limit(MOST_AT_ONCE)
    )
    known = [row.provider_id or echoed(session, row.id, 1).get(0) for row in rows]
    if seen.mids and session.scalars(open_rows.where(OutboxMessage.state == OutboxState.SENDING).limit(1)).first():
        known += seen.mids
    return list(dict.fromkeys(mid for mid in reversed(known) if mid))


def _stop(session: Session, stopped: Sequence[Stopped], times: Times) -> None:
    for stop in stopped:
        log.error("Messenger: Meta blocks the page for breaking its policies: %s", stop.reason)
        rates.block(session, CHANNEL, times.wall + codes.REPAIR_PAUSE)
