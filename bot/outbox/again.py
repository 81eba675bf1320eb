"""Sending a dead letter again, by a person's decision."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot import audit
from bot.clock import Times
from bot.errors import Refused
from bot.housekeeping.passes import EMPTIED
from bot.lanes.put import make_ready
from bot.model import OutboxMessage, OutboxState, Purpose
from bot.outbox.enqueue import LANE_KIND


def send_again(session: Session, message: OutboxMessage, times: Times, by: str = "staff") -> None:
    """Puts a message that surely did not arrive back into its lane; the audit log names who decided that (`by`).

    Raises:
        Refused: it may have arrived, or it is a touch, which the ladder has gone past, or its words are gone.
    """
    if message.state not in (OutboxState.DEAD, OutboxState.FAILED):
        raise Refused(f"Message {message.id} is {message.state}; only dead and failed messages are sent again.")
    if message.purpose is Purpose.TOUCH:
        raise Refused("A touch is not repeated: the ladder has gone on.")
    if EMPTIED in message.body:
        raise Refused(f"Message {message.id} is so old that its words were not kept.")
    message.state, message.attempts, message.not_before, message.slot_at = OutboxState.PENDING, 0, None, None
    audit.write(session, times.now, by, "outbox.again", member_id=message.member_id, subject=f"outbox:{message.id}")
    make_ready(session, message.lane, LANE_KIND, times.wall)
