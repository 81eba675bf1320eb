"""What staff are shown: rows of the outbox for the channel ``staff``, one lane a case, so that the card comes first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.model import HandOff, Purpose
from bot.outbox.enqueue import Message, enqueue

CHANNEL = "staff"


def show(session: Session, case: HandOff, *, now: datetime, wall: datetime) -> None:
    """Posts the case's card, or brings it up to date."""
    case.card_edition += 1
    occasion = f"card:{case.card_edition}"
    _enqueue(session, case, occasion, {"kind": "card"}, now=now, wall=wall)


def tell(
    session: Session, case: HandOff, kind: str, occasion: str, *, now: datetime, wall: datetime, **facts: Any
) -> None:
    """Writes something into the case's thread; `kind` says how it is rendered."""
    _enqueue(session, case, occasion, {"kind": kind, **facts}, now=now, wall=wall)


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
