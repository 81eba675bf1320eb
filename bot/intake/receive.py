"""Accepting a message: one short transaction between the provider's request and our 2xx."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import correlation, metrics, tracing
from bot.lanes.put import insert_once, make_ready
from bot.model import ContactPoint, InboxMessage

log = logging.getLogger(__name__)


class Desk(StrEnum):
    """Who handles it: the kind of its lane."""

    MEMBER = "turn"
    STAFF = "staff"


@dataclass(frozen=True)
class Incoming:
    """Something that came in, verified. `dedupe` is the provider's id of it: what comes twice is kept once.

    For members `address` is the sender's address on `channel`; for staff it names what must stay in order, a thread.
    Where a channel lets anybody claim an address, `proven` is false until something shows that it is theirs: then it is
    a stranger's message, whoever's address it claims.
    """

    channel: str
    address: str
    text: str
    dedupe: str
    desk: Desk = Desk.MEMBER
    body: dict[str, Any] = field(default_factory=dict)
    proven: bool = True


UNPROVEN = {"proven": False}
_point = cast("sa.Table", ContactPoint.__table__).c
_WHOSE = sa.select(_point.member_id).where(
    _point.channel == sa.bindparam("at_channel"),
    _point.address == sa.bindparam("at_address"),
    _point.unconfirmed_at.is_(None),  # whoever that is has not yet said that they are this member
)
"""Built once: building a statement costs more than running it."""


def accept(session: Session, incoming: Incoming, *, now: datetime, wall: datetime) -> int | None:
    """Stores a message and makes its lane ready; returns the row's id, or None for a repetition."""
    member_id = _whose(session, incoming) if incoming.desk is Desk.MEMBER and incoming.proven else None
    lane = f"in:{member_id}" if member_id else f"in:{incoming.channel}:{incoming.address}"
    row = insert_once(
        session,
        InboxMessage,
        "dedupe",
        lane=lane,
        dedupe=incoming.dedupe,
        channel=incoming.channel,
        address=incoming.address,
        member_id=member_id,
        text=incoming.text,
        body={
            **incoming.body,
            "accepted_wall": wall.isoformat(),
            **({} if incoming.proven else UNPROVEN),
            **tracing.carried(),
        },
        received_at=now,
    )
    if row is not None:
        make_ready(session, lane, incoming.desk, wall)
        metrics.inbox_accepted.labels(incoming.channel).inc()
        name = correlation.of_inbox(row)
        correlation.add(name)
        log.info("accepted", extra={"correlation": name, "channel": incoming.channel, "kind": str(incoming.desk)})
    return row


def _whose(session: Session, incoming: Incoming) -> int | None:
    at = {"at_channel": incoming.channel, "at_address": incoming.address}
    member_id: int | None = session.execute(_WHOSE, at).scalar()
    return member_id
