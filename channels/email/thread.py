"""Which conversation a message belongs to, as mail programs see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import InboxMessage, OutboxMessage, Purpose, Touch

CHANNEL = "email"
MOST_REFERENCES = 20
RE = "Re: "


@dataclass(frozen=True)
class Thread:
    """The Message-IDs, oldest first, that a message follows, and the subject of the last one."""

    references: tuple[str, ...] = ()
    subject: str = ""

    @property
    def parent(self) -> str | None:
        return self.references[-1] if self.references else None


def thread_of(session: Session, message: OutboxMessage) -> Thread:
    """What `message` follows: what its body names, the e-mail that it answers, or an earlier question about it."""
    named = str(message.body.get("in_reply_to") or "")
    if named:
        return Thread((named,))
    written = _answered(session, message)
    if written is not None:
        return _after(written)
    return _earlier_touches(session, message)


def reply_subject(subject: str) -> str:
    """`subject` with one "Re:"; empty stays empty."""
    if not subject or subject[:3].lower() == "re:":
        return subject
    return RE + subject


def _answered(session: Session, message: OutboxMessage) -> InboxMessage | None:
    """The e-mail that a message answers; for what a person writes, the last one of this address."""
    if message.reply_to_id is not None:
        written = session.get(InboxMessage, message.reply_to_id)
        return written if written is not None and written.channel == CHANNEL else None
    if message.purpose is not Purpose.STAFF_REPLY or message.member_id is None:
        return None
    last = (
        sa.select(InboxMessage)
        .where(
            InboxMessage.member_id == message.member_id,
            InboxMessage.channel == CHANNEL,
            InboxMessage.address == message.address,
        )
        .order_by(InboxMessage.id.desc())
        .limit(1)
    )
    return session.scalars(last).first()


def _after(written: InboxMessage) -> Thread:
    own = str(written.body.get("message_id") or "")
    before = _strings(written.body.get("references"))
    references = (*before, own) if own else tuple(before)
    return Thread(references[-MOST_REFERENCES:], str(written.body.get("subject") or ""))


def _earlier_touches(session: Session, message: OutboxMessage) -> Thread:
    """The e-mails by which the same check-in was asked before."""
    if message.touch_id is None:
        return Thread()
    touch = session.get_one(Touch, message.touch_id)
    earlier = (
        sa.select(OutboxMessage)
        .join(Touch, OutboxMessage.touch_id == Touch.id)
        .where(
            Touch.check_in_id == touch.check_in_id,
            OutboxMessage.channel == CHANNEL,
            OutboxMessage.id < message.id,
            OutboxMessage.provider_id.is_not(None),
        )
        .order_by(OutboxMessage.id)
    )
    rows = session.scalars(earlier).all()
    if not rows:
        return Thread()
    references = tuple(str(row.provider_id) for row in rows[-MOST_REFERENCES:])
    return Thread(references, str(rows[0].body.get("subject") or ""))


def _strings(values: Any) -> list[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
