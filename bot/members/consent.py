"""Consent: the present state of an address, and the ledger of how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import LIVE, CheckIn, CheckInState, ConsentEvent, ConsentKind, ContactPoint

KEYWORD, PROVIDER = "keyword", "provider"
AT_PROVIDER = (KEYWORD, PROVIDER)
"""Sources of a withdrawal that the provider enforces too."""


# Built once: building a statement costs more than running it.
_AT_ADDRESS = sa.select(ContactPoint).where(
    ContactPoint.channel == sa.bindparam("at_channel"), ContactPoint.address == sa.bindparam("at_address")
)


@dataclass(frozen=True)
class Evidence:
    """How consent was given or taken back: by which way, and in which words."""

    source: str
    wording: str


def find(session: Session, channel: str, address: str) -> ContactPoint | None:
    """The contact point with this address."""
    return session.scalars(_AT_ADDRESS, {"at_channel": channel, "at_address": address}).first()


def grant(session: Session, point: ContactPoint, evidence: Evidence, now: datetime) -> None:
    """The member may be messaged at this address (again)."""
    point.consented_at, point.opted_out_at = now, None
    _append(session, point, ConsentKind.GRANTED, evidence, now)


def withdraw(session: Session, point: ContactPoint, evidence: Evidence, now: datetime) -> None:
    """No more messages to this address. Questions go on at other addresses, if there is one, and else are cancelled."""
    if point.opted_out_at is None:
        revoke(session, point, evidence, now)
    session.flush()
    others = sa.select(ContactPoint.id).where(
        ContactPoint.member_id == point.member_id,
        ContactPoint.consented_at.is_not(None),
        ContactPoint.opted_out_at.is_(None),
        ContactPoint.unusable_at.is_(None),
        ContactPoint.unconfirmed_at.is_(None),
    )
    if session.scalars(others.limit(1)).first() is None:
        session.execute(
            sa.update(CheckIn)
            .where(CheckIn.member_id == point.member_id, CheckIn.state.in_(LIVE))
            .values(state=CheckInState.CANCELLED, outcome="said_stop", closed_at=now, next_touch_at=None)
        )


def stopped_at_provider(session: Session, point: ContactPoint) -> bool:
    """Whether the last STOP was the provider's own keyword: only then does the provider know of it, and of its end."""
    last = (
        sa.select(ConsentEvent.source)
        .where(ConsentEvent.channel == point.channel, ConsentEvent.address == point.address)
        .where(ConsentEvent.kind == ConsentKind.WITHDRAWN)
        .order_by(ConsentEvent.id.desc())
        .limit(1)
    )
    return session.scalars(last).first() in AT_PROVIDER


def revoke(session: Session, point: ContactPoint, evidence: Evidence, now: datetime) -> None:
    """Nobody may be messaged at this address; what waits to be asked may still be asked elsewhere."""
    point.opted_out_at = now
    _append(session, point, ConsentKind.WITHDRAWN, evidence, now)


def _append(session: Session, point: ContactPoint, kind: ConsentKind, evidence: Evidence, now: datetime) -> None:
    session.add(
        ConsentEvent(
            member_id=point.member_id,
            channel=point.channel,
            address=point.address,
            kind=kind,
            source=evidence.source,
            wording=evidence.wording,
            at=now,
        )
    )
