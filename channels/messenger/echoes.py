"""Proofs of sends: Meta echoes what it took, with the name of the row that we gave it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.clock import Times
from bot.model import OutboxMessage, OutboxState, Receipt
from bot.outbox.receipts import Report, record
from channels.messenger.fields import named
from channels.messenger.parse import CHANNEL, Echo

UNSETTLED = (OutboxState.PENDING, OutboxState.SENDING, OutboxState.UNKNOWN)


def keep(session: Session, echo: Echo, times: Times) -> bool:
    """Keeps an echo as a receipt as long as the outcome of its message isn't known; returns whether it was of use."""
    found = sa.select(OutboxMessage).where(OutboxMessage.id == echo.outbox_id, OutboxMessage.channel == CHANNEL)
    message = session.scalars(found.with_for_update()).first()
    if message is None or message.address != echo.address or message.state not in UNSETTLED:
        return False
    if message.state is OutboxState.UNKNOWN and echo.part == 0 and message.provider_id is None:
        message.provider_id = echo.mid  # it came too late for the look that the delivery takes
        session.flush()
    record(session, Report(CHANNEL, echo.mid, OutboxState.SENT, _name(echo.outbox_id, echo.part)), times)
    return True


def echoed(session: Session, outbox_id: int, parts: int) -> dict[int, str]:
    """The ids of the parts of a message that Meta took, by their number."""
    names = {_name(outbox_id, part): part for part in range(parts)}
    kept = sa.select(Receipt.dedupe, Receipt.provider_id).where(Receipt.dedupe.in_(names))
    return {names[name]: mid for name, mid in session.execute(kept)}


def _name(outbox_id: int, part: int) -> str:
    return named("echo", str(outbox_id), str(part))
