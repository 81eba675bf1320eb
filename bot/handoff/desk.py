"""What staff are shown: rows of the outbox for the channel ``staff``, one lane a case, so that the card comes first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import HandOff, OutboxMessage, OutboxState, Purpose
from bot.outbox.enqueue import Message, enqueue

CHANNEL = "staff"
CARD = "card"
SUPERSEDED = "superseded"
NO_INBOX = "no_inbox"
"""Why something is not shown: Slack is not set up."""

_KIND = OutboxMessage.body["kind"].as_string()


def show(session: Session, case: HandOff, *, now: datetime, wall: datetime) -> None:
    """Posts the case's card, or brings it up to date."""
    case.card_edition += 1
    occasion = f"card:{case.card_edition}"
    _enqueue(session, case, occasion, {"kind": CARD}, now=now, wall=wall)


def tell(
    session: Session, case: HandOff, kind: str, occasion: str, *, now: datetime, wall: datetime, **facts: Any
) -> None:
    """Writes something into the case's thread; `kind` says how it is rendered."""
    _enqueue(session, case, occasion, {"kind": kind, **facts}, now=now, wall=wall)


def is_superseded(session: Session, message: OutboxMessage) -> bool:
    """Whether a newer edition of a card that is posted already waits behind this one. It shows the case as it is then,
    so after an outage each card is brought up to date once."""
    if message.channel != CHANNEL or message.body.get("kind") != CARD:
        return False
    cards = (OutboxMessage.hand_off_id == message.hand_off_id, OutboxMessage.channel == CHANNEL, _KIND == CARD)
    newer = sa.exists().where(*cards, OutboxMessage.id > message.id, OutboxMessage.state == OutboxState.PENDING)
    return is_posted(session, message.hand_off_id) and bool(session.scalar(sa.select(newer)))


def is_posted(session: Session, case_id: int | None) -> bool:
    """Whether staff have the case's card before them."""
    cards = (OutboxMessage.hand_off_id == case_id, OutboxMessage.channel == CHANNEL, _KIND == CARD)
    return bool(session.scalar(sa.select(sa.exists().where(*cards, OutboxMessage.provider_id.is_not(None)))))


def _enqueue(
    session: Session, case: HandOff, occasion: str, body: dict[str, Any], *, now: datetime, wall: datetime
) -> None:
    message = Message(
        channel=CHANNEL,
        address=f"case:{case.id}",
        purpose=Purpose.STAFF,
        rule=f"hand_off:{body['kind']}",
        dedupe=f"case:{case.id}:{occasion}",
        body=body,
        member_id=case.member_id,
        hand_off_id=case.id,
    )
    enqueue(session, message, now=now, wall=wall)
