"""What staff are shown: rows of the outbox for the channel ``staff``, one lane a case, so that the card comes first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import HandOff, OutboxMessage, OutboxState, Purpose
from bot.outbox.enqueue import Message, enqueue

CHANNEL = "staff"
CARD, REPLY, ERASED = "card", "reply", "erased"
SUPERSEDED = "superseded"
NO_INBOX = "no_inbox"
"""Why something is not shown: Slack is not set up."""


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


def write_over(session: Session, post: str, *, now: datetime, wall: datetime) -> None:
    """Takes the words out of a post (``<channel>:<ts>``) about somebody who was forgotten."""
    message = Message(
        channel=CHANNEL,
        address=f"post:{post}",
        purpose=Purpose.STAFF,
        rule=f"hand_off:{ERASED}",
        dedupe=f"erased:{post}",
        body={"kind": ERASED, "post": post},
    )
    enqueue(session, message, now=now, wall=wall)


def is_superseded(session: Session, message: OutboxMessage) -> bool:
    """Whether something that is posted already is brought up to date again by what waits behind this one: that shows it
    as it is then. So after an outage each card, and each reply in a thread, is brought up to date once."""
    kind = message.body.get("kind")
    if message.channel != CHANNEL or kind not in (CARD, REPLY):
        return False
    same = _posts(message.hand_off_id, kind)
    if kind == REPLY:
        same.append(OutboxMessage.body["reply"].as_integer() == int(message.body["reply"]))
    posted = sa.exists().where(*same, OutboxMessage.provider_id.is_not(None))
    newer = sa.exists().where(*same, OutboxMessage.id > message.id, OutboxMessage.state == OutboxState.PENDING)
    return bool(session.scalar(sa.select(sa.and_(posted, newer))))


def is_posted(session: Session, case_id: int | None) -> bool:
    """Whether staff have the case's card before them."""
    posted = sa.exists().where(*_posts(case_id, CARD), OutboxMessage.provider_id.is_not(None))
    return bool(session.scalar(sa.select(posted)))


def _posts(case_id: int | None, kind: str) -> list[sa.ColumnElement[bool]]:
    """What was to be posted of a case, of one kind."""
    is_kind = OutboxMessage.body["kind"].as_string() == kind
    return [OutboxMessage.hand_off_id == case_id, OutboxMessage.channel == CHANNEL, is_kind]


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
