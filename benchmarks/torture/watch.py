"""What waits in the application's database, seen from outside of its processes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.clock import SystemClock
from bot.model import (
    LIVE,
    CheckIn,
    InboxMessage,
    InboxState,
    Lane,
    OutboxMessage,
    OutboxState,
    Purpose,
)


def reader(url: str) -> sa.Engine:
    """Connections that only read. SQLite's are not those of the application, whose transactions take the write lock."""
    parts = sa.make_url(url)
    if parts.get_backend_name() == "sqlite":
        return sa.create_engine(f"sqlite:///file:{parts.database}?mode=ro&uri=true", poolclass=sa.NullPool)
    return sa.create_engine(parts, poolclass=sa.NullPool, connect_args={"connect_timeout": 5})


UNSETTLED = (OutboxState.PENDING, OutboxState.SENDING)


@dataclass(frozen=True)
class Waiting:
    """How much of each is there. `oldest` is the business time of the oldest message that waits."""

    inbox: int
    outbox: int
    touches: int
    lanes: int
    leases: int
    due: int
    oldest: datetime | None = None

    @property
    def nothing(self) -> bool:
        return not any(getattr(self, one.name) for one in fields(self) if one.name != "oldest")

    def __str__(self) -> str:
        counts = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "oldest"}
        return ", ".join(f"{name} {count}" for name, count in counts.items() if count) or "nothing"


def look(db: sa.Engine, now: datetime) -> Waiting:
    """At business time `now`. A lane that is parked counts with its rows."""
    wall = SystemClock().wall()
    unread, unsent = InboxMessage.state == InboxState.PENDING, OutboxMessage.state.in_(UNSETTLED)
    counted = {
        "inbox": _count(InboxMessage, unread),
        "outbox": _count(OutboxMessage, unsent),
        "touches": _count(OutboxMessage, unsent, OutboxMessage.purpose == Purpose.TOUCH),
        "lanes": _count(Lane, Lane.due_at <= wall),
        "leases": _count(Lane, Lane.lease_until > wall),
        "due": _count(CheckIn, CheckIn.state.in_(LIVE), CheckIn.next_touch_at <= now),
    }
    with db.connect() as connection:
        found = {name: connection.execute(statement).scalar_one() for name, statement in counted.items()}
        oldest = [
            connection.execute(sa.select(sa.func.min(column)).where(waits)).scalar()
            for column, waits in ((InboxMessage.received_at, unread), (OutboxMessage.created_at, unsent))
        ]
    return Waiting(**found, oldest=min(filter(None, oldest), default=None))


def room(waiting: Waiting, now: datetime, most: timedelta) -> timedelta:
    """How far business time may move so that nobody's message waits longer than `most` of it."""
    return most if waiting.oldest is None else most - (now - waiting.oldest)


def _count(table: type[sa.orm.DeclarativeBase], *where: sa.ColumnElement[bool]) -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(table).where(*where)
