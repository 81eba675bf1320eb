"""Answering a message on the channel and address that it came from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.clock import Times
from bot.model import InboxMessage, Purpose
from bot.outbox.enqueue import Message, enqueue


def answer(
    session: Session,
    item: InboxMessage,
    text: str,
    times: Times,
    *,
    rule: str,
    purpose: Purpose = Purpose.REPLY,
    choices: Sequence[str] = (),
) -> None:
    """Puts the one answer to `item` into the outbox."""
    message = Message(
        channel=item.channel,
        address=item.address,
        purpose=purpose,
        rule=rule,
        dedupe=f"reply:{item.id}",
        text=text,
        body={"choices": list(choices)} if choices else {},
        member_id=item.member_id,
        reply_to_id=item.id,
    )
    enqueue(session, message, now=times.now, wall=times.wall)
