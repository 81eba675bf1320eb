"""What waits and what is held, and why: read from the tables that decide it, whoever is running."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.clock import Times
from bot.model import InboxMessage, Lane, OutboxMessage, Pause, Rate, Touch, Urgency
from bot.model.messages import WAITS

MOST_REASONS = 50


class Why(StrEnum):
    """Why a message has not been sent yet."""

    READY = "ready"
    TURN = "waits for its turn: nobody waits for it"
    PLACE = "has a place in the provider's rate limit"
    RETRY = "is tried again later"
    LOST = "its outcome is looked up"


@dataclass(frozen=True)
class Lanes:
    """Lanes of one kind and urgency; `oldest` is how long that one has been ready which waits longest."""

    kind: str
    urgency: str
    ready: int = 0
    in_hand: int = 0
    parked: int = 0
    oldest: timedelta = timedelta()


@dataclass(frozen=True)
class Waiting:
    """Messages that wait to be read or sent; `oldest` is the age of the first of them (business time)."""

    channel: str
    purpose: str
    count: int
    oldest: timedelta


@dataclass(frozen=True)
class Held:
    """Messages that wait for one reason; `error` is what the provider said to one of them."""

    channel: str
    why: Why
    count: int
    error: str | None


@dataclass(frozen=True)
class Places:
    """When a provider takes the next message, and when whoever now joins its line has a turn; empty: at once."""

    provider: str
    answer_in: timedelta
    outreach_in: timedelta


@dataclass(frozen=True)
class Paused:
    what: str
    reason: str
    since: datetime


@dataclass(frozen=True)
class View:
    """Everything that waits. `touches` counts touches that the contact policy holds, by its reason."""

    lanes: list[Lanes]
    inbox: list[Waiting]
    outbox: list[Waiting]
    held: list[Held]
    places: list[Places]
    paused: list[Paused]
    touches: dict[str, int] = field(default_factory=dict)


_HELD = sa.text("state = 'held'")


def look(session: Session, times: Times) -> View:
    """Reads it all, in a fixed number of statements; each costs what waits, not what there is."""
    return View(
        lanes=_lanes(session, times.wall),
        inbox=_inbox(session, times.now),
        outbox=_outbox(session, times.now),
        held=_held(session, times.wall),
        places=_places(session, times.wall),
        paused=[Paused(one.what, one.reason, one.since) for one in session.scalars(sa.select(Pause))],
        touches=_touches(session),
    )


def _lanes(session: Session, wall: datetime) -> list[Lanes]:
    is_held = sa.and_(Lane.lease_until.is_not(None), Lane.lease_until >= wall)
    is_ready = sa.and_(Lane.due_at <= wall, sa.not_(is_held))
    rows = session.execute(
        sa.select(
            Lane.kind,
            Lane.urgency,
            _count(is_ready),
            _count(is_held),
            _count(sa.and_(Lane.due_at > wall, sa.not_(is_held))),
            sa.func.min(sa.case((is_ready, Lane.due_at))),
        )
        .where(Lane.due_at.is_not(None))
        .group_by(Lane.kind, Lane.urgency)
        .order_by(Lane.kind, Lane.urgency)
    )
    return [
        Lanes(kind, Urgency(urgency).name.lower(), ready, in_hand, parked, _age(oldest, wall))
        for kind, urgency, ready, in_hand, parked, oldest in rows
    ]


def _inbox(session: Session, now: datetime) -> list[Waiting]:
    """What comes in has no purpose yet: the desk that reads it is told instead."""
    first = sa.func.min(InboxMessage.received_at)
    rows = session.execute(
        sa.select(InboxMessage.channel, Lane.kind, sa.func.count(), first)
        .join(Lane, Lane.key == InboxMessage.lane)
        .where(sa.text("inbox_message.state in ('pending', 'sending')"))
        .group_by(InboxMessage.channel, Lane.kind)
        .order_by(InboxMessage.channel, Lane.kind)
    )
    return [Waiting(channel, kind, count, _age(oldest, now)) for channel, kind, count, oldest in rows]


def _outbox(session: Session, now: datetime) -> list[Waiting]:
    first = sa.func.min(OutboxMessage.created_at)
    rows = session.execute(
        sa.select(OutboxMessage.channel, OutboxMessage.purpose, sa.func.count(), first)
        .where(WAITS)
        .group_by(OutboxMessage.channel, OutboxMessage.purpose)
        .order_by(OutboxMessage.channel, OutboxMessage.purpose)
    )
    return [Waiting(channel, str(purpose), count, _age(oldest, now)) for channel, purpose, count, oldest in rows]


def _held(session: Session, wall: datetime) -> list[Held]:
    has_place = sa.and_(OutboxMessage.slot_at == OutboxMessage.not_before, OutboxMessage.slot_at > wall)
    why = sa.case(
        (sa.text("state = 'sending'"), Why.LOST.name),
        (has_place, Why.PLACE.name),
        (OutboxMessage.not_before > wall, Why.RETRY.name),
        (OutboxMessage.slot_at > wall, Why.TURN.name),
        else_=Why.READY.name,
    ).label("why")
    rows = session.execute(
        sa.select(OutboxMessage.channel, why, sa.func.count(), sa.func.min(OutboxMessage.error))
        .where(WAITS)
        .group_by(OutboxMessage.channel, why)
        .order_by(OutboxMessage.channel, why)
        .limit(MOST_REASONS)
    )
    return [Held(channel, Why[name], count, error) for channel, name, count, error in rows]


def _places(session: Session, wall: datetime) -> list[Places]:
    """The rows of a provider are named after it: its own, and one for each of its lines (`bot.outbox.rates`)."""
    next_at = {rate.provider: rate.next_at for rate in session.scalars(sa.select(Rate).order_by(Rate.provider))}
    providers = dict.fromkeys(name.partition(" ")[0] for name in next_at)
    return [Places(one, _wait(next_at.get(one), wall), _wait(next_at.get(f"{one} line"), wall)) for one in providers]


def _touches(session: Session) -> dict[str, int]:
    held = sa.select(Touch.reason, sa.func.count()).where(_HELD).group_by(Touch.reason).order_by(Touch.reason)
    return {str(reason or "none"): count for reason, count in session.execute(held)}


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _age(since: datetime | None, now: datetime) -> timedelta:
    return max(timedelta(), now - since) if since is not None else timedelta()


def _wait(until: datetime | None, now: datetime) -> timedelta:
    return max(timedelta(), until - now) if until is not None else timedelta()
