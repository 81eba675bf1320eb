"""Places in a provider's rate limit, shared by all workers of all machines.

A provider's own row gives the real places: nothing is sent without one. Its other rows are lines. What nobody waits for
first stands in line for its turn, what is in bulk behind all others; and in another line if its turn comes while the
provider is too busy for it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.lanes.put import upsert
from bot.model import OutboxMessage, OutboxState, Rate

SHARE = 0.85
"""Of a provider's rate, the pace of each line. The rest is for answers, which come whenever they come; and however
many wait in the lines, no more of them wake up than that."""
AHEAD = timedelta(seconds=2)
"""How far ahead real places may be taken for one that an answer would have to wait behind."""
LINE, BULK, AGAIN = "line", "bulk", "again"
# Built once, for every answer takes a place: building a statement costs more than running it.
_rate = cast("sa.Table", Rate.__table__)
_LOCK = sa.select(_rate.c.next_at).where(_rate.c.provider == sa.bindparam("name")).with_for_update()
_CHANGE = (
    sa.update(_rate)
    .where(_rate.c.provider == sa.bindparam("name"))
    .values(next_at=sa.bindparam("to", type_=_rate.c.next_at.type))
)


def reserve(session: Session, provider: str, per_second: float, wall: datetime) -> datetime:
    """Takes the provider's next free place and returns its time (elapsed time); a place is at least `wall`."""
    next_at = session.execute(_LOCK, {"name": provider}).scalar()
    if next_at is None:
        return _take(_row(session, provider, wall), per_second, wall)
    place: datetime = max(next_at, wall)
    session.execute(_CHANGE, {"name": provider, "to": place + timedelta(seconds=1 / per_second)})
    return place


def reserve_behind_others(
    session: Session, provider: str, per_second: float, wall: datetime, line: str = LINE
) -> datetime | None:
    """The same for what nobody waits for; None while the places of the next moments are taken, or, for what is in bulk,
    while others stand in line."""
    if line == BULK and _row(session, name_of(provider, LINE), wall).next_at > wall + AHEAD:
        return None
    row = _row(session, provider, wall)
    return _take(row, per_second, wall) if row.next_at <= wall + AHEAD else None


def stand_in_line(session: Session, provider: str, per_second: float, wall: datetime, line: str = LINE) -> datetime:
    """The turn of what nobody waits for: when it may ask for a place. What is in bulk comes after the others."""
    row = _row(session, name_of(provider, LINE), wall)
    if line == BULK:
        others, row = row, _row(session, name_of(provider, BULK), wall)
        wall = max(wall, others.next_at)
    return _take(row, per_second * SHARE, wall)


def stand_in_line_again(
    session: Session, provider: str, per_second: float, wall: datetime, line: str = LINE
) -> datetime:
    """Another turn for what was refused a place: not before the provider has any, and before whoever comes new."""
    earliest = max(wall, _row(session, provider, wall).next_at)
    if line == BULK:
        return stand_in_line(session, provider, per_second, earliest, BULK)
    return _take(_row(session, name_of(provider, AGAIN), wall), per_second * SHARE, earliest)


def name_of(provider: str, line: str) -> str:
    """The row of one of the provider's lines."""
    return f"{provider} {line}"


def block(session: Session, provider: str, until: datetime) -> None:
    """Nothing more to this provider before `until`: it said so itself. Places taken before then are given back.

    Turns are kept: whoever comes up before then stands in line again, in the same order.
    """
    for name in (name_of(provider, LINE), provider):  # in the order in which others lock them
        row = _row(session, name, until)
        row.next_at = max(row.next_at, until)
    waits = OutboxMessage.state.in_([OutboxState.PENDING, OutboxState.SENDING])
    has_place = (OutboxMessage.slot_at < until, OutboxMessage.slot_at == OutboxMessage.not_before)
    session.execute(
        sa.update(OutboxMessage).where(OutboxMessage.channel == provider, waits, *has_place).values(slot_at=None)
    )


def _row(session: Session, name: str, wall: datetime) -> Rate:
    row = session.get(Rate, name, with_for_update=True)
    if row is None:
        session.execute(upsert(session, Rate).values(provider=name, next_at=wall).on_conflict_do_nothing())
        row = session.get_one(Rate, name, with_for_update=True)
    return row


def _take(row: Rate, per_second: float, earliest: datetime) -> datetime:
    place = max(row.next_at, earliest)
    row.next_at = place + timedelta(seconds=1 / per_second)
    return place
