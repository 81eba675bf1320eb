"""Taking events in: each is stored once, by its id, together with what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.events import effects
from bot.events.event import Event
from bot.lanes.put import insert_once
from bot.members import merge
from bot.model import ContactPoint, Member, MemberEvent, MemberStatus
from bot.programme.models import Programme

CHANNELS = {"email": ("email",), "phone": ("sms", "voice")}
"""On which channels an address that names a member may be on record."""


class Outcome(StrEnum):
    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    UNKNOWN_MEMBER = "unknown_member"
    REFUSED = "refused"


@dataclass(frozen=True)
class Taken:
    """What became of an event; `why` says why it was refused, or why it was recorded and changed nothing."""

    outcome: Outcome
    why: str | None = None


def take(session: Session, programme: Programme, event: Event, *, source: str, now: datetime) -> Taken:
    """Stores an event and does what follows from it. Of somebody we don't know it is kept until they are enrolled.

    `source` says who tells (``api:crm``). An id that is known is a duplicate: nothing happens again.
    """
    member = _member(session, event.named)
    outcome = Outcome.RECORDED if member is not None else Outcome.UNKNOWN_MEMBER
    key = insert_once(
        session, MemberEvent, "dedupe",
        dedupe=event.id, member_id=member.id if member else None, named=event.named, name=event.name,
        properties=dict(event.properties), source=source, at=event.at, received_at=now, outcome=outcome,
    )  # fmt: skip
    if key is None:
        return _known(session, event)
    if member is None:
        return Taken(outcome)
    return Taken(outcome, effects.apply(session, programme, member, session.get_one(MemberEvent, key), now))


def claim(session: Session, member: Member) -> Sequence[MemberEvent]:
    """Gives a member the events that came before they were known by this number or address, the oldest first.

    The caller lets them enter their journeys, and then calls `effects.apply` for each.
    """
    names = [f"member_number:{member.number}"] if member.number else []
    for kind, channels in CHANNELS.items():
        names += [
            f"{kind}:{point.address}"
            for point in member.contact_points
            if point.channel in channels and point.unconfirmed_at is None
        ]
    kept = sa.select(MemberEvent).where(MemberEvent.member_id.is_(None), MemberEvent.named.in_(names))
    found = session.scalars(kept.order_by(MemberEvent.at, MemberEvent.id).with_for_update()).all()
    for seen in found:
        seen.member_id, seen.outcome = member.id, Outcome.RECORDED
    session.flush()
    return found


def _known(session: Session, event: Event) -> Taken:
    before = session.scalars(sa.select(MemberEvent).where(MemberEvent.dedupe == event.id)).one()
    if (before.name, before.at) == (event.name, event.at):
        return Taken(Outcome.DUPLICATE)
    other = f"{before.name} on {before.at:%Y-%m-%d %H:%M} UTC"
    return Taken(Outcome.REFUSED, f"id: it is the id of another event ({other}). Put your system's name before the id.")


def _member(session: Session, named: str) -> Member | None:
    """Whom an event is about, locked: two events of one member take effect one after the other.

    The record in which a merged one lives on; nobody by an address that was only claimed.
    """
    kind, _, value = named.partition(":")
    if kind == "member_number":
        found = session.scalars(sa.select(Member.id).where(Member.number == value)).first()
    else:
        points = sa.select(ContactPoint.member_id).where(
            ContactPoint.channel.in_(CHANNELS[kind]),
            ContactPoint.address == value,
            ContactPoint.unconfirmed_at.is_(None),
        )
        found = session.scalars(points.order_by(ContactPoint.id)).first()
    if found is None:
        return None
    while (member := _locked(session, found)).status is MemberStatus.MERGED:  # ends: no merge leads back
        found = merge.survivor(session, member)
    return member


def _locked(session: Session, member_id: int) -> Member:
    """Not FOR UPDATE: rows that refer to the member may be added meanwhile."""
    return session.get_one(Member, member_id, with_for_update={"key_share": True}, populate_existing=True)
